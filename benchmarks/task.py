"""What a contestant is to do, and how it says what it measured. Standard library only."""

import json
import os
from pathlib import Path

SHORT = "BENCH_SHORT" in os.environ
"""Whether it shall only be shown to run."""

COUNT = int(os.environ.get("BENCH_COUNT", "1000"))
"""How many rows, messages or requests."""

DATABASE = os.environ.get("BENCH_DATABASE_URL", "")
"""An empty PostgreSQL database, as a libpq URL."""

RABBITMQ = os.environ.get("BENCH_RABBITMQ_URL", "")
"""An empty virtual host."""

FOLDER = Path(os.environ.get("BENCH_FOLDER", "."))
"""An empty folder."""


def report(**figures: float) -> None:
    """Print the figures; the last thing that a contestant does."""
    print(json.dumps(figures), flush=True)
