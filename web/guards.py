"""Requests that are refused before anything looks at what they ask for."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

LARGEST_ID = 2**63 - 1
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

Connection = ASGIConnection[Any, Any, Any, Any]


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without a port, is this machine and no other."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def ids_fit_a_database(connection: Connection, _handler: BaseRouteHandler) -> None:
    """A number in a path that no id can be is 404, as is any unknown id."""
    for value in connection.path_params.values():
        if isinstance(value, int) and not 0 < value <= LARGEST_ID:
            raise NotFoundException


def only_for_loopback_hosts(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Refuse a Host that is not this machine: another site's name that was pointed at it."""
    host = urlsplit(f"//{connection.headers.get('host', '')}").hostname or ""
    if not is_loopback(host):
        raise PermissionDeniedException(
            "While APP_AUTH=open, requests are answered only for this machine's own names."
        )


def no_cross_site_writes(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Refuse to change anything for a page of another origin."""
    origin = connection.headers.get("origin")
    if origin is None or connection.scope.get("method") in _SAFE_METHODS:
        return
    if urlsplit(origin).netloc != connection.headers.get("host"):
        raise PermissionDeniedException("This was asked by a page of another origin.")
