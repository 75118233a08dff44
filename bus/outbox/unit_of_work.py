"""The unit of work: one transaction for a change and the events that tell of it, or for neither."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from uuid_utils import uuid7

from bus.events.envelope import FORGOTTEN, Envelope, encode_data
from bus.events.event import Event, source_of, subject_of
from bus.events.trace import UNDECIDED, current_trace, trace_of, tracing
from bus.outbox.log import Log
from bus.storage.database import empty_log_after_commit
from bus.storage.tables import NAME, now

_LONGEST = NAME.length or 0


class UnitOfWork:
    """A connection to write a change on, and a way to publish the events that tell of it.

    The events are logged when its block ends, as the last statements of the transaction; when the
    block raises, nothing is. Published outside of the block they would be lost, so it is refused.
    """

    def __init__(self, connection: Connection, log: Log) -> None:
        self.connection = connection
        self.has_published = False
        """True once its block has ended and logged an event."""
        self._log = log
        self._rows: list[dict[str, Any]] = []
        self._forgotten: set[str] = set()
        self._erasures: set[str] = set()
        self._causes: Mapping[int, Envelope] = {}
        self._is_open = False

    def __enter__(self) -> "UnitOfWork":
        self._is_open = True
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self._is_open = False
        if error is None:
            self._log_events()

    def publish(self, event: Event) -> None:
        """Publish `event` if, and only if, this unit of work commits.

        Lock or update the row of the event's subject first: then the events of one subject are
        logged in the order of their commits. Raises ValueError for a subject or an id of the
        current trace that is empty, too long or has a NUL, TypeError for a value that is not of its
        field's type, and RuntimeError outside of its block.
        """
        self._require_open()
        event_class = type(event)
        if source_of(event_class) != self._log.source:
            raise ValueError(f"{event_class.wire_name} is not {self._log.source}'s to publish")
        subject, trace = subject_of(event), current_trace()
        row: dict[str, Any] = {
            "event_id": str(uuid7()),
            "type": event_class.wire_name,
            "version": event_class.version,
            "subject": _validated("subject", subject),
            "time": now(),
            "correlation_id": _validated("correlation id", trace.correlation_id),
            "causation_id": _validated("causation id", trace.causation_id),
            "traceparent": _validated("traceparent", trace.traceparent),
            "data": encode_data(event),
            "origin": trace.origin and trace.origin(),
        }
        if event_class.erases:
            self.forget(subject)
            self._erasures.add(row["event_id"])
        self._rows.append(row)

    @contextmanager
    def caused_by(self, event: Event) -> Iterator[None]:
        """Let what is published inside this block be caused by one of a batch reaction's events.

        Raises ValueError for an event that the reaction was not given.
        """
        envelope = self._causes.get(id(event))
        if envelope is None:
            raise ValueError(f"no batch reaction was given this {type(event).__name__}")
        with tracing(trace_of(envelope)):
            yield

    @contextmanager
    def reacting_to(self, envelopes: Sequence[Envelope], events: Sequence[Event]) -> Iterator[None]:
        """Let a batch reaction name the events as causes inside this block; for the bus alone."""
        self._causes = dict(zip(map(id, events), envelopes, strict=True))
        try:
            with tracing(UNDECIDED):
                yield
        finally:
            self._causes = {}

    def forget(self, subject: str) -> None:
        """Empty the data of every event of `subject` that this module has published until now.

        It takes effect if, and only if, this unit of work commits. What is published later keeps
        its data, and so does an event of this unit of work that `erases`; publishing one calls
        this by itself. Lock or update the subject's row first, as for `publish`. It reads the
        whole log: meant to be rare.
        """
        self._require_open()
        self._forgotten.add(subject)
        empty_log_after_commit(self.connection)
        for row in self._rows:
            # One that erases must reach those who have something to forget.
            if row["subject"] == subject and row["event_id"] not in self._erasures:
                row["data"] = FORGOTTEN

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that is undone alone when its block raises: its writes, events and erasures."""
        rows, forgotten = [dict(row) for row in self._rows], set(self._forgotten)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            self._rows, self._forgotten = rows, forgotten
            raise

    def _require_open(self) -> None:
        if not self._is_open:
            raise RuntimeError("publish and forget inside the block of a unit of work")

    def _log_events(self) -> None:
        if self._forgotten:
            self._log.forget(self.connection, self._forgotten)
        if self._rows:
            self._log.append(self.connection, self._rows)
            self.has_published = True


def _validated(what: str, value: str | None) -> str | None:
    # What no subscriber could read must never be logged: nothing behind it would be applied.
    if value is None or (0 < len(value) <= _LONGEST and "\0" not in value):
        return value
    raise ValueError(f"a {what} has 1 to {_LONGEST} characters and no NUL, not {value!r:.50}")
