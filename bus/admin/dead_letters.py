"""Dead letters and all else that an inbox holds: listed, redriven and discarded."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
from sqlalchemy import JSON, ColumnElement, Row, Text, cast, func, literal, select, update

from bus.participant import Participant
from bus.signals.topics import Topic
from bus.storage.tables import as_time, now
from bus.subscription.inbox import Inbox, State

UNKNOWN_CAUSE = "not known"
"""The cause of what died before it was tried."""

_OF_ONE_ALONE = "|".join(
    (
        # Numbers and ids, quoted values, and all lines but the first.
        "[0-9A-Za-z-]*[0-9][0-9A-Za-z-]*",
        "'[^']*'",
        '"[^"]*"',
        "[\r\n](.|[\r\n])*",
    )
)
"""The parts in which errors of one mistake differ, for both databases' regular expressions."""

_LONGEST_KIND = 120
"""So that a cause with its line is no longer than a filter may be."""


class UnknownDeadLetter(Exception):
    """No dead letter has this id, or several have ids that begin like it."""


class NotSettled(Exception):
    """A message that cannot be redriven or discarded; the text says why."""


class NotDead(NotSettled):
    """A message that waits, is being retried, was applied after all or is discarded."""


class MustErase(NotSettled):
    """A dead letter that erases its subject: only its reaction can end it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A message in the inbox as an operator sees it."""

    id: str
    state: State
    source: str
    subject: str
    type: str
    event_id: str | None
    correlation_id: str | None
    attempts: int
    causes: Sequence[dict[str, str]]
    next_attempt: str | None
    stored: str
    settled: str | None
    reason: str | None
    message: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Dead letters of one type that died alike; `error` is what the last attempt of one says.

    `cause` is that without what is of one letter alone, and the line that raised it. `since` the
    first is stored.
    """

    type: str
    cause: str
    count: int
    error: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterFilter:
    """One message by its id, or all that match."""

    id: str | None = None
    type: str | None = None
    subject: str | None = None
    cause: str | None = None

    def given(self) -> Mapping[str, str]:
        """The fields that are given."""
        return {name: value for name, value in asdict(self).items() if value is not None}


ALL = DeadLetterFilter()


class DeadLetters:
    """The messages that one participant could not apply, each call a transaction of its own."""

    def __init__(self, participant: Participant) -> None:
        self._participant = participant
        self._inbox = participant.tables.inbox
        self._stored = Inbox(participant)

    def messages(
        self,
        filter: DeadLetterFilter = ALL,
        *,
        state: State | None = State.DEAD,
        limit: int = 100,
        offset: int = 0,
    ) -> tuple[int, Sequence[StoredMessage]]:
        """The number of messages that match, and a page of them, oldest first.

        With None for the state all but those that were applied after all.
        """
        inbox = self._inbox
        matching = self._matching(filter, state)
        page = (
            select(inbox)
            .where(*matching)
            .order_by(inbox.c.stored, inbox.c.position, inbox.c.id)
            .limit(limit)
            .offset(offset)
        )
        with self._participant.database.snapshot() as connection:
            total = connection.scalar(select(func.count()).select_from(inbox).where(*matching))
            return total or 0, [_stored(row) for row in connection.execute(page)]

    def groups(self, filter: DeadLetterFilter = ALL) -> Sequence[Group]:
        """The dead letters that match by what they died of, the largest group first."""
        inbox, count = self._inbox, func.count().label("count")
        error, of_cause = self._last_error, self._cause
        grouped = (
            select(
                inbox.c.type,
                of_cause.label("cause"),
                count,
                func.coalesce(func.max(error), "").label("error"),
                func.min(inbox.c.stored).label("since"),
            )
            .where(*self._matching(filter))
            .group_by(inbox.c.type, of_cause)
            .order_by(count.desc(), "since")
        )
        return [Group(**row._mapping) for row in self._participant.database.rows(grouped)]

    def message(self, id: str) -> StoredMessage:
        """The message with this id or unique beginning of it; raises UnknownDeadLetter."""
        inbox = self._inbox
        query = select(inbox).where(inbox.c.id.startswith(id, autoescape=True)).limit(2)
        with self._participant.database.snapshot() as connection:
            rows = connection.execute(query).all()
        if len(rows) != 1:
            raise UnknownDeadLetter(id)
        return _stored(rows[0])

    def redrive(self, filter: DeadLetterFilter = ALL) -> int:
        """Try the dead letters that match again, with all their attempts before them.

        Returns their number. Raises UnknownDeadLetter for an id that is none, and NotDead.
        """
        inbox = self._inbox
        with self._participant.database.transaction() as connection:
            result = connection.execute(
                update(inbox)
                .where(*self._matching(filter))
                .values(state=State.RETRYING, attempts=0, next_attempt=time.time())
            )
        self._require_dead(filter, result.rowcount)
        self._participant.watch.committed()
        self._participant.waker.wake(Topic.INBOX)
        return result.rowcount

    def discard(self, reason: str, filter: DeadLetterFilter = ALL) -> int:
        """Give the dead letters that match up for `reason`; what waits behind them goes on.

        Returns their number. They stay on record as discarded, but for the bytes of what is no
        event: nobody knows whom they tell of, so no erasure would find them.

        Raises UnknownDeadLetter for an id that is none, NotDead, and MustErase, having discarded
        none, if one of them erases.
        """
        inbox = self._inbox
        with self._participant.database.transaction() as connection:
            query = select(inbox).where(*self._matching(filter)).with_for_update()
            # In the order in which batches lock the cursors, so that neither waits for the other.
            ordered = query.order_by(inbox.c.source, inbox.c.epoch, inbox.c.id)
            rows = connection.execute(ordered).all()
            for row in rows:
                self._refuse_if_it_erases(row)
                connection.execute(
                    update(inbox)
                    .where(inbox.c.id == row.id)
                    .values(state=State.DISCARDED, settled=now(), reason=reason, **_emptied(row))
                )
                self._stored.promote_next(connection, row)
        self._require_dead(filter, len(rows))
        self._participant.watch.committed()
        self._participant.waker.wake(Topic.INBOX)
        return len(rows)

    def _require_dead(self, filter: DeadLetterFilter, count: int) -> None:
        if filter.id is not None and not count:
            raise NotDead(f"{filter.id} is {self.message(filter.id).state}, not dead")

    def _refuse_if_it_erases(self, row: Row[Any]) -> None:
        event, _ = self._participant.reactions.get(row.type, (None, None))
        if event and event.erases:
            raise MustErase(
                f"{row.type} {row.subject} erases: redrive {row.id}, "
                "for discarding it would leave personal data"
            )

    def _matching(
        self, filter: DeadLetterFilter, state: State | None = State.DEAD
    ) -> list[ColumnElement[bool]]:
        inbox = self._inbox
        return [
            inbox.c.state == state if state else inbox.c.state != State.APPLIED,
            *(
                (self._cause if name == "cause" else inbox.c[name]) == value
                for name, value in filter.given().items()
            ),
        ]

    @property
    def _cause(self) -> ColumnElement[str]:
        said = func.regexp_replace(self._last_error, _OF_ONE_ALONE, "…", "g", type_=Text)
        kind = func.substr(said, 1, _LONGEST_KIND, type_=Text)
        return func.coalesce(kind + literal(" at ") + self._of_last("where"), UNKNOWN_CAUSE)

    @property
    def _last_error(self) -> ColumnElement[str]:
        return self._of_last("error")

    def _of_last(self, name: str) -> ColumnElement[str]:
        causes = self._inbox.c.causes
        if self._participant.database.is_sqlite:
            return func.json_extract(causes, f"$[#-1].{name}", type_=Text)
        return func.json_extract_path_text(cast(causes, JSON), "-1", name, type_=Text)


def _stored(row: Row[Any]) -> StoredMessage:
    return StoredMessage(
        id=row.id,
        state=State(row.state),
        source=row.source,
        subject=row.subject,
        type=row.type,
        event_id=row.event_id,
        correlation_id=row.correlation_id,
        attempts=row.attempts,
        causes=msgspec.json.decode(row.causes),
        next_attempt=None if row.next_attempt is None else as_time(row.next_attempt),
        stored=row.stored,
        settled=row.settled,
        reason=row.reason,
        message=row.message,
    )


def _emptied(row: Row[Any]) -> dict[str, bytes]:
    return {} if row.source else {"message": b""}
