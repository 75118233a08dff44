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
        self._watching: sqlite3.Connection | None = None
        self._lasting_version = 0

    def flush(self) -> None:
        """Return when all that was committed before the call is on the disk; raises OSError."""
        with self._guard:
            self._asked += 1
            number = self._asked
        with self._turn:
            if self._answered >= number:
                return
            newest = self._asked
            self._sync_what_is_new()
            self._answered = newest

    def close(self) -> None:
        """Give the file back; the next flush opens it anew."""
        with self._turn:
            if self._watching is not None:
                self._watching.close()
                self._watching = None

    def _sync_what_is_new(self) -> None:
        version = self._version()
        if version == self._lasting_version:
            return
        try:
            file = os.open(f"{self._path}-wal", os.O_RDWR)
        except FileNotFoundError:
            return  # a drive that cannot have one: each commit waited by itself
        try:
            sync(file)
        finally:
            os.close(file)
        self._lasting_version = version

    def _version(self) -> int:
        """Another number, if anybody has committed since it was asked last; never 0."""
        if self._watching is None:
            self._watching = sqlite3.connect(self._path, check_same_thread=False)
            self._lasting_version = 0
        try:
            [(version,)] = self._watching.execute("PRAGMA data_version")
        except sqlite3.Error as error:
            raise OSError(f"{self._path} cannot be read: {error}") from error
        return int(version)
