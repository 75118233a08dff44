"""A process that runs the shop, to be killed; started in milliseconds by a server that forks."""

import os
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Event, Lock, Thread
from typing import Self

from sqlalchemy.exc import SQLAlchemyError

from tests.bus.faults.shop import Shop, Site
from tests.services import wait_until
from tests.services.processes import PATIENCE_SECONDS

_READY = "ready"
_RELAYS = "relays"
_STOP = "stop"
_CLERKS = 3

# What is imported there once is not imported by every worker again.
_forking = get_context("forkserver")
_forking.set_forkserver_preload(["__main__", __name__])


class Worker:
    """The parent's side: give orders, hear which were accepted, kill."""

    def __init__(self, site: Site) -> None:
        self.accepted: list[tuple[int, int]] = []
        self.refused: list[str] = []
        self.ready = Event()
        self.gone = Event()
        self._relays: dict[str, bool] = {}
        self._pipe, theirs = _forking.Pipe()
        self._process = _forking.Process(target=_work, args=(site, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._ear = Thread(target=self._hear, daemon=True)
        self._ear.start()

    def __enter__(self) -> Self:
        assert self.ready.wait(PATIENCE_SECONDS), "a worker was not ready in time"
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure:
            self.kill()
        else:
            self.stop()

    def order(self, items: Sequence[int]) -> None:
        """Let it place an order for each item; says nothing where it is gone."""
        for item in items:
            self._say(item)

    @property
    def answered(self) -> int:
        """How many orders were accepted or refused."""
        return len(self.accepted) + len(self.refused)

    def relays(self) -> dict[str, bool]:
        """Which relays are active in it."""
        self._relays = {}
        self._say(_RELAYS)
        wait_until(lambda: bool(self._relays), what="a worker to answer")
        return self._relays

    def kill(self) -> None:
        """SIGKILL; what it said before that is still heard."""
        if self._process.pid is not None and self._process.is_alive():
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()
        self._ear.join()
        self._pipe.close()

    def stop(self) -> None:
        """Let it end in good order."""
        self._say(_STOP)
        self._process.join(15)
        status = self._process.exitcode
        self.kill()
        assert status == 0, f"the worker did not end in good order: {status}"

    def _say(self, what: int | str) -> None:
        try:
            self._pipe.send(what)
        except OSError:
            self.gone.set()

    def _hear(self) -> None:
        try:
            while True:
                said = self._pipe.recv()
                if said == _READY:
                    self.ready.set()
                elif isinstance(said, dict):
                    self._relays = said
                elif isinstance(said, str):
                    self.refused.append(said)
                else:
                    self.accepted.append(said)
        except (EOFError, OSError):
            self.gone.set()


def _work(site: Site, pipe: Connection) -> None:
    shop, speaking = Shop(site), Lock()

    def place(item: int) -> None:
        answer: tuple[int, int] | str
        try:
            answer = item, shop.place(item)
        except SQLAlchemyError as error:
            answer = str(error)
        with speaking:
            pipe.send(answer)

    with shop.bus() as bus, ThreadPoolExecutor(_CLERKS) as clerks:
        pipe.send(_READY)
        while (heard := pipe.recv()) != _STOP:
            if heard == _RELAYS:
                with speaking:
                    pipe.send(bus.relays())
            else:
                clerks.submit(place, heard)
