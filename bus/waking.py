"""Waking: work that has just been committed is looked at now, not at the next regular look.

Within the process the commit itself wakes. Between processes NOTIFY does, on PostgreSQL, sent after
the commit and on a connection of its own: inside the transaction it would take a lock that all of
the instance's commits share. A notification may be lost, so every thread also looks by itself every
LOOK_SECONDS.
"""

import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

import psycopg

from bus.database import Database, psycopg_url

LOOK_SECONDS = 5.0
_SECONDS_TO_CONNECT = 5
_NOBODY = -1

_log = logging.getLogger(__name__)


class Topic(StrEnum):
    """What there is to look at; EFFECTS and WATCHERS are for bus/watching.py."""

    OUTBOX = "outbox"
    INBOX = "inbox"
    CURSORS = "cursors"
    EFFECTS = "effects"
    WATCHERS = "watchers"


_TOPICS = frozenset(topic.value for topic in Topic)


class Waker:
    """Wakes whoever serves one participant, in this process or in another."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sleepers: dict[Topic, Callable[[], bool]] = {}
        self._notifier: _Notifier | None = None
        self._listener: _Listener | None = None

    def register(self, topic: Topic, sleeper: Callable[[], bool]) -> None:
        """Call `sleeper` when there is something to look at; it says whether it will look."""
        self._sleepers[topic] = sleeper

    def wake(self, topic: Topic) -> None:
        """Have it looked at: here if somebody here takes it on, else wherever it is served."""
        if self._wake_here(topic) or self._database.is_sqlite:
            return
        if self._notifier:
            self._notifier.notify(topic)
        else:
            _notify_once(self._database, topic)

    def tell_others(self, topic: Topic, *, within: float = 0.0) -> None:
        """Have other processes look at it, in so many seconds at most; returns at once.

        For what may be lost: nothing is told before `start`, nor on SQLite.
        """
        if self._notifier:
            self._notifier.notify(topic, within=within)

    def start(self) -> None:
        """Begin to hear other processes."""
        if not self._database.is_sqlite:
            self._notifier = _Notifier(self._database)
            self._listener = _Listener(self._database, self._hear)

    def stop(self) -> None:
        """Begin to stop hearing; waking in the process goes on working."""
        for thread in (self._notifier, self._listener):
            if thread:
                thread.stop()

    def join(self, deadline: float) -> None:
        """Wait until it hears no more, at most until `time.monotonic()` is so late."""
        for thread in (self._notifier, self._listener):
            if thread:
                thread.join(max(0.0, deadline - time.monotonic()))
        self._notifier = self._listener = None

    def _hear(self, topic: Topic, sender: int) -> None:
        if self._notifier and sender == self._notifier.sender:
            return
        self._wake_here(topic)
        if topic is Topic.OUTBOX:
            # By one that only publishes, as a command does, and does not hear who watches.
            self._wake_here(Topic.EFFECTS)

    def _wake_here(self, topic: Topic) -> bool:
        sleeper = self._sleepers.get(topic)
        return sleeper() if sleeper else False


def stop_wakers(wakers: Sequence[Waker], seconds: float) -> None:
    """Stop all of them, in so many seconds together."""
    deadline = time.monotonic() + seconds
    for waker in wakers:
        waker.stop()
    for waker in wakers:
        waker.join(deadline)


def _channel(database: Database) -> str:
    return f"bus_{database.schema}"


def _notify_once(database: Database, topic: Topic) -> None:
    # Losing it costs a regular look's delay, so a failure is no reason to fail the caller.
    try:
        with _connect(database) as connection:
            connection.execute("SELECT pg_notify(%s, %s)", (_channel(database), topic))
    except psycopg.Error as error:
        _log.warning("could not notify %s: %s", database.schema, type(error).__name__)


def _connect(database: Database) -> "psycopg.Connection[Any]":
    url = psycopg_url(database.url.render_as_string(hide_password=False))
    return psycopg.connect(url, autocommit=True, connect_timeout=_SECONDS_TO_CONNECT)


class _Notifier:
    """A thread that sends what was asked since it last sent, once per topic.

    `sender` is what its notifications are known by, 0 while it has no connection.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.sender = 0
        self._due: dict[Topic, float] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(
            target=self._run, name=f"notify-{database.schema}", daemon=True
        )
        self._thread.start()

    def notify(self, topic: Topic, *, within: float = 0.0) -> None:
        """Send it; what is asked again within these seconds is sent once."""
        with self._changed:
            due = time.monotonic() + within
            self._due[topic] = min(due, self._due.get(topic, due))
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopping:
            try:
                with _connect(self._database) as connection:
                    self.sender = connection.info.backend_pid
                    self._send_until_stopped(connection)
            except psycopg.Error as error:
                _log.warning("notifying %s: %s", self._database.schema, type(error).__name__)
                with self._changed:
                    self._changed.wait_for(lambda: self._stopping, LOOK_SECONDS)

    def _send_until_stopped(self, connection: psycopg.Connection) -> None:
        while topics := self._next_topics():
            for topic in topics:
                connection.execute("SELECT pg_notify(%s, %s)", (_channel(self._database), topic))

    def _next_topics(self) -> Sequence[Topic]:
        """The topics to send when it is time; none when all is sent and it stops."""
        with self._changed:
            while self._due or not self._stopping:
                now = time.monotonic()
                topics = [each for each, due in self._due.items() if due <= now or self._stopping]
                if topics:
                    self._due = {t: due for t, due in self._due.items() if t not in topics}
                    return topics
                self._changed.wait(min(self._due.values()) - now if self._due else None)
        return ()


class _Listener:
    """A thread that hears notifications, and wakes everybody after it was deaf for a while."""

    def __init__(self, database: Database, hear: Callable[[Topic, int], None]) -> None:
        self._database = database
        self._hear_from = hear
        self._stopping = threading.Event()
        self._stopped, self._stop = socket.socketpair()
        self._thread = threading.Thread(
            target=self._run, name=f"listen-{database.schema}", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        # Sent first: once it is to stop the thread closes both ends.
        self._stop.send(b"!")
        self._stopping.set()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        with self._stopped, self._stop:
            self._hear_until_stopped()

    def _hear_until_stopped(self) -> None:
        while not self._stopping.is_set():
            try:
                with _connect(self._database) as connection:
                    connection.execute(f'LISTEN "{_channel(self._database)}"')
                    for topic in Topic:
                        self._hear_from(topic, _NOBODY)
                    self._hear(connection)
            except psycopg.Error as error:
                _log.warning("listening to %s: %s", self._database.schema, type(error).__name__)
                self._stopping.wait(LOOK_SECONDS)

    def _hear(self, connection: psycopg.Connection) -> None:
        with selectors.DefaultSelector() as either:
            either.register(connection.fileno(), selectors.EVENT_READ)
            either.register(self._stopped.fileno(), selectors.EVENT_READ)
            while not self._stopping.is_set():
                either.select()
                for notification in connection.notifies(timeout=0):
                    if notification.payload in _TOPICS:
                        self._hear_from(Topic(notification.payload), notification.pid)
