"""Serving: the socket first, then the bus, then requests, until a signal ends it within seconds."""

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import structlog
import uvicorn
from litestar.concurrency import set_asyncio_executor

from app.container import Application, assemble, dispose
from app.migrations import refuse_unmigrated, upgrade_all
from app.server.application import web_application
from app.server.database_startup import prepare_all
from app.server.http_protocol import BoundedHttpProtocol
from app.server.logs import configure_logs
from app.settings import Settings, SettingsError
from bus import AnotherProcessServes

_log = structlog.get_logger(__name__)

REQUEST_THREADS = 40
"""The number of requests that are worked on at once; the others wait."""

_SECONDS_FOR_REQUESTS = 2
_SECONDS_TO_STOP = 4.5


def serve(settings: Settings, *, migrate_first: bool) -> None:
    """Serve until SIGINT or SIGTERM; ends the process with status 0.

    Raises SettingsError where the port is taken, a database is not migrated or is served already;
    one that does not answer is told of, and served when it comes.
    """
    _leave_on_signals()
    with _bound(settings) as listening:
        application = assemble(settings)
        configure_logs(settings.log_format)
        if not migrate_first:
            prepare_all(application.databases(), settings, refuse_unmigrated)
        # Made before anything is migrated: a route or a broker's address may be refused.
        config = _uvicorn_config(application)
        if migrate_first:
            prepare_all(application.databases(), settings, upgrade_all)
        set_asyncio_executor(ThreadPoolExecutor(REQUEST_THREADS, thread_name_prefix="request"))
        try:
            with application.bus():
                address = f"http://{settings.host}:{settings.port}"
                _log.info("serving", address=address, bus=settings.bus)
                server = _Server(config, application.live().close)
                server.run(sockets=[listening])
        except AnotherProcessServes as error:
            raise SettingsError(f"APP_BUS=memory takes one serving process: {error}") from None
        dispose(application)
    _leave()


class _Server(uvicorn.Server):
    """Ends with status 0 on a signal, at the latest after _SECONDS_TO_STOP.

    `end_streams` is called first: they would last as long as it waits for requests.
    """

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams
        self._ending = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        """Wait for the end; looking ten times a second, as uvicorn does, is most of idling."""
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._ending.wait()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            self.force_exit = sig == signal.SIGINT
            return
        # Not remembered as uvicorn does, which would raise it again at the end: status 0 is meant.
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ending.set)
        self._end_streams()
        deadline = threading.Timer(_SECONDS_TO_STOP, _leave)
        deadline.daemon = True
        deadline.start()


def _leave_on_signals() -> None:
    # Until the server has handlers of its own, and again when it has ended and the bus is stopping.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda _number, _frame: _leave())


def _leave() -> None:
    # The interpreter would wait for threads that still work on requests which nobody waits for.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _bound(settings: Settings) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        # Listening shows that the port is taken where binding alone does not.
        listening.listen(2048)
    except (socket.gaierror, UnicodeError) as error:
        raise SettingsError(
            f"APP_HOST takes an address or name to listen on, not {settings.host!r}: {error}"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"APP_PORT takes a free port: {settings.port} on {settings.host} is not to be had "
            f"({error.strerror})"
        ) from None
    return listening


def _uvicorn_config(application: Application) -> uvicorn.Config:
    return uvicorn.Config(
        web_application(application),
        http=BoundedHttpProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        # None where none is named: uvicorn itself would believe whoever connects from this machine.
        forwarded_allow_ips=list(application.settings().trusted_proxies),
        timeout_graceful_shutdown=_SECONDS_FOR_REQUESTS,
    )
