"""Importing any file of ours does nothing but import it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

IMPORT_EVERYTHING = """
import importlib, os, pkgutil, socket, sys, threading

def refuse(*arguments, **more):
    raise AssertionError("a socket was opened")

socket.socket.connect = socket.socket.bind = refuse
asked = []
def watch(event, arguments):
    # A number is a file opened before, by name.
    if event in ("open", "os.mkdir") and isinstance(arguments[0], str | bytes | os.PathLike):
        if os.fsdecode(arguments[0]).startswith(sys.prefix):
            return
        writes = event == "os.mkdir" or set(str(arguments[1] or "r")) & set("wax+")
        if writes and "__pycache__" not in str(arguments[0]):
            asked.append(arguments)
sys.addaudithook(watch)

names = []
for package in ("app", "web", "bus", "modules"):
    found = importlib.import_module(package)
    names += [each.name for each in pkgutil.walk_packages(found.__path__, package + ".")]
for name in names:
    if name != "app.__main__":
        importlib.import_module(name)

assert threading.enumerate() == [threading.main_thread()], threading.enumerate()
assert os.listdir(".") == [], os.listdir(".")
assert asked == [], asked
print(len(names))
"""


def test_importing_has_no_effect(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_EVERYTHING],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "APP_PORT": "nonsense"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 40
