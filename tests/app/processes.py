"""Commands in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

from features.shop import ROOT


def run_app(
    folder: Path, settings: dict[str, str], *arguments: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("APP_")}
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=folder,
        env={**clean, **settings, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
