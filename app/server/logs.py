"""Logs: lines of text or JSON, each with the correlation id."""

import logging
import sys
import time
from collections.abc import Callable
from typing import Literal

import structlog
from litestar.enums import ScopeType
from litestar.status_codes import HTTP_400_BAD_REQUEST
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, Processor, WrappedLogger

from app.server.correlation import route_of
from bus import current_correlation_id

LogFormat = Literal["console", "json"]

_log = structlog.get_logger("app.requests")


def configure_logs(log_format: LogFormat) -> None:
    """Send structlog's lines and those of libraries to standard error."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_correlation,
    ]
    rendering = _rendering(log_format)
    # Ours make no detour by `logging`, which is half of what a line for each request takes.
    structlog.configure(
        processors=[*shared, *rendering],
        logger_factory=_Writer,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # What these say at INFO is said once more by ourselves, or by nobody missed.
    for noisy in ("uvicorn", "alembic", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class _Writer(structlog.WriteLogger):
    """Writes formatted lines to standard error, under a logger's name."""

    def __init__(self, name: str) -> None:
        super().__init__(sys.stderr)
        self.name = name


class RequestLog:
    """ASGI middleware: a line per request with its route's template, never its path or body.

    It tells `measure` of it, too: method, route, status and the seconds until the answer began,
    for live streams go on as long as somebody looks at a page.
    """

    def __init__(self, app: ASGIApp, measure: Callable[[str, str, int, float], None]) -> None:
        self._app = app
        self._measure = measure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0
        answered: float | None = None

        async def send_and_note(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], time.perf_counter()
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            ended = time.perf_counter()
            method, route = scope["method"], route_of(scope)
            self._measure(method, route, status, (answered or ended) - started)
            milliseconds = round((ended - started) * 1000, 1)
            # Those who look after the process ask every second or so.
            is_routine = route.startswith("/health") and status < HTTP_400_BAD_REQUEST
            level = logging.DEBUG if is_routine else logging.INFO
            _log.log(
                level,
                "request",
                method=method,
                route=route,
                status=status,
                milliseconds=milliseconds,
            )


def _add_correlation(_logger: WrappedLogger, _name: str, line: EventDict) -> EventDict:
    if correlation_id := current_correlation_id():
        line["correlation_id"] = correlation_id
    return line


def _rendering(log_format: LogFormat) -> list[Processor]:
    if log_format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # Plain, for a traceback with the values of variables would log whatever they hold.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
