"""A thread of the bus: started once, stopped once, and never ended by an error."""

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from bus.storage.errors import log_level, reason

_log = logging.getLogger(__name__)


class Worker:
    """A thread with a name, which calls `_run` until it is stopped.

    `finding` says what keeps it from its work, and is empty when nothing does.
    """

    def __init__(self, kind: str, name: str) -> None:
        self.finding = ""
        self._name = name
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{kind}-{name}", daemon=True)

    def start(self) -> None:
        """Begin to work; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; returns at once."""
        self._stopping.set()
        self._interrupt()

    def join(self, seconds: float) -> None:
        """Wait so long at most until the thread has ended."""
        if self._thread.is_alive():  # else it was perhaps never started
            self._thread.join(seconds)

    def _run(self) -> None:
        """Work until `_stopping` is set; each subclass has its own."""

    def _interrupt(self) -> None:
        """End a pause of `_run`, so that it sees that it is stopped."""

    def _report(
        self, finding: str, error: Exception | None = None, level: int | None = None
    ) -> None:
        """Keep what is wrong, and log it when it is news, with a traceback if it is unforeseen."""
        if error is not None:
            finding = f"{finding}: {reason(error)}"
            level = level or log_level(error)
        if finding and finding != self.finding:
            unforeseen = error is not None and not isinstance(error, SQLAlchemyError | OSError)
            shown = error if unforeseen else None
            _log.log(level or logging.WARNING, "%s: %s", self._name, finding, exc_info=shown)
        self.finding = finding
