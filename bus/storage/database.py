"""The two databases, made to behave alike: one schema per participant, writers in turn.

On SQLite every participant has a file of its own, attached under its schema's name, so that the
same qualified tables and statements serve both.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Executable, Row, make_url, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bus.storage.engines import SQLITE_BUSY_SECONDS, postgresql_engine, sqlite_engine
from bus.storage.errors import is_transient
from bus.storage.group_commit import GroupCommit
from bus.storage.locks import ExclusiveLock, FairLock, PostgreSQLLock, SQLiteLock

_FORGETS = "bus.forgets"
_WRITING = "BEGIN IMMEDIATE"
_CHECKPOINT_BUSY_SECONDS = 0.1
_REPETITIONS_BEFORE_DOUBT = 10


def empty_log_after_commit(connection: Connection) -> None:
    """Have no file keep what the transaction on this connection empties or deletes.

    On SQLite the write-ahead log would keep it; elsewhere this has no effect.
    """
    connection.info[_FORGETS] = True


class Database:
    """One participant's schema and the transactions on it. Creating it opens no connection."""

    def __init__(self, url: str, schema: str, *, pool_size: int = 10) -> None:
        self.schema = schema
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._turn: AbstractContextManager[Any]
        if self.is_sqlite:
            # As SQLite itself does: what lies beside the file lies beside what a link leads to.
            self.path = Path(self.url.database or "").resolve()
            self.engine = sqlite_engine(self.path, schema, pool_size)
            self._reader = self.engine
            self._looker = self.engine.execution_options(begin=None)
            self._turn = FairLock()
            self._group_commit = GroupCommit(self.path)
        else:
            self.engine = postgresql_engine(self.url.render_as_string(False), schema, pool_size)
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ")
            self._looker = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._turn = nullcontext()
        self._writer = self.engine.execution_options(begin=_WRITING)
        # At first it may hold what a process has left that died right after an erasure.
        self._log_remembers = self.is_sqlite

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A transaction to read in: all statements see one moment, and writes are undone."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """A connection without a transaction: quicker than `snapshot` for a single statement."""
        with self._looker.connect() as connection:
            yield connection

    def rows(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        """The rows that one statement reads."""
        with self.autocommit() as connection:
            return connection.execute(statement, parameters).all()

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Connection]:
        """A transaction: committed when the block ends, rolled back when it raises.

        On SQLite the commit is on the disk only if it is `durable`, or when `flush` returns.
        """
        with self._turn, self._writer.begin() as connection:
            # The pool keeps it with the connection, also from a transaction that was undone.
            connection.info.pop(_FORGETS, None)
            yield connection
            forgets = _FORGETS in connection.info
        if self.is_sqlite and (self._log_remembers or forgets):
            self._log_remembers = not self._empty_write_ahead_log()
        if durable:
            self.flush()

    def is_transaction(self, connection: Connection) -> bool:
        """True if the connection is one of `transaction`, so that what is written on it commits."""
        return connection.get_execution_options().get("begin") == _WRITING

    def flush(self) -> None:
        """Return when every commit until now, by any process, is on the disk.

        Raises a transient OperationalError: then they may be on the disk or not.
        """
        if self.is_sqlite:
            try:
                self._group_commit.flush()
            except (OSError, sqlite3.Error) as error:
                raise OperationalError("sync", None, error) from error

    def _empty_write_ahead_log(self) -> bool:
        """Move the write-ahead log into the file; False while a reader prevents it."""
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
    def transaction_on(self, connection: Connection) -> Iterator[None]:
        """A transaction on a connection that the caller holds, such as that of a lock."""
        with self._turn, connection.begin():
            yield

    def should_retry(self, error: Exception, repetitions: int) -> bool:
        """True if repeating what raised `error` may help, because this database is at fault.

        After some repetitions the database is asked: if it answers, another one is at fault.
        """
        if not is_transient(error):
            return False
        return repetitions < _REPETITIONS_BEFORE_DOUBT or not self._answers()

    def _answers(self) -> bool:
        try:
            with self.snapshot() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def lock(self, name: str) -> ExclusiveLock:
        """A lock with one holder among all processes; the holder's end releases it."""
        if self.is_sqlite:
            return SQLiteLock(self._writer, Path(f"{self.path}.{name}.lock"))
        return PostgreSQLLock(self.url.render_as_string(False), f"{self.schema}.{name}")

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        if self.is_sqlite:
            self._group_commit.close()
