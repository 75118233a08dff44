"""The time from a start with migrated data to readiness, and the cost of an idle process."""

import os
import sys
import time
from pathlib import Path

import psycopg

from benchmarks import load, task
from benchmarks.ours.requests import ROOT, database_url

_IDLE_SECONDS = 1.0 if task.SHORT else 20.0
_PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


def main(database: str) -> None:
    """Migrate, start again, and measure the process while it has no requests."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("APP_")},
        "PYTHONPATH": str(ROOT),
        "APP_DATABASE_URL": database_url(database),
        "APP_PORT": str(load.free_port()),
    }
    port = int(environment["APP_PORT"])
    command = [sys.executable, "-m", "app", "serve"]
    with load.served([*command, "--migrate"], environment, port, task.FOLDER):
        pass
    began = time.perf_counter()
    with load.served(command, environment, port, task.FOLDER) as server:
        load.ask(port, load.request("GET", "/health/ready"))
        seconds = time.perf_counter() - began
        # PostgreSQL publishes the counts of a session only after it was idle for 10 s.
        time.sleep(_IDLE_SECONDS * 0.6)
        cpu, looks = cpu_seconds(server.pid), outbox_looks(database)
        time.sleep(_IDLE_SECONDS)
        task.report(
            ready_seconds=seconds,
            resident_mb=resident_mb(server.pid),
            idle_percent=(cpu_seconds(server.pid) - cpu) / _IDLE_SECONDS * 100,
            outbox_looks_in_5_s=(outbox_looks(database) - looks) / _IDLE_SECONDS * 5,
        )


def cpu_seconds(pid: int) -> float:
    """The CPU seconds of a process. Clock ticks are too coarse for one that wakes seldom."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def resident_mb(pid: int) -> float:
    """The resident memory of a process in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_SIZE / 1e6


def outbox_looks(database: str) -> float:
    """The number of scans of the products' outbox; 0 on SQLite, which does not count them."""
    if database != "postgresql":
        return 0.0
    looks = (
        "SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) FROM pg_stat_user_tables"
        " WHERE schemaname = 'products' AND relname = 'outbox'"
    )
    with psycopg.connect(task.DATABASE) as connection:
        found = connection.execute(looks).fetchone()
    return float(found[0]) if found else 0.0


if __name__ == "__main__":
    main(*sys.argv[1:])
