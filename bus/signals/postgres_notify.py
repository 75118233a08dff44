"""Signals between processes: NOTIFY and LISTEN on PostgreSQL, each on a connection of its own."""

import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from bus.signals.topics import LOOK_SECONDS, Topic
from bus.storage.database import Database
from bus.storage.engines import connect_arguments, psycopg_url
from bus.worker import Worker

_NOBODY = -1
_log = logging.getLogger(__name__)
_TOPICS = frozenset(topic.value for topic in Topic)


def _channel(database: Database) -> str:
    return f"bus_{database.schema}"


def notify_once(database: Database, topic: Topic) -> None:
    """Notify other processes now, on a connection of its own."""
    # Losing it costs a regular look's delay, so a failure is no reason to fail the caller.
    try:
        with _connect(database) as connection:
            connection.execute("SELECT pg_notify(%s, %s)", (_channel(database), topic))
    except psycopg.Error as error:
        _log.warning("could not notify %s: %s", database.schema, type(error).__name__)


def _connect(database: Database) -> "psycopg.Connection[Any]":
    url = psycopg_url(database.url.render_as_string(hide_password=False))
    return psycopg.connect(url, autocommit=True, **connect_arguments(database.schema))


class Notifier(Worker):
    """A thread that sends notifications, once per topic for all that were asked meanwhile.

    `sender` identifies its notifications; it is 0 while it has no connection.
    """

    def __init__(self, database: Database) -> None:
        super().__init__("notify", database.schema)
        self._database = database
        self.sender = 0
        self._due: dict[Topic, float] = {}
        self._changed = threading.Condition()

    def notify(self, topic: Topic, *, within: float = 0.0) -> None:
        """Send a notification; several of one topic within these seconds are sent as one."""
        with self._changed:
            due = time.monotonic() + within
            self._due[topic] = min(due, self._due.get(topic, due))
            self._changed.notify()

    def _interrupt(self) -> None:
        with self._changed:
            self._changed.notify()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with _connect(self._database) as connection:
                    self.finding = ""
                    self.sender = connection.info.backend_pid
                    self._send_until_stopped(connection)
            except psycopg.Error as error:
                self._report("notifying fails", error)
                with self._changed:
                    self._changed.wait_for(self._stopping.is_set, LOOK_SECONDS)

    def _send_until_stopped(self, connection: psycopg.Connection) -> None:
        while topics := self._next_topics():
            for topic in topics:
                connection.execute("SELECT pg_notify(%s, %s)", (_channel(self._database), topic))

    def _next_topics(self) -> Sequence[Topic]:
        """The topics to send when it is time; none when all is sent and it stops."""
        with self._changed:
            while self._due or not self._stopping.is_set():
                now, is_last = time.monotonic(), self._stopping.is_set()
                topics = [each for each, due in self._due.items() if due <= now or is_last]
                if topics:
                    self._due = {t: due for t, due in self._due.items() if t not in topics}
                    return topics
                self._changed.wait(min(self._due.values()) - now if self._due else None)
        return ()


class Listener(Worker):
    """A thread that receives notifications, and signals every topic after each reconnect."""

    def __init__(self, database: Database, hear: Callable[[Topic, int], None]) -> None:
        super().__init__("listen", database.schema)
        self._database = database
        self._hear_from = hear
        self._stopped, self._stop = socket.socketpair()

    def stop(self) -> None:
        # Sent first: once it is to stop the thread closes both ends.
        self._stop.send(b"!")
        super().stop()

    def _run(self) -> None:
        with self._stopped, self._stop:
            self._hear_until_stopped()

    def _hear_until_stopped(self) -> None:
        while not self._stopping.is_set():
            try:
                with _connect(self._database) as connection:
                    self.finding = ""
                    connection.execute(f'LISTEN "{_channel(self._database)}"')
                    for topic in Topic:
                        self._hear_from(topic, _NOBODY)
                    self._hear(connection)
            except psycopg.Error as error:
                self._report("listening fails", error)
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
