"""A running shop: a server process of its own on one of the topologies."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from features.eventually import eventually
from tests.services.processes import free_port

ROOT = Path(__file__).parent.parent
_SECONDS_TO_END = 10


@dataclass(frozen=True)
class Shop:
    """Where a server answers, and where its modules keep their data."""

    url: str
    database_url: str
    log: Path
    server: "subprocess.Popen[bytes]"

    def database_of(self, module: str) -> str:
        """The address of a module's data, for faults to be put in."""
        return self.database_url.replace("{module}", module)


@contextmanager
def open_shop(folder: Path, settings: Mapping[str, str]) -> Iterator[Shop]:
    """Serve from an empty folder with these settings until the block ends."""
    with serving(folder, settings) as shop:
        eventually(lambda: _is_ready(shop), within=30)
        yield shop


@contextmanager
def serving(folder: Path, settings: Mapping[str, str]) -> Iterator[Shop]:
    """The same, without waiting until it is ready."""
    port = free_port()
    path = folder / "log"
    with path.open("w") as log, _server(folder, {**settings, "APP_PORT": str(port)}, log) as server:
        yield Shop(f"http://127.0.0.1:{port}", settings["APP_DATABASE_URL"], path, server)


@contextmanager
def _server(
    folder: Path, settings: Mapping[str, str], log: IO[str]
) -> "Iterator[subprocess.Popen[bytes]]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("APP_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--migrate"],
        cwd=folder,
        env={**clean, **settings, "PYTHONPATH": str(ROOT)},
        stderr=log,
    )
    try:
        yield server
    finally:
        server.terminate()
        server.wait(_SECONDS_TO_END)


def _is_ready(shop: Shop) -> None:
    if shop.server.poll() is not None:
        raise RuntimeError(f"the server ended: {shop.log.read_text()}")
    try:
        assert httpx.get(f"{shop.url}/health/ready").status_code == 200
    except httpx.TransportError as error:
        raise AssertionError(shop.log.read_text()) from error
