"""The transport inside one process: each subscriber reads its sources' logs from its own cursor.

Nothing is queued, so nothing can overflow, and no subscriber waits for another. Events still pass
as JSON bytes, so that this transport hides no fault of serialisation.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bus.outbox.epochs import Diverged, LogPosition
from bus.outbox.log import Log
from bus.participant import Participant
from bus.storage.database import Database
from bus.storage.errors import log_level, reason

_SECONDS_BETWEEN_FAILED_READS = 1.0

_log = logging.getLogger(__name__)


class MemoryTransport:
    """Delivery in process: every module is here, and one process serves each database."""

    name = "memory"
    one_process_only = True
    findings: Sequence[str] = ()
    is_blocked = False

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._heads: dict[str, int] = {}
        self._logs: dict[str, tuple[Database, Log]] = {}

    def findings_of(self, participant: str) -> Sequence[str]:
        return ()

    def start(self, participants: Sequence[Participant]) -> None:
        self._logs = {p.name: (p.database, p.log) for p in participants}

    def outlet(self, participant: Participant) -> "MemoryOutlet":
        return MemoryOutlet(participant, self._announce)

    def inlet(self, participant: Participant) -> "MemoryInlet":
        return MemoryInlet(self._changed, self._heads, self._logs)

    def stop(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _announce(self, source: str, head: int) -> None:
        with self._changed:
            self._heads[source] = head
            self._changed.notify_all()


class MemoryOutlet:
    """Announces the head of the log; the subscribers read it themselves."""

    def __init__(self, participant: Participant, announce: Callable[[str, int], None]) -> None:
        self._participant = participant
        self._announce = announce
        self._announced = -1

    def begin(self, connection: Connection) -> None:
        # No broker has what is logged from now on: one used later is told by the cursors.
        self._participant.log.confirm(connection, None)
        self._announced = -1

    def publish_pending(self, held: Connection, head: int) -> bool:
        if head != self._announced:
            self._announce(self._participant.name, head)
            self._announced = head
        return False

    def seconds_until_due(self) -> float:
        return float("inf")

    def end(self) -> None:
        """Nothing to give back."""


@dataclass(slots=True)
class _Feed:
    """An inlet's place in one source's log; `asked` until that place is found."""

    asked: LogPosition | None = None
    after: int = 0
    not_before: float = 0.0


class MemoryInlet:
    """Reads a subscriber's sources in turn, each from the place that the subscriber asked for."""

    connection_generation = 1
    is_open = True
    redelivers = True

    def __init__(
        self,
        changed: threading.Condition,
        heads: dict[str, int],
        logs: dict[str, tuple[Database, Log]],
    ) -> None:
        self._changed = changed
        self._heads = heads
        self._logs = logs
        self._feeds: dict[str, _Feed] = {}
        self._woken = False

    def receive(self, limit: int, seconds: float) -> Sequence[bytes]:
        deadline = time.monotonic() + seconds
        while True:
            with self._changed:
                if not self._woken and not self._ready():
                    pause = min(deadline, self._next_try()) - time.monotonic()
                    self._changed.wait(max(pause, 0))
                woken, self._woken = self._woken, False
                ready = self._ready()
            messages = [body for source in ready for body in self._read(source, limit)]
            if messages or woken or time.monotonic() >= deadline:
                return messages

    def acknowledge(self) -> None:
        """Nothing to give back: what is not committed is read again from the cursor."""

    def ask(self, source: str, place: LogPosition, *, resend: bool) -> None:
        with self._changed:
            self._feeds.setdefault(source, _Feed()).asked = place
            self._changed.notify_all()

    def wake(self) -> None:
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def close(self) -> None:
        self.wake()

    def _ready(self) -> list[str]:
        now = time.monotonic()
        return [
            source
            for source, feed in self._feeds.items()
            if feed.not_before <= now
            and source in self._heads
            and (feed.asked or feed.after < self._heads[source])
        ]

    def _next_try(self) -> float:
        now = time.monotonic()
        waits = [feed.not_before for feed in self._feeds.values() if feed.not_before > now]
        return min(waits, default=float("inf"))

    def _read(self, source: str, limit: int) -> Sequence[bytes]:
        feed = self._feeds[source]
        database, log = self._logs[source]
        try:
            # Only a place that was asked for takes several statements to find.
            with database.snapshot() if feed.asked else database.autocommit() as connection:
                bodies, after = self._read_on(connection, log, feed, limit)
            # Whoever acts on an event must not outlive it.
            database.flush()
        except SQLAlchemyError as error:
            _log.log(log_level(error), "cannot read the log of %s: %s", source, reason(error))
            feed.not_before = time.monotonic() + _SECONDS_BETWEEN_FAILED_READS
            return []
        feed.asked, feed.after = None, after
        return bodies

    def _read_on(
        self, connection: Connection, log: Log, feed: _Feed, limit: int
    ) -> tuple[Sequence[bytes], int]:
        """The next messages of the feed, and the position after which to go on then."""
        asked, after = feed.asked, feed.after
        if asked is not None:
            try:
                after = log.epochs.position_after(connection, asked)
            except Diverged:
                return [log.diverged_message(asked).body], self._heads[log.source]
        messages = log.read(connection, after, limit)
        bodies = [message.body for message in messages]
        entry = log.entry_message(connection, asked, after) if asked else None
        if entry:
            bodies.insert(0, entry.body)
        if messages:
            return bodies, messages[-1].position
        if asked is not None:
            bodies.append(log.head_message(connection, after).body)
        return bodies, after
