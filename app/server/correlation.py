"""Correlation: the id by which one request is followed through logs and events."""

import re

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from uuid_utils import uuid7

from app.operations.masking import without_cpfs
from bus import Trace, tracing

_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
# Random digits, of which eleven may happen to stand in a row.
_UUID = re.compile("[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
# A CPF may be written without its leading zeros.
_SHORT_CPF = re.compile("[0-9]{1,11}")
# Version, trace id and parent id not all zero, flags; https://www.w3.org/TR/trace-context/
_ACCEPTED_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
)


class Correlation:
    """ASGI middleware: everything a request causes carries its `X-Correlation-Id`.

    A sane id of the caller's is taken over, otherwise one is made; the answer names it. One with a
    CPF is not sane: logs and events, which outlive a person's erasure, would keep it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        trace = _trace_of(scope)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                mark = (b"x-correlation-id", trace.correlation_id.encode())
                message["headers"] = [*message["headers"], mark]
            await send(message)

        with tracing(trace):
            await self._app(scope, receive, send_with_id)


def route_of(scope: Scope) -> str:
    """The template of the route that answers, which has no personal data; found by routing."""
    return str(scope.get("path_template") or "(none)")


def _trace_of(scope: HTTPScope) -> Trace:
    headers = dict(scope["headers"])
    correlation_id = _without_cpf(_matching(_ACCEPTED_ID, headers.get(b"x-correlation-id")))
    traceparent = _matching(_ACCEPTED_TRACEPARENT, headers.get(b"traceparent"))
    return Trace(
        correlation_id=correlation_id or str(uuid7()),
        traceparent=traceparent,
        origin=lambda: f"{scope['method']} {route_of(scope)}",
    )


def _matching(pattern: re.Pattern[str], value: bytes | None) -> str | None:
    text = (value or b"").decode("latin-1")
    return text if pattern.fullmatch(text) else None


def _without_cpf(text: str | None) -> str | None:
    if text is None or _UUID.fullmatch(text):
        return text
    has_cpf = _SHORT_CPF.fullmatch(text) or without_cpfs(text) != text
    return None if has_cpf else text
