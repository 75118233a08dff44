"""The task of a contestant, and the report of its figures. It uses only the standard library."""

import json
import os
from pathlib import Path

SHORT = "BENCH_SHORT" in os.environ
"""True if the run only shows that the contestant works."""

COUNT = int(os.environ.get("BENCH_COUNT", "1000"))
"""The number of rows, messages or requests."""

DATABASE = os.environ.get("BENCH_DATABASE_URL", "")
"""An empty PostgreSQL database, as a libpq URL."""

RABBITMQ = os.environ.get("BENCH_RABBITMQ_URL", "")
"""An empty virtual host."""

FOLDER = Path(os.environ.get("BENCH_FOLDER", "."))
"""An empty folder."""


def report(**figures: float) -> None:
    """Print the figures. It must be the last output of a contestant."""
    print(json.dumps(figures), flush=True)
