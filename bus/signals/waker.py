"""The waker: signals committed work, so that nobody waits for the next regular look.

Within the process it is a call. Between processes it is NOTIFY on PostgreSQL, sent after the commit
on a connection of its own: inside the transaction it would take a lock that all of the server's
commits share. A notification may be lost, so every thread also looks by itself every LOOK_SECONDS.
"""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bus.signals.topics import Topic
from bus.storage.database import Database

if TYPE_CHECKING:
    from bus.signals.postgres_notify import Listener, Notifier


class Waker:
    """Wakes the threads of one participant, in this process or in another."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sleepers: dict[Topic, Callable[[], bool]] = {}
        self._notifier: Notifier | None = None
        self._listener: Listener | None = None

    def register(self, topic: Topic, sleeper: Callable[[], bool]) -> None:
        """Call `sleeper` on each signal of the topic; it returns True if it will look."""
        self._sleepers[topic] = sleeper

    def wake(self, topic: Topic) -> None:
        """Signal the topic: here if a thread here takes it on, else in other processes."""
        if self.wake_here(topic) or self._database.is_sqlite:
            return
        if self._notifier:
            self._notifier.notify(topic)
        else:
            # Imported only with PostgreSQL: without it a process starts faster and is smaller.
            from bus.signals.postgres_notify import notify_once

            notify_once(self._database, topic)

    def tell_others(self, topic: Topic, *, within: float = 0.0) -> None:
        """Signal other processes within so many seconds; returns at once.

        For signals that may be lost: none is sent before `start`, nor on SQLite.
        """
        if self._notifier:
            self._notifier.notify(topic, within=within)

    def start(self) -> None:
        """Begin to receive the signals of other processes."""
        if not self._database.is_sqlite:
            from bus.signals.postgres_notify import Listener, Notifier

            self._notifier = Notifier(self._database)
            self._listener = Listener(self._database, self._hear)
            self._notifier.start()
            self._listener.start()

    def stop(self) -> None:
        """Begin to stop receiving; signals within the process go on."""
        for thread in (self._notifier, self._listener):
            if thread:
                thread.stop()

    def join(self, deadline: float) -> None:
        """Wait until it has stopped, at most until this moment of `time.monotonic()`."""
        for thread in (self._notifier, self._listener):
            if thread:
                thread.join(max(0.0, deadline - time.monotonic()))
        self._notifier = self._listener = None

    def _hear(self, topic: Topic, sender: int) -> None:
        if self._notifier and sender == self._notifier.sender:
            return
        self.wake_here(topic)
        if topic is Topic.OUTBOX:
            # By one that only publishes, as a command does, and does not hear who watches.
            self.wake_here(Topic.EFFECTS)

    def wake_here(self, topic: Topic) -> bool:
        """Signal this process alone; False when no thread here takes it on."""
        sleeper = self._sleepers.get(topic)
        return sleeper() if sleeper else False


def stop_wakers(wakers: Sequence[Waker], seconds: float) -> None:
    """Stop all wakers, in so many seconds together."""
    deadline = time.monotonic() + seconds
    for waker in wakers:
        waker.stop()
    for waker in wakers:
        waker.join(deadline)
