"""The command of a developer: installs what is missing, then runs, tests or checks.

usage: python3 dev.py COMMAND [ARGUMENTS]

  run [ARGUMENTS]    migrate, then serve on http://127.0.0.1:8000 (ARGUMENTS go to `serve`)
  split              one process per module behind one origin; needs RabbitMQ
  test [ARGUMENTS]   all tests but the long ones of the matrix (ARGUMENTS go to pytest)
  test-all [...]     all tests; `test-all features -k split` one topology of the features
  check              ruff, mypy, import-linter
  bench [...]        benchmarks against peers and bare drivers; `bench --short` only tries them
  build              make the wheel of the bus, a library of its own, into dist/
  setup              only install everything
  lock               update requirements.txt, requirements-test.txt and requirements-bench.txt

It needs Python 3.11 or newer and nothing else, and never asks.
"""

# Python 3.6 must still parse this file, so that it can say in one line that it is too old.
import sys

if sys.version_info < (3, 11):
    sys.exit(
        f"dev.py needs Python 3.11 or newer, and this is {sys.version.split()[0]}: "
        "run it with a newer one, for example python3.11 dev.py"
    )

import contextlib
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
RUNNING = "requirements.txt"
EVERYTHING = "requirements-test.txt"
PEERS = "requirements-bench.txt"


class Trouble(Exception):
    """A command cannot go on. The message is one line that says what to do."""


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    name, *rest = arguments or ["help"]
    command = COMMANDS.get(name)
    if name in ("help", "-h", "--help"):
        print(__doc__)
        return 0
    if command is None:
        print(f"There is no command {name}.\n\n{__doc__}", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    try:
        return command(rest)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


# Commands


def run(arguments: list[str]) -> int:
    """Migrate, print how to load sample data, and become the server."""
    prepare(RUNNING)
    print(f"Sample data, from another terminal: {shown(venv_python())} -m app demo", flush=True)
    return become("-m", "app", "serve", "--migrate", *arguments)


def split(_: list[str]) -> int:
    """Migrate, then serve with one process per module behind one origin, on this machine."""
    prepare(EVERYTHING)
    return become("-m", "app.deployment.local_split")


def test(arguments: list[str]) -> int:
    """Run all tests but those marked as the matrix."""
    prepare(EVERYTHING)
    return become(*pytest(), "-m", "not matrix", *arguments)


def test_all(arguments: list[str]) -> int:
    """Run every test, the matrix too."""
    prepare(EVERYTHING)
    return become(*pytest(), *arguments)


def check(arguments: list[str]) -> int:
    """Run all checkers, also after a failure. The exit status is that of the first failure."""
    prepare(EVERYTHING)
    statuses = [
        python("-m", "ruff", "check", *arguments),
        python("-m", "ruff", "format", "--check", *arguments),
        python("-m", "mypy"),
        python("-c", "from importlinter.cli import lint_imports_command as run; run()"),
    ]
    return next((status for status in statuses if status), 0)


def bench(arguments: list[str]) -> int:
    """Run the benchmarks. The peers have a separate environment."""
    prepare(EVERYTHING)
    prepare_peers()
    return become("-m", "benchmarks", *arguments)


def build(_: list[str]) -> int:
    """Make the wheel of the bus into dist/."""
    prepare(EVERYTHING)
    return python(*wheel_of_bus("dist"))


def wheel_of_bus(folder: str) -> list[str]:
    """The arguments for Python that make the wheel, with the locked build backend alone."""
    offline = ["--no-deps", "--no-build-isolation", "--no-index"]
    pip = ["-m", "pip", "--quiet", "--disable-pip-version-check"]
    return [*pip, "wheel", *offline, "--wheel-dir", folder, str(ROOT / "bus")]


def setup(_: list[str]) -> int:
    """Install the packages for running, testing and checking."""
    prepare(EVERYTHING)
    return 0


def lock(arguments: list[str]) -> int:
    """Resolve pyproject.toml into the requirement files, for every platform, with hashes."""
    uv = shutil.which("uv", path=f"{venv_python().parent}{os.pathsep}{os.environ['PATH']}")
    if uv is None:
        raise Trouble(f"Locking needs uv: {shown(venv_python())} -m pip install uv")
    compile_ = [uv, "pip", "compile", "--quiet", *LOCK_OPTIONS, *arguments]
    # The versions that run are those that were tested, so that one environment fits both files.
    return (
        call([*compile_, "pyproject.toml", "--group", "test", "-o", EVERYTHING])
        or call([*compile_, "pyproject.toml", "-c", EVERYTHING, "-o", RUNNING])
        or call([*compile_, "--group", "pyproject.toml:bench", "-o", PEERS])
    )


LOCK_OPTIONS = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--custom-compile-command=python3 dev.py lock",
]

COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "split": split,
    "test": test,
    "test-all": test_all,
    "check": check,
    "bench": bench,
    "build": build,
    "setup": setup,
    "lock": lock,
}


# The environment


def prepare(requirements: str) -> None:
    """Install the packages of the file into `.venv`, unless they are installed already."""
    if is_prepared(requirements):
        return
    with only_one_at_a_time():
        if not is_prepared(requirements):
            install(requirements)


def prepare_peers() -> None:
    """Install the peers of the benchmarks into `.venv-bench`, by the pip of `.venv`."""
    folder = ROOT / ".venv-bench"
    peers = folder / venv_python().relative_to(VENV)
    installed = folder / "installed.stamp"
    if installed.exists() and installed.read_text() == digest(PEERS):
        return
    print(f"Installing {PEERS} into {shown(folder)} ...", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    pip = ["-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(peers)]
    if python("-m", "venv", "--without-pip", str(folder)) or python(
        *pip, "install", "--no-input", "--require-hashes", "-r", PEERS
    ):
        raise Trouble(f"{PEERS} could not be installed. Run the same command again.")
    installed.write_text(digest(PEERS))


def is_prepared(requirements: str) -> bool:
    """True if the last complete installation covers this version of the file and this Python."""
    return venv_python().exists() and digest(requirements) in stamp().split()


def install(requirements: str) -> None:
    """Install the file's pinned packages, after making or repairing the environment."""
    if not is_sound():
        make_environment()
    print(f"Installing {requirements} into {shown(VENV)} ...", flush=True)
    unfinished().touch()
    stamp_file().unlink(missing_ok=True)
    pip_install(requirements)
    stamp_file().write_text("\n".join(covered_by(requirements)) + "\n")
    unfinished().unlink()


def covered_by(requirements: str) -> list[str]:
    """The digests of the files that this one covers: the test file contains the other."""
    files = [RUNNING, EVERYTHING] if requirements == EVERYTHING else [requirements]
    return [digest(file) for file in files]


def digest(requirements: str) -> str:
    """A digest of all that an installation depends on: the file, this Python and this machine."""
    contents = (ROOT / requirements).read_bytes()
    place = f"{sys.implementation.cache_tag} {platform.machine()} "
    return hashlib.sha256(place.encode() + contents).hexdigest()


def stamp() -> str:
    """The digests of the last complete installation, or an empty text."""
    return stamp_file().read_text() if stamp_file().exists() else ""


def stamp_file() -> Path:
    return VENV / "installed.stamp"


def unfinished() -> Path:
    """A file that exists during an installation, and after an interrupted one."""
    return VENV / "installation.unfinished"


def made() -> Path:
    """A file that exists if the environment was made completely."""
    return VENV / "environment.made"


def is_sound() -> bool:
    """True if the environment is complete, and its Python is this one and has pip."""
    if unfinished().exists() or not made().exists():
        return False
    ask = "import pip, sys; print(sys.implementation.cache_tag)"
    answer = subprocess.run([venv_python(), "-c", ask], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == sys.implementation.cache_tag


def make_environment() -> None:
    """Make an empty `.venv` with pip. An earlier one is deleted."""
    command = environment_maker()
    print(f"Making {shown(VENV)} ...", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(
            f"{shown(VENV)} could not be made: {reason(done.stderr or done.stdout)} "
            "Some makers of environments need a working network: run the same command again."
        )
    made().touch()


def environment_maker() -> list[str]:
    """The command that makes `.venv`: with venv, else virtualenv, else uv."""
    interpreter = str(getattr(sys, "_base_executable", sys.executable))
    if has_module("venv") and has_module("ensurepip"):
        return [interpreter, "-m", "venv", str(VENV)]
    if has_module("virtualenv"):
        return [interpreter, "-m", "virtualenv", "--quiet", str(VENV)]
    virtualenv, uv = shutil.which("virtualenv"), shutil.which("uv")
    if virtualenv:
        return [virtualenv, "--quiet", "--python", interpreter, str(VENV)]
    if uv:
        return [uv, "venv", "--quiet", "--seed", "--python", interpreter, str(VENV)]
    raise Trouble(f"This Python cannot make a virtual environment. Type: {remedy()}")


def remedy() -> str:
    """The command that installs a maker of virtual environments on this system."""
    if shutil.which("apt-get"):
        sudo = "" if os.geteuid() == 0 else "sudo "
        # Each version of Python has its own package.
        return f"{sudo}apt install python3.{sys.version_info.minor}-venv"
    return f"{sys.executable} -m pip install --user virtualenv"


def pip_install(requirements: str) -> None:
    """Install with pip, every package checked against its hash."""
    log = VENV / "pip.log"
    options = ["--quiet", "--no-input", "--disable-pip-version-check", f"--log={log}"]
    if not sys.stdout.isatty():
        options.append("--progress-bar=off")
    command = [str(venv_python()), "-m", "pip", "install", *options]
    what = ["--require-hashes", "-r", requirements]
    done = subprocess.run([*command, *what], stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Trouble(
            f"pip could not install {requirements}: {reason(done.stderr)} "
            f"(all of it in {shown(log)}). With a working network, run the same command again."
        )


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Hold a lock on changes of `.venv`; a second dev.py waits for the first."""
    with (ROOT / ".venv.lock").open("w") as file:
        lock_file(file.fileno())
        yield


def lock_file(descriptor: int) -> None:
    """Lock the open file for this process, until it is closed."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


# Running


def pytest() -> list[str]:
    """The start of a pytest command. It has more workers than cores, since many tests wait."""
    return ["-m", "pytest", "-n", str(2 * (os.cpu_count() or 1))]


def python(*arguments: str) -> int:
    """Run the environment's Python and return its exit status."""
    return call([str(venv_python()), *arguments])


def become(*arguments: str) -> int:
    """Replace this process by the environment's Python, which then gets the signals."""
    if WINDOWS:
        return python(*arguments)
    return replace_process([str(venv_python()), *arguments])


def replace_process(command: list[str]) -> NoReturn:
    sys.stdout.flush()
    os.execv(command[0], command)


def call(command: list[str]) -> int:
    return subprocess.run(command, check=False).returncode


def venv_python() -> Path:
    """The environment's Python, existing or not."""
    return VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")


def shown(path: Path) -> str:
    """The path relative to the project's folder."""
    return str(path.relative_to(ROOT))


def has_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def reason(text: str) -> str:
    """The line that explains a failure: the last one that begins with `error`, else the last."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines[-1:] or ["no reason given"])[-1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
