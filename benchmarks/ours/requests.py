"""Our server under load: `requests KIND DATABASE [with-event | without-event | logged-only]`.

`without-event` publishes nothing. `logged-only` writes events that are never delivered, like the
outbox rows of the peers.
"""

import os
import sys
import time
from pathlib import Path

from benchmarks import load, task

ROOT = Path(__file__).resolve().parents[2]


def main(kind: str, database: str, way: str = "with-event") -> None:
    """Serve, add products, measure."""
    port = load.free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("APP_")},
        "PYTHONPATH": str(ROOT),
        "APP_PORT": str(port),
        "APP_DATABASE_URL": database_url(database),
    }
    command = [sys.executable, "-m", "benchmarks.ours.served", way]
    with load.served(command, environment, port, task.FOLDER):
        for _ in range(load.PRODUCTS):
            load.ask(port, load.request("POST", "/api/products", body=load.PRODUCT))
        if kind == "likes":
            wait_until_delivered(port)
        task.report(**load.measure(port, kind))


def database_url(database: str) -> str:
    """The URL of the server's database."""
    return task.DATABASE if database == "postgresql" else f"sqlite:///{task.FOLDER}/{{module}}.db"


def wait_until_delivered(port: int) -> None:
    """Wait until the storefront shows every product."""
    wanted = f"x-total-count: {load.PRODUCTS}\r\n".encode()
    end = time.monotonic() + 30
    while wanted not in load.ask(port, load.request("GET", "/api/likes?limit=1")).lower():
        if time.monotonic() > end:
            raise TimeoutError("the events were not delivered")
        time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
