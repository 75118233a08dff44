"""Watching: live views of a participant's data are told after each of its commits.

These are watchers in this process and, on PostgreSQL, in other processes that serve the same
schema. On SQLite the relay tells them of another process's events when it next looks. Watchers
renew a lease; while there is none, a commit costs a comparison.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bus.signals.topics import Topic
from bus.signals.waker import Waker

RENEW_SECONDS = 15.0
"""How often a watcher must renew its lease."""

_LEASE_SECONDS = 3 * RENEW_SECONDS
_SECONDS_BETWEEN_NOTIFICATIONS = 0.2

Tell = Callable[[], None]
"""Called from any thread, often; must return at once."""


class Watch:
    """The watchers of one participant: they are told after each of its commits."""

    def __init__(self, waker: Waker) -> None:
        self._waker = waker
        self._guard = threading.Lock()
        self._watchers: tuple[Tell, ...] = ()
        self._watched_elsewhere_until = 0.0
        waker.register(Topic.EFFECTS, self._tell_here)
        waker.register(Topic.WATCHERS, self._note_watchers_elsewhere)

    @contextmanager
    def watching(self, tell: Tell) -> Iterator[None]:
        """Call `tell` after each commit while the block runs; `renew` every RENEW_SECONDS."""
        with self._guard:
            self._watchers = (*self._watchers, tell)
        try:
            self.renew()
            yield
        finally:
            with self._guard:
                self._watchers = tuple(each for each in self._watchers if each is not tell)

    def renew(self) -> None:
        """Renew the lease of this process's watchers in other processes; returns at once."""
        self._waker.tell_others(Topic.WATCHERS)

    def committed(self) -> None:
        """Tell the watchers of a commit."""
        self._tell_here()
        if time.monotonic() < self._watched_elsewhere_until:
            self._waker.tell_others(Topic.EFFECTS, within=_SECONDS_BETWEEN_NOTIFICATIONS)

    def _tell_here(self) -> bool:
        for tell in self._watchers:
            tell()
        return True

    def _note_watchers_elsewhere(self) -> bool:
        self._watched_elsewhere_until = time.monotonic() + _LEASE_SECONDS
        return True
