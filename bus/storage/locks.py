"""Locks: between processes, released by the holder's end; and a fair one between threads."""

import threading
from collections import deque
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bus.storage.engines import postgresql_engine

_FILE_LOCK_SECONDS = 0.1


class ExclusiveLock(Protocol):
    """A lock between processes, held together with a connection that ends with it."""

    def acquire(self) -> Connection | None:
        """Try once; returns the connection to work on, or None when others hold the lock."""

    def release(self) -> None:
        """Release the lock, also when its connection is lost."""

    def is_held(self) -> bool:
        """True if any process holds it now."""


class SQLiteLock:
    """An ExclusiveLock on a file of its own, beside the database's."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self._lock = FileLock(path, thread_local=False)
        self._connection: Connection | None = None

    def acquire(self) -> Connection | None:
        try:
            # Longer than somebody takes who only asks whether it is held, and holds it for that.
            self._lock.acquire(timeout=_FILE_LOCK_SECONDS, poll_interval=_FILE_LOCK_SECONDS / 20)
        except Timeout:
            return None
        try:
            self._connection = self._engine.connect()
        except SQLAlchemyError:
            self._lock.release()
            raise
        return self._connection

    def release(self) -> None:
        if self._connection is not None:
            _close_quietly(self._connection)
            self._connection = None
        self._lock.release(force=True)

    def is_held(self) -> bool:
        try:
            with FileLock(self._lock.lock_file, blocking=False):
                return False
        except Timeout:
            return True


class PostgreSQLLock:
    """An ExclusiveLock in the server, held by a session of its own that commits each statement."""

    def __init__(self, url: str, name: str) -> None:
        engine = postgresql_engine(url, name, pool_size=0)
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._name = name
        self._connection: Connection | None = None

    def acquire(self) -> Connection | None:
        connection = self._engine.connect()
        try:
            query = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
            got = connection.scalar(query, {"name": self._name})
            connection.commit()
        except SQLAlchemyError:
            _close_quietly(connection)
            raise
        if not got:
            connection.close()
            return None
        self._connection = connection
        return connection

    def release(self) -> None:
        if self._connection is not None:
            _close_quietly(self._connection)
            self._connection = None

    def is_held(self) -> bool:
        # Looked up, not tried: a try might take it from whoever stands by.
        query = text(
            "SELECT EXISTS (SELECT FROM pg_locks, hashtextextended(:name, 0) AS key"
            " WHERE locktype = 'advisory' AND granted AND objsubid = 1"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND (classid::bigint << 32) | objid::bigint = key)"
        )
        with self._engine.connect() as connection:
            return bool(connection.scalar(query, {"name": self._name}))


class FairLock:
    """A lock that threads get in the order in which they asked for it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._held = False
        self._holder: int | None = None

    def __enter__(self) -> None:
        self._wait_for_turn()
        self._holder = threading.get_ident()

    def _wait_for_turn(self) -> None:
        if self._holder == threading.get_ident():
            raise RuntimeError("a transaction inside another one of its thread would wait for ever")
        with self._guard:
            if not self._held:
                self._held = True
                return
            ticket = threading.Lock()
            ticket.acquire()
            self._queue.append(ticket)
        ticket.acquire()

    def __exit__(self, *_: object) -> None:
        self._holder = None
        with self._guard:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._held = False


def _close_quietly(connection: Connection) -> None:
    try:
        connection.close()
    except SQLAlchemyError:
        connection.invalidate()
