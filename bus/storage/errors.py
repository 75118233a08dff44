"""The meaning of database errors: worth repeating or not, how loud to log, what to say."""

import logging
import sqlite3

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

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


def is_transient(error: BaseException) -> bool:
    """True if the database, not the statement, is at fault, so that repeating may help."""
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
    """The log level: DEBUG where a database is away or empty, of which the relay tells for all."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    # Only errors of PostgreSQL's client have one, None where the server did not speak.
    state: str | None = getattr(cause, "sqlstate", "")
    refused = state is None and not isinstance(error, ProgrammingError | DataError)
    away = refused or (state or "").startswith(_AWAY_SQLSTATES)
    return logging.DEBUG if away else logging.WARNING


def reason(error: BaseException) -> str:
    """An error in one line for the log: the database's words where it is at fault, else the type.

    Other errors' words are left out: they may quote the data that was to be written.
    """
    words = str(getattr(error, "orig", "")).strip().splitlines()
    if not (words and is_transient(error)):
        return type(error).__name__
    # Of a connection that failed the client names the address before what the server says.
    said = [line.rpartition(_FAILED)[2] for line in words if _FAILED in line]
    return (said or words)[0].removeprefix("FATAL:").strip()
