"""Requests that are refused before anything looks at what they ask for.

The guards are async: Litestar sends plain functions to the threads that slow requests keep busy.
"""

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from litestar.connection import ASGIConnection
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

ADMINS = {"role": "admin"}
"""The `opt` of routes that with APP_AUTH=required only an admin may use."""

LARGEST_ID = 2**63 - 1
_ID = re.compile("[0-9]{1,19}")
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

Connection = ASGIConnection[Any, Any, Any, Any]


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without a port, is this machine and no other."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


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
    host = _parts(f"//{connection.headers.get('host', '')}").hostname or ""
    if not is_loopback(host):
        raise PermissionDeniedException(
            "While APP_AUTH=open, requests are answered only for this machine's own names."
        )


async def no_cross_site_writes(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Refuse to change anything for a page of another origin."""
    origin = connection.headers.get("origin")
    if origin is None or connection.scope.get("method") in _SAFE_METHODS:
        return
    if _parts(origin).netloc != connection.headers.get("host"):
        raise PermissionDeniedException("This was asked by a page of another origin.")


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        # Malformed, as "http://[" is: the parts of nothing match no name.
        return urlsplit("")
