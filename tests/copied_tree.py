"""A copy of this project in a folder of its own, to be changed and run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from features.shop import ROOT

LEFT_OUT = (".git", ".venv*", ".node", "__pycache__", ".*_cache", "var", "dist", "build")

# Serves the copy and prints the status of the answer to each path.
ASK = """
import sys
from pathlib import Path
import httpx
from features.shop import open_shop

folder = Path("var/asked")
folder.mkdir(parents=True)
with open_shop(folder, {}) as shop:
    for path in sys.argv[1:]:
        print(httpx.get(shop.url + path, timeout=60).status_code)
"""


class CopiedTree:
    """The project without what git does not keep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "copy"
        shutil.copytree(ROOT, self.folder, ignore=shutil.ignore_patterns(*LEFT_OUT))

    def delete_module(self, module: str) -> None:
        """Delete the folders of a module."""
        for place in ("modules", "migrations", "features", "tests/modules"):
            shutil.rmtree(self.folder / place / module, ignore_errors=True)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What Python makes of these arguments in the copy."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("APP_")}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**clean, "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )

    def statuses(self, *paths: str) -> list[int]:
        """The statuses of the answers to these paths, from a server of its own."""
        done = self.run("-c", ASK, *paths)
        assert done.returncode == 0, done.stdout + done.stderr
        return [int(line) for line in done.stdout.split()]
