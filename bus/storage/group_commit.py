"""Group commit on SQLite: one sync serves all transactions that committed before it began."""

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

sync = getattr(os, "fdatasync", os.fsync)
"""As SQLite does it; macOS and Windows have only the latter."""


class GroupCommit:
    """Brings a file's write-ahead log to the disk, for commits that only wrote to it.

    So the next writer has its turn while the disk is busy. A commit that is not on the disk yet can
    be read by others, and is lost when the machine goes down (not the process): until `flush` has
    returned, nothing may be answered or done that relies on it. The log keeps the order of commits,
    so a lost one takes all later ones of its file along.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._turn = threading.Lock()
        self._asked = 0
        self._answered = 0
        self._log: _WriteAheadLog | None = None

    def flush(self) -> None:
        """Return when every commit before the call is on the disk.

        Raises OSError and sqlite3.Error: then they may be on the disk or not.
        """
        with self._guard:
            self._asked += 1
            number = self._asked
        with self._turn:
            if self._answered >= number:
                return
            newest = self._asked
            if self._log is None:
                self._log = _WriteAheadLog(self._path)
            self._log.sync_what_is_new()
            self._answered = newest

    def close(self) -> None:
        """Close the file; the next flush opens it again."""
        with self._turn:
            if self._log is not None:
                self._log.close()
                self._log = None


class _WriteAheadLog:
    """The file of the write-ahead log, synced only after new commits.

    While it is open SQLite keeps the write-ahead log's file, which it would delete with the last
    connection to the database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._file: int | None = None
        self._lasting_version: int | None = None
        self._is_doubtful = False

    def sync_what_is_new(self) -> None:
        # Another number, if anybody has committed since it was asked last.
        version = self._ask("PRAGMA data_version")
        if version != self._lasting_version:
            self._sync()
            self._lasting_version = version

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._connection.close()

    def _sync(self) -> None:
        if self._file is None:
            if self._ask("PRAGMA journal_mode") != "wal":
                return  # a drive that cannot have such a log: each commit waits by itself
            self._file = os.open(f"{self._path}-wal", os.O_RDWR)
        if self._is_doubtful:
            self._move_log_into_database()
        self._is_doubtful = True
        sync(self._file)
        self._is_doubtful = False

    def _move_log_into_database(self) -> None:
        """Move the log into the database file, after the disk has refused to sync it.

        Asked to sync it again the system may say yes without having written it.
        """
        if self._ask("PRAGMA wal_checkpoint(TRUNCATE)"):
            raise OSError(f"{self._path}-wal is in use and cannot be written anew")

    def _ask(self, question: str) -> Any:
        [(answer, *_)] = self._connection.execute(question)
        return answer
