"""Group commit on SQLite: one wait for the disk serves all who have committed before it began."""

import os
import sqlite3
import threading
from pathlib import Path

sync = getattr(os, "fdatasync", os.fsync)
"""What macOS and Windows have; the latter alone there."""


class GroupCommit:
    """Brings a file's write-ahead log to the disk, for commits that only wrote to it.

    So the next writer has its turn while the disk is busy. What is not on the disk yet can be seen
    by others, and is lost when the machine, not the process, goes down: until `flush` has returned
    nothing may be said or done that relies on it. The log keeps the order of the commits, so
    whatever is lost takes all that came after it in the same file along.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._turn = threading.Lock()
        self._asked = 0
        self._answered = 0
        self._watch: _Watch | None = None

    def flush(self) -> None:
        """Return when all that was committed before the call is on the disk; raises OSError."""
        with self._guard:
            self._asked += 1
            number = self._asked
        with self._turn:
            if self._answered >= number:
                return
            newest = self._asked
            if self._watch is None:
                self._watch = _Watch(self._path)
            self._watch.sync_what_is_new()
            self._answered = newest

    def close(self) -> None:
        """Give the file back; the next flush opens it anew."""
        with self._turn:
            if self._watch is not None:
                self._watch.close()
                self._watch = None


class _Watch:
    """Knows whether anybody has committed since it synced last.

    While it is open SQLite keeps the write-ahead log's file, which it would delete with the last
    connection to the database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._lasting_version = self._version()
        try:
            self._log = os.open(f"{path}-wal", os.O_RDWR)
        except FileNotFoundError:
            self._log = -1  # a drive that cannot have one: each commit waits by itself
        else:
            sync(self._log)

    def sync_what_is_new(self) -> None:
        version = self._version()
        if version != self._lasting_version and self._log >= 0:
            sync(self._log)
        self._lasting_version = version

    def close(self) -> None:
        self._connection.close()
        if self._log >= 0:
            os.close(self._log)

    def _version(self) -> int:
        """Another number, if anybody has committed since it was asked last."""
        try:
            [(version,)] = self._connection.execute("PRAGMA data_version")
        except sqlite3.Error as error:
            raise OSError(f"{self._path} cannot be read: {error}") from error
        return int(version)
