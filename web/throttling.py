"""Requests that come too often, or too many at once: 429, with how long to wait.

All is counted in the memory of this process: several processes allow so many each, and a restart
forgets.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_network
from math import ceil

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from litestar.exceptions import TooManyRequestsException

from web.session import Connection

_NETWORK_BITS = 64


def client_of(connection: Connection) -> str:
    """The address that asks; of an IPv6 one the network, for who has one has all of it."""
    host = connection.client.host if connection.client else ""
    try:
        address = IPv6Address(host)
    except ValueError:
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address.packed, _NETWORK_BITS), strict=False))


class Limit:
    """At most so many in so many seconds, from the first one on, for each that is told apart."""

    def __init__(self, most: int, *, seconds: int) -> None:
        self._storage = MemoryStorage()
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._item = RateLimitItemPerSecond(most, seconds)

    def count(self, *whose: str) -> None:
        """Count one more; raises TooManyRequestsException beyond the limit."""
        if not self._limiter.hit(self._item, *whose):
            window = self._limiter.get_window_stats(self._item, *whose)
            raise _too_many(window.reset_time - time.time())

    def uncount(self, *whose: str) -> None:
        """Take one back."""
        self._storage.decr(self._item.key_for(*whose))


class Turnstile:
    """So many may be inside at once; the others are told to come again."""

    def __init__(self, most: int) -> None:
        self._places = threading.BoundedSemaphore(most)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be inside while the block runs; raises TooManyRequestsException when it is full."""
        if not self._places.acquire(blocking=False):
            raise _too_many(1)
        try:
            yield
        finally:
            self._places.release()


def _too_many(seconds: float) -> TooManyRequestsException:
    wait = max(1, ceil(seconds))
    return TooManyRequestsException(
        f"Too many requests of this kind: try again in {wait} s.",
        headers={"Retry-After": str(wait)},
    )
