"""The two databases, made to behave alike: one schema per participant, writers in turn.

On SQLite every participant has a file of its own, attached under its schema's name, so that the
same qualified tables and statements serve both.
"""

import logging
import math
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout
from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Row,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    DisconnectionError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

SQLITE_BUSY_SECONDS = 30.0
"""How long a writer waits for another process that writes the same file."""

LOCK_SECONDS = 5.0
"""How long a transaction waits on PostgreSQL for a row that another one has locked."""

FORGETS = "forgets"
"""Set in `session.info` when no file shall keep what the transaction empties or deletes."""

_CHECKPOINT_BUSY_SECONDS = 0.1
_REPETITIONS_BEFORE_DOUBT = 10
_FILE_LOCK_SECONDS = 0.1

_USED = "used"
_SECONDS_UNASKED = 0.1
"""How long after its last use a connection is thought to be alive without a question.

A server that restarts takes longer, so whatever fails here would have failed a moment before, too.
"""

# A silent link is noticed within some ten seconds on both ends, so that locks get free.
_OPTIONS = "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"

# Classes of SQLSTATE that say "try again": connection, rollback by deadlock, lack of resources,
# intervention of an operator, lock not available, read-only standby, a privilege not granted.
_TRANSIENT_SQLSTATES = ("08", "40", "53", "57P", "55P03", "25006", "42501")
# A server that is away, or one where the tables are still to be made, or to be granted.
_AWAY_SQLSTATES = ("08", "57P", "42P01", "42501")
_TRANSIENT_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}

_FAILED = " failed: "


class Database:
    """One participant's schema and the transactions on it. Creating it opens no connection."""

    def __init__(self, url: str, schema: str, *, pool_size: int = 10) -> None:
        self.schema = schema
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._turn: AbstractContextManager[Any]
        if self.is_sqlite:
            self.path = Path(self.url.database or "").absolute()
            self.engine = _sqlite_engine(self.path, schema, pool_size)
            self._reader = self.engine
            self._looker = self.engine.execution_options(begin=None)
            self._turn = FairLock()
        else:
            self.engine = _postgresql_engine(self.url.render_as_string(False), schema, pool_size)
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ")
            self._looker = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._turn = nullcontext()
        self._writer = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        # At first it may hold what a process has left that died right after an erasure.
        self._log_remembers = self.is_sqlite

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """All as it is at one moment; whatever is written in it is undone."""
        with Session(self._reader) as session:
            yield session

    def rows(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        """What one statement reads: quicker than `reading`, for nothing surrounds it."""
        with self._looker.connect() as connection:
            return connection.execute(statement, parameters).all()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, undone when it raises."""
        with self._turn, Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session
        if self.is_sqlite and (self._log_remembers or FORGETS in session.info):
            self._log_remembers = not self._empty_write_ahead_log()

    def _empty_write_ahead_log(self) -> bool:
        """Move all of it into the file; False while somebody reads, to be tried after a write."""
        with self._turn, suppress(SQLAlchemyError, sqlite3.Error):
            connection = self.engine.raw_connection()
            cursor = connection.cursor()
            try:
                # Committed is committed: whoever wrote shall not wait long for this.
                cursor.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_BUSY_SECONDS * 1000:.0f}")
                cursor.execute(f"PRAGMA {self.schema}.wal_checkpoint(TRUNCATE)")
                [(busy, _pages, _moved)] = cursor.fetchall()
                return not busy
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_SECONDS * 1000:.0f}")
                connection.close()
        return False

    @contextmanager
    def connected_writer(self, connection: Connection) -> Iterator[Session]:
        """The same on a connection that the caller holds, for what must not outlive it."""
        with self._turn, Session(connection) as session, session.begin():
            yield session

    def should_repeat(self, error: Exception, repetitions: int) -> bool:
        """Whether repeating what raised `error` may help, for it is this database that is ill.

        One that answers well after some repetitions is not: then the error is another database's.
        """
        if not is_transient(error):
            return False
        return repetitions < _REPETITIONS_BEFORE_DOUBT or not self._answers()

    def _answers(self) -> bool:
        try:
            with self.reading() as session:
                session.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def lock(self, name: str) -> "ExclusiveLock":
        """A lock that one holder in the world has, and that its death sets free."""
        if self.is_sqlite:
            return _FileLock(self._writer, Path(f"{self.path}.{name}.lock"))
        return _AdvisoryLock(self.url.render_as_string(False), f"{self.schema}.{name}")

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


class ExclusiveLock(Protocol):
    """Held by one process at a time; `connection` is alive exactly as long as the lock is held."""

    def acquire(self) -> Connection | None:
        """Try, hardly waiting; the connection to work on, or nothing when others hold it."""

    def release(self) -> None:
        """Let others have it; also when the connection is lost."""

    def is_held(self) -> bool:
        """Whether anybody has it now."""


class _FileLock:
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


class _AdvisoryLock:
    def __init__(self, url: str, name: str) -> None:
        self._engine = _postgresql_engine(url, name, pool_size=0)
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


def is_transient(error: BaseException) -> bool:
    """Whether the database, not the statement, is at fault, so that repeating may help."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _TRANSIENT_SQLITE
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        # Without a state it is the client's word: a lost connection, or a value it cannot send.
        return isinstance(error, OperationalError | InterfaceError)
    return str(state).startswith(_TRANSIENT_SQLSTATES)


def log_level(error: BaseException) -> int:
    """How loud to be: hardly where a database is away or empty, which the relay tells for all."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    # Only errors of PostgreSQL's client have one, None where the server did not speak.
    state: str | None = getattr(cause, "sqlstate", "")
    refused = state is None and not isinstance(error, ProgrammingError | DataError)
    away = refused or (state or "").startswith(_AWAY_SQLSTATES)
    return logging.DEBUG if away else logging.WARNING


def reason(error: BaseException) -> str:
    """An error in one line for the log: the database's own words where it is ill, else the type.

    Of other errors the words are left out, for they may quote what was to be written.
    """
    words = str(getattr(error, "orig", "")).strip().splitlines()
    if not (words and is_transient(error)):
        return type(error).__name__
    # Of a connection that failed the client names the address before what the server says.
    said = [line.rpartition(_FAILED)[2] for line in words if _FAILED in line]
    return (said or words)[0].removeprefix("FATAL:").strip()


def connect_arguments(application_name: str, options: str = _OPTIONS) -> dict[str, Any]:
    """What every connection to PostgreSQL is opened with."""
    return {
        "application_name": application_name,
        "connect_timeout": 5,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "options": options,
    }


def psycopg_url(url: str) -> str:
    """A libpq URL for plain psycopg, without SQLAlchemy's driver name."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _sqlite_engine(path: Path, schema: str, pool_size: int) -> Engine:
    engine = create_engine(
        "sqlite://",
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=35,
        connect_args={"check_same_thread": False, "timeout": SQLITE_BUSY_SECONDS},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _attach(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"ATTACH DATABASE ? AS {schema}", (str(path),))
        connection.execute(f"PRAGMA {schema}.journal_mode = WAL")
        # Unqualified it would set only the unused main database.
        connection.execute(f"PRAGMA {schema}.synchronous = FULL")
        # What is emptied or deleted is overwritten, else it would stay readable in the file.
        connection.execute(f"PRAGMA {schema}.secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if begin := connection.get_execution_options().get("begin", "BEGIN"):
            connection.exec_driver_sql(begin)

    return engine


def _postgresql_engine(url: str, application_name: str, pool_size: int) -> Engine:
    pool: dict[str, Any] = {"poolclass": NullPool}
    options = _OPTIONS
    if pool_size:
        pool = {"pool_size": pool_size, "max_overflow": 5, "pool_timeout": 10}
        # Not for those who hold a lock in the world: migrating and stamping wait for all others.
        options += f" -c lock_timeout={LOCK_SECONDS * 1000:.0f}"
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args=connect_arguments(application_name, options),
        hide_parameters=True,
        **pool,
    )

    @event.listens_for(engine, "checkin")
    def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask_after_a_pause(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        # Each time would be a round trip more for every transaction.
        if time.monotonic() - record.info.get(_USED, math.inf) < _SECONDS_UNASKED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    return engine


def _close_quietly(connection: Connection) -> None:
    try:
        connection.close()
    except SQLAlchemyError:
        connection.invalidate()
