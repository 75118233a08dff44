"""Engines: connections to the two databases, set up so that they behave alike."""

import math
import re
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

SQLITE_BUSY_SECONDS = 30.0
"""How long a writer waits for another process that writes the same file."""

LOCK_SECONDS = 5.0
"""How long on PostgreSQL a transaction waits for a row that another one has locked.

A reaction waits as long as its own time limit says.
"""

_USED = "used"
_SECONDS_UNASKED = 0.1
"""How long after its last use a connection is thought to be alive without a question.

A server that restarts takes longer, so whatever fails here would have failed a moment before, too.
"""

# A silent link is noticed within some ten seconds on both ends, so that locks get free.
_OPTIONS = "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"


def connect_arguments(application_name: str, options: str = _OPTIONS) -> dict[str, Any]:
    """The arguments of every connection to PostgreSQL."""
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


def sqlite_engine(path: Path, schema: str, pool_size: int) -> Engine:
    """An engine whose connections attach the file as the schema; GroupCommit syncs the file."""
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
        (mode,) = connection.execute(f"PRAGMA {schema}.journal_mode = WAL").fetchone()
        # Without that log, as on some network drives, each commit itself waits for the disk.
        waiting = "NORMAL" if mode == "wal" else "FULL"
        # Unqualified it would set only the unused main database.
        connection.execute(f"PRAGMA {schema}.synchronous = {waiting}")
        # What is emptied or deleted is overwritten, else it would stay readable in the file.
        connection.execute(f"PRAGMA {schema}.secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.create_function("regexp_replace", 4, _replaced, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if begin := connection.get_execution_options().get("begin", "BEGIN"):
            # Past SQLAlchemy, which takes longer to have it executed than SQLite does to do it.
            driver: Any = connection.connection.driver_connection
            try:
                driver.execute(begin)
            except sqlite3.Error as error:
                raise DBAPIError.instance(begin, None, error, sqlite3.Error) from error

    return engine


def _replaced(text: str | None, pattern: str, replacement: str, _everywhere: str) -> str | None:
    """PostgreSQL's regexp_replace with the flag `g`, for patterns that mean the same to both."""
    return None if text is None else re.sub(pattern, replacement, text)


def postgresql_engine(url: str, application_name: str, pool_size: int) -> Engine:
    """An engine whose connections have this name; without a pool where `pool_size` is 0."""
    pool: dict[str, Any] = {"poolclass": NullPool}
    options = _OPTIONS
    if pool_size:
        pool = {"pool_size": pool_size, "max_overflow": 5, "pool_timeout": 10}
        # Not for holders of a lock between processes: migrations and relays wait for all others.
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
