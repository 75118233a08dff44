"""A running shop on one of the topologies: one server process, or one per module and a proxy."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from app.container import MODULE_NAMES
from app.deployment.local_split import port_of
from features.eventually import eventually
from tests.services.processes import PATIENCE_SECONDS, can_listen, free_port

ROOT = Path(__file__).parent.parent
SECONDS_TO_END = 10
"""After which Docker kills what it has asked to end."""


@dataclass(frozen=True)
class Shop:
    """Where a shop answers, and where its modules keep their data."""

    url: str
    processes: Sequence[str]
    """Where each process answers for itself."""
    settings: Mapping[str, str]
    log: Path
    server: "subprocess.Popen[bytes]"

    @property
    def database_url(self) -> str:
        """The setting: an address that may differ between modules."""
        return self.settings["APP_DATABASE_URL"]

    def database_of(self, module: str) -> str:
        """The address of a module's data, for faults to be put in."""
        return self.database_url.replace("{module}", module)

    def process_id(self, module: str) -> int:
        """Which process hosts a module, where each has one of its own."""
        [started] = re.findall(rf"{module} started \(pid=(\d+)\)", self.log.read_text())
        return int(started)


@contextmanager
def open_shop(folder: Path, settings: Mapping[str, str], *, split: bool = False) -> Iterator[Shop]:
    """Serve from an empty folder with these settings until the block ends."""
    with serving(folder, settings, split=split) as shop:
        eventually(lambda: _is_ready(shop), 2 * PATIENCE_SECONDS)
        yield shop


@contextmanager
def serving(
    folder: Path, settings: Mapping[str, str], *, split: bool = False, migrate: bool = True
) -> Iterator[Shop]:
    """The same, without waiting until it is ready."""
    port = _free_ports() if split else free_port()
    ports = [port_of(module, port) for module in MODULE_NAMES] if split else [port]
    command = (
        ["app.deployment.local_split"]
        if split
        else ["app", "serve", *(["--migrate"] if migrate else [])]
    )
    path = folder / "log"
    environment = {**settings, "APP_PORT": str(port)}
    with path.open("w") as log, _server(folder, command, environment, log) as server:
        yield Shop(
            f"http://127.0.0.1:{port}",
            [f"http://127.0.0.1:{each}" for each in ports],
            settings,
            path,
            server,
        )


def _free_ports() -> int:
    """A port that nothing uses, nor those after it that the modules take."""
    while True:
        port = free_port()
        if all(can_listen(port_of(module, port)) for module in MODULE_NAMES):
            return port


@contextmanager
def _server(
    folder: Path, command: list[str], settings: Mapping[str, str], log: IO[str]
) -> "Iterator[subprocess.Popen[bytes]]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("APP_")}
    server = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**clean, **settings, "PYTHONPATH": str(ROOT)},
        stdout=log,
        stderr=log,
    )
    try:
        yield server
    finally:
        server.terminate()
        server.wait(PATIENCE_SECONDS)


def _is_ready(shop: Shop) -> None:
    if shop.server.poll() is not None:
        raise RuntimeError(f"the server ended: {shop.log.read_text()}")
    try:
        for url in (*shop.processes, shop.url):
            assert httpx.get(f"{url}/health/ready").status_code == 200
    except httpx.TransportError as error:
        raise AssertionError(shop.log.read_text()) from error
