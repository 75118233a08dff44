"""Requests that are refused before anything looks at what they ask for.

The guards are async: Litestar sends plain functions to the threads that slow requests keep busy.
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
"""The `opt` of routes that with APP_AUTH=required only an admin may use."""

LARGEST_ID = 2**63 - 1
_ID = re.compile("[0-9]{1,19}")
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without a port, is this machine and no other."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def in_turn(*guards: AsyncGuard) -> Guard:
    """All of them as one: Litestar makes a copy of the handler for each guard of each request."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        for each in guards:
            await each(connection, handler)

    return guard


async def ids_fit_a_database(connection: Connection, _handler: BaseRouteHandler) -> None:
    """A number in a path that no id can be is 404, as is any unknown id."""
    scope = connection.scope
    segments = zip(scope["path_template"].split("/"), scope["path"].split("/"), strict=False)
    for name, segment in segments:
        value = connection.path_params.get(name.strip("{}"))
        # Python also takes 1_0 and the digits of other scripts for numbers.
        if isinstance(value, int) and not (_ID.fullmatch(segment) and 0 < value <= LARGEST_ID):
            raise NotFoundException


async def only_for_loopback_hosts(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Refuse a Host that is not this machine: another site's name that was pointed at it."""
    if not _is_this_machine(connection.headers.get("host", "")):
        raise PermissionDeniedException(
            "While APP_AUTH=open, requests are answered only for this machine's own names."
        )


def no_cross_site_writes(but_from: Container[str]) -> AsyncGuard:
    """Refuse to change anything for a page of another origin, but for these."""

    async def guard(connection: Connection, _handler: BaseRouteHandler) -> None:
        origin = connection.headers.get("origin")
        if origin is None or connection.scope.get("method") in SAFE_METHODS or origin in but_from:
            return
        parts, host = parts_of(origin), connection.headers.get("host")
        if (parts.scheme, parts.netloc) != (connection.scope["scheme"], host):
            raise PermissionDeniedException("This was asked by a page of another origin.")

    return guard


def only_by_role(sessions: Sessions) -> AsyncGuard:
    """Ask for the role that a route's `opt` names: 401 for guests, 403 for any other role."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        wanted = handler.opt.get("role")
        # OPTIONS tells no more than which methods there are.
        if wanted is None or connection.scope.get("method") == "OPTIONS":
            return
        visitor = sessions.known(connection)
        if visitor is None or visitor.role == GUEST:
            raise NotAuthorizedException("Sign in first: POST /api/session.")
        if visitor.role != wanted:
            raise PermissionDeniedException(f"This takes the role {wanted}.")

    return guard


@lru_cache(maxsize=100)
def _is_this_machine(host: str) -> bool:
    """Whether a Host header, with or without a port, names this machine."""
    return is_loopback(parts_of(f"//{host}").hostname or "")


def parts_of(url: str) -> SplitResult:
    """The parts of an address; those of nothing when it is malformed."""
    try:
        return urlsplit(url)
    except ValueError:
        # Malformed, as "http://[" is: the parts of nothing match no name.
        return urlsplit("")
