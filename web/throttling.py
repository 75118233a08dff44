"""Limits on the rate and the concurrency of requests. Beyond them the answer is 429.

The counts are in the memory of the process: each process has its own limit, and a restart
resets it.
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
    """The IP address of the client. For IPv6 its /64 network, since a client has all of that."""
    host = connection.client.host if connection.client else ""
    try:
        address = IPv6Address(host)
    except ValueError:
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address.packed, _NETWORK_BITS), strict=False))


class RateLimit:
    """At most `most` events per key in `seconds`, a window that begins with the first event."""

    def __init__(self, most: int, *, seconds: int) -> None:
        self._storage = MemoryStorage()
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._item = RateLimitItemPerSecond(most, seconds)

    def count(self, *key: str) -> None:
        """Count one event. Raises TooManyRequestsException beyond the limit."""
        if not self._limiter.hit(self._item, *key):
            window = self._limiter.get_window_stats(self._item, *key)
            raise _too_many(window.reset_time - time.time())

    def uncount(self, *key: str) -> None:
        """Undo one count."""
        self._storage.decr(self._item.key_for(*key))


class ConcurrencyLimit:
    """At most `most` requests at a time; any other is refused."""

    def __init__(self, most: int) -> None:
        self._slots = threading.BoundedSemaphore(most)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold a slot while the block runs. Raises TooManyRequestsException if none is free."""
        if not self._slots.acquire(blocking=False):
            raise _too_many(1)
        try:
            yield
        finally:
            self._slots.release()


def _too_many(seconds: float) -> TooManyRequestsException:
    wait = max(1, ceil(seconds))
    return TooManyRequestsException(
        f"Too many requests of this kind: try again in {wait} s.",
        headers={"Retry-After": str(wait)},
    )
