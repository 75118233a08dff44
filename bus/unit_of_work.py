"""Publishing: one transaction that holds a change and the events that tell of it, or nothing."""

from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session
from uuid_utils import uuid7

from bus.envelope import encode_data
from bus.event import Event, source_of, subject_of
from bus.tables import NAME, now
from bus.trace import current_trace

_LONGEST = NAME.length or 0


class UnitOfWork:
    """What a use case or a reaction works in: a session, and a way to announce what it did."""

    def __init__(self, session: Session, source: str, outbox: Table) -> None:
        self.session = session
        self._source = source
        self._outbox = outbox
        self._rows: list[dict[str, Any]] = []

    def publish(self, event: Event) -> None:
        """Announce `event` if, and only if, this unit of work commits.

        Lock or update the row of the event's subject first: then the events of one subject are
        logged in the order of their commits. Raises ValueError for a subject or an id of the
        current trace that is empty, too long or has a NUL.
        """
        event_class = type(event)
        if source_of(event_class) != self._source:
            raise ValueError(f"{event_class.wire_name} is not {self._source}'s to publish")
        trace = current_trace()
        self._rows.append(
            {
                "event_id": str(uuid7()),
                "type": event_class.wire_name,
                "version": event_class.version,
                "subject": _fitting("subject", subject_of(event)),
                "time": now(),
                "correlation_id": _fitting("correlation id", trace.correlation_id),
                "causation_id": _fitting("causation id", trace.causation_id),
                "traceparent": _fitting("traceparent", trace.traceparent),
                "data": encode_data(event),
            }
        )

    def log_events(self) -> bool:
        """Write the published events; the last statements of the transaction. True if any."""
        if not self._rows:
            return False
        self.session.flush()
        self.session.execute(insert(self._outbox).inline(), self._rows)
        return True


def _fitting(what: str, value: str | None) -> str | None:
    # What no subscriber could read must never be logged: nothing behind it would be applied.
    if value is None or (0 < len(value) <= _LONGEST and "\0" not in value):
        return value
    raise ValueError(f"a {what} has 1 to {_LONGEST} characters and no NUL, not {value!r:.50}")
