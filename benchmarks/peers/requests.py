"""A web peer under load, served as its documentation shows: `requests PEER KIND DATABASE`."""

import os
import sys
from pathlib import Path

from benchmarks import load, task

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def main(peer: str, kind: str, database: str) -> None:
    """Serve, add products, measure."""
    port = load.free_port()
    url = task.DATABASE.replace("postgresql://", "postgresql+psycopg://")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PEER_DATABASE_URL": url
        if database == "postgresql"
        else f"sqlite:///{task.FOLDER}/shop.db",
    }
    with load.served(command(peer, port), environment, port, task.FOLDER):
        load.ask(port, load.request("POST", f"/fill/{load.PRODUCTS}"))
        task.report(**load.measure(port, kind))


def command(peer: str, port: int) -> list[str]:
    """The command for one process, like ours, with a thread per client."""
    if peer == "flask":
        where = ["--bind", f"127.0.0.1:{port}", "--threads", str(load.CLIENTS)]
        return [str(BIN / "gunicorn"), "benchmarks.peers.flask_shop:app", *where]
    where = ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    return [str(BIN / "uvicorn"), "benchmarks.peers.fastapi_shop:app", *where]


if __name__ == "__main__":
    main(*sys.argv[1:])
