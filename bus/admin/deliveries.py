"""Deliveries: the outcome of an event at one subscriber, from its cursor, inbox and moves.

Where all goes well nothing is written for a single event. A cursor tells that it was applied, the
moves of the cursor to the second when; what did not go well is in the inbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Row, func, select

from bus.participant import Participant
from bus.storage.tables import as_time
from bus.subscription.cursor import TO_THE_SECOND
from bus.subscription.inbox import KEPT_APPLIED, SETTLED, State, stored_id

Standing = Literal["not yet", "applied", "retrying", "waiting", "dead", "discarded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The event that is asked about."""

    source: str
    epoch: str
    position: int
    event_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The outcome of an event at a subscriber.

    `time`: when it was applied, to the second, or discarded; `no_later_than` says that it may have
    been earlier. `attempts` and `causes` are known of those that did not go well at once. `letter`
    is the message in the inbox, `behind` the one that it waits for.
    """

    subscriber: str
    event_id: str
    state: Standing
    time: str | None = None
    no_later_than: bool = False
    attempts: int = 0
    next_attempt: str | None = None
    causes: Sequence[dict[str, str]] = field(default_factory=list)
    reason: str | None = None
    letter: str | None = None
    behind: str | None = None


class Deliveries:
    """Reads the outcomes of events at one participant."""

    def __init__(self, participant: Participant) -> None:
        self._subscriber = participant.name
        self._database = participant.database
        self._inbox = participant.tables.inbox
        self._cursors = participant.tables.cursors
        self._moves = participant.tables.moves

    def of(self, events: Sequence[Sent]) -> list[Delivery]:
        """The outcome of each of these events, in their order."""
        ids = [stored_id(event.source, event.epoch, event.event_id) for event in events]
        inbox = self._inbox
        with self._database.snapshot() as connection:
            rows = connection.execute(select(inbox).where(inbox.c.id.in_(ids))).all()
            stored = {row.id: row for row in rows}
            cursors = connection.execute(
                select(self._cursors).order_by(self._cursors.c.epoch)
            ).all()
            unsure_until = self._unsure_until(connection)
            return [
                self._stored(connection, event, stored[id])
                if id in stored
                else self._passed(connection, event, cursors, unsure_until)
                for event, id in zip(events, ids, strict=True)
            ]

    def _passed(
        self, connection: Connection, event: Sent, cursors: Sequence[Row[Any]], unsure_until: str
    ) -> Delivery:
        """Of an event that is not in the inbox the cursor tells."""
        cursor = next((each for each in cursors if _is_past(each, event)), None)
        if cursor is None:
            return self._delivery(event, "not yet")
        moves = self._moves
        these = (moves.c.source == cursor.source) & (moves.c.epoch == cursor.epoch)
        next_move = (
            select(moves.c.time)
            .where(these, moves.c.position >= event.position)
            .order_by(moves.c.position)
            .limit(1)
        )
        time = connection.scalar(next_move) or cursor.moved
        oldest = connection.scalar(select(func.min(moves.c.position)).where(these))
        known = oldest is not None and oldest < event.position
        unsure = (time or "")[:TO_THE_SECOND] <= unsure_until[:TO_THE_SECOND]
        return self._delivery(event, "applied", time=time, no_later_than=unsure or not known)

    def _unsure_until(self, connection: Connection) -> str:
        """Up to then an event may have been in the inbox of which nothing is on record there."""
        inbox = self._inbox
        applied = inbox.c.state == State.APPLIED
        query = select(func.count(), func.min(inbox.c.stored)).where(applied)
        count, oldest = connection.execute(query).one()
        return oldest if count >= KEPT_APPLIED else ""

    def _stored(self, connection: Connection, event: Sent, row: Row[Any]) -> Delivery:
        causes = msgspec.json.decode(row.causes)
        applied = row.state == State.APPLIED
        return self._delivery(
            event,
            row.state,
            time=row.settled,
            # A redriven one counts from 0 again.
            attempts=max(row.attempts, len(causes) + applied),
            next_attempt=None if row.next_attempt is None else as_time(row.next_attempt),
            causes=causes,
            reason=row.reason,
            letter=row.id,
            behind=self._head(connection, row) if row.state == State.WAITING else None,
        )

    def _head(self, connection: Connection, row: Row[Any]) -> str | None:
        inbox = self._inbox
        return connection.scalar(
            select(inbox.c.id)
            .where(
                inbox.c.source == row.source,
                inbox.c.subject == row.subject,
                inbox.c.state.not_in((*SETTLED, State.WAITING)),
            )
            .order_by(inbox.c.epoch, inbox.c.position)
            .limit(1)
        )

    def _delivery(self, event: Sent, state: Standing, **known: Any) -> Delivery:
        return Delivery(subscriber=self._subscriber, event_id=event.event_id, state=state, **known)


def _is_past(cursor: Row[Any], event: Sent) -> bool:
    # Positions go on from one epoch to the next.
    return bool(
        cursor.source == event.source
        and cursor.epoch >= event.epoch
        and cursor.position >= event.position
    )
