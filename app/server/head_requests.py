"""HEAD wherever there is GET, and OPTIONS that names all methods of a path."""

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """ASGI middleware: HEAD is answered as GET would be, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                # At once, for the body may be a stream that does not end by itself.
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        # A copy, for the server looks at its own: it must know that no body will come.
        await self._app({**scope, "method": "GET"}, receive, send_head)


async def name_every_method(message: Message, scope: Scope) -> None:
    """Let `Allow` name every method of the path; Litestar leaves out some, and HEAD."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    if "Allow" not in headers:
        return
    template = scope.get("path_template")
    routes = [route for route in scope["litestar_app"].routes if route.path_format == template]
    methods = {*headers["Allow"].split(", "), *(each for route in routes for each in route.methods)}
    headers["Allow"] = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
