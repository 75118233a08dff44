"""Guards, which refuse requests before their handlers run.

The guards are async: Litestar runs plain functions in the thread pool,
which slow requests may fill.
"""

import re
from collections.abc import Awaitable, Callable, Container
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from litestar.exceptions import (
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
)
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from web.session import GUEST, Connection, Sessions

AsyncGuard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]

ADMINS = {"role": "admin"}
"""The `opt` of routes that only admins may use if APP_AUTH is `required`."""

LARGEST_ID = 2**63 - 1
_ID = re.compile("[0-9]{1,19}")
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def is_loopback(host: str) -> bool:
    """True if a host name or address, without a port, is this machine's loopback."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def guard_chain(*guards: AsyncGuard) -> Guard:
    """Combine guards into one, because Litestar copies the handler for each guard of a request."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        for each in guards:
            await each(connection, handler)

    return guard


async def refuse_impossible_ids(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Answer 404 if a number in the path cannot be an id, just as for an unknown id."""
    scope = connection.scope
    segments = zip(scope["path_template"].split("/"), scope["path"].split("/"), strict=False)
    for name, segment in segments:
        value = connection.path_params.get(name.strip("{}"))
        # Python also reads 1_0 and the digits of other scripts as numbers.
        if isinstance(value, int) and not (_ID.fullmatch(segment) and 0 < value <= LARGEST_ID):
            raise NotFoundException


async def require_loopback_host(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Refuse a foreign Host header, as in DNS rebinding: another name pointed at this machine."""
    if not _is_this_machine(connection.headers.get("host", "")):
        raise PermissionDeniedException(
            "While APP_AUTH=open, requests are answered only for this machine's own names."
        )


def refuse_cross_site_writes(allowed_origins: Container[str]) -> AsyncGuard:
    """Refuse writes from pages of other origins, except the allowed ones."""

    async def guard(connection: Connection, _handler: BaseRouteHandler) -> None:
        origin = connection.headers.get("origin")
        if origin is None or origin in allowed_origins:
            return
        if connection.scope.get("method") in SAFE_METHODS:
            return
        parts, host = parts_of(origin), connection.headers.get("host")
        if (parts.scheme, parts.netloc) != (connection.scope["scheme"], host):
            raise PermissionDeniedException("This was asked by a page of another origin.")

    return guard


def require_role(sessions: Sessions) -> AsyncGuard:
    """Require the role in a route's `opt`: 401 for guests, 403 for any other role."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        required = handler.opt.get("role")
        # OPTIONS reveals only which methods exist.
        if required is None or connection.scope.get("method") == "OPTIONS":
            return
        visitor = sessions.known(connection)
        if visitor is None or visitor.role == GUEST:
            raise NotAuthorizedException("Sign in first: POST /api/session.")
        if visitor.role != required:
            raise PermissionDeniedException(f"This needs the role {required}.")

    return guard


@lru_cache(maxsize=100)
def _is_this_machine(host: str) -> bool:
    """True if a Host header, with or without a port, names this machine."""
    return is_loopback(parts_of(f"//{host}").hostname or "")


def parts_of(url: str) -> SplitResult:
    """The parts of a URL; all empty if it is malformed."""
    try:
        return urlsplit(url)
    except ValueError:
        # For example "http://[". Empty parts match no name.
        return urlsplit("")
