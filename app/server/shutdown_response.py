"""The answer to requests that the end of the server cuts off."""

import asyncio

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from web.problems import MEDIA_TYPE

_BODY = msgspec.json.encode(
    {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "The server is stopping; look whether it was done before you repeat it.",
    }
)


class ShutdownResponseMiddleware:
    """ASGI middleware: answers a request that takes longer than the stopping server waits."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except asyncio.CancelledError:
            # Nothing but the server's end cancels a request; raised further it is a traceback.
            if scope["type"] == ScopeType.HTTP and not has_begun:
                await _refuse(send)


async def _refuse(send: Send) -> None:
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(_BODY)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": _BODY, "more_body": False})
