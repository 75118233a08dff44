"""The durable inbox: messages that failed, and those that wait behind them.

A message is here from its first failure until it is applied, discarded or erased with its subject.
Of the latest that were applied after all the history is kept, without their content.
Per source and subject the oldest one is `retrying` or `dead`, the later ones are `waiting`; taking
the oldest out promotes the next in the same transaction, so the order of a subject is kept through
any failure.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from bus.backoff import RetrySchedule
from bus.events.envelope import Envelope
from bus.participant import Participant
from bus.storage.database import empty_log_after_commit
from bus.storage.tables import now
from bus.subscription.cursor import change_parked
from bus.subscription.failure_cause import cause_of

KEPT_CAUSES = 20
"""How many of a message's latest failures are remembered."""

KEPT_APPLIED = 10_000
"""The number of applied messages whose history is kept."""


class State(StrEnum):
    """The states of a message in the inbox."""

    RETRYING = "retrying"
    WAITING = "waiting"
    DEAD = "dead"
    DISCARDED = "discarded"
    APPLIED = "applied"


SETTLED = (State.DISCARDED, State.APPLIED)
"""On record only: nothing waits behind these."""


class Inbox:
    """The inbox of one participant. Methods that take a connection are part of its transaction."""

    def __init__(self, participant: Participant) -> None:
        self._participant = participant
        self._inbox = participant.tables.inbox
        self._cursors = participant.tables.cursors

    def blocked(self, connection: Connection, source: str, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects that have a message here, so that later ones must wait."""
        inbox = self._inbox
        query = (
            select(inbox.c.subject)
            .distinct()
            .where(
                inbox.c.source == source,
                inbox.c.subject.in_(list(subjects)),
                inbox.c.state.not_in(SETTLED),
            )
        )
        return set(connection.scalars(query))

    def store(
        self,
        connection: Connection,
        envelope: Envelope,
        message: bytes,
        state: State,
        *,
        error: BaseException | None = None,
        next_attempt: float | None = None,
    ) -> None:
        """Keep a message that the cursor has moved past; the caller counts it as parked.

        It replaces the record of the same event from an earlier delivery.
        """
        id = stored_id(envelope.source, envelope.epoch, envelope.id)
        connection.execute(delete(self._inbox).where(self._inbox.c.id == id))
        self._insert(
            connection,
            id,
            message,
            error,
            state=state,
            source=envelope.source,
            epoch=envelope.epoch,
            position=envelope.position,
            subject=envelope.subject,
            type=envelope.type,
            event_id=envelope.id,
            correlation_id=envelope.correlationid,
            next_attempt=next_attempt,
        )

    def store_undecodable(
        self, connection: Connection, message: bytes, error: BaseException
    ) -> None:
        """Keep bytes that are no event as a dead letter of their own; the same bytes only once."""
        inbox = self._inbox
        id = _short_id(message)
        if connection.scalar(select(inbox.c.id).where(inbox.c.id == id)) is None:
            nothing = dict.fromkeys(("source", "epoch", "subject", "type"), "")
            self._insert(connection, id, message, error, state=State.DEAD, position=0, **nothing)

    def _insert(
        self,
        connection: Connection,
        id: str,
        message: bytes,
        error: BaseException | None,
        **values: Any,
    ) -> None:
        causes = [cause_of(error)] if error else []
        kept = {"message": message, "attempts": len(causes), "causes": _as_json(causes)}
        connection.execute(insert(self._inbox).values(id=id, stored=now(), **kept, **values))

    def bury_exhausted(self, connection: Connection, schedule: RetrySchedule) -> None:
        """Make due messages without attempts left dead: the process ended during the last one."""
        inbox = self._inbox
        exhausted = select(inbox).where(_is_due(inbox, schedule))
        exhausted = exhausted.where(inbox.c.attempts >= schedule.attempts)
        for row in connection.execute(exhausted.with_for_update(skip_locked=True)).all():
            error = ProcessDied(f"the process ended during attempt {row.attempts}")
            self._bury(connection, row.id, row.causes, error)

    def claim_due(self, connection: Connection, schedule: RetrySchedule) -> str | None:
        """Take the message that is due longest, and count its attempt in advance; returns its id.

        Commit it first, so that an attempt which kills the process counts as well.
        """
        inbox = self._inbox
        due = select(inbox).where(_is_due(inbox, schedule), inbox.c.attempts < schedule.attempts)
        oldest = due.order_by(inbox.c.next_attempt).limit(1).with_for_update(skip_locked=True)
        row = connection.execute(oldest).one_or_none()
        if row is None:
            return None
        attempts = row.attempts + 1
        due_again = time.time() + schedule.pause_after(attempts)
        self._set(connection, row.id, attempts=attempts, next_attempt=due_again)
        return str(row.id)

    def release_claim(self, connection: Connection, id: str) -> None:
        """Take back an attempt that was claimed and not made; the message is due at once."""
        inbox = self._inbox
        connection.execute(
            update(inbox)
            .where(inbox.c.id == id, inbox.c.state == State.RETRYING)
            .values(attempts=inbox.c.attempts - 1, next_attempt=time.time())
        )

    def lock(self, connection: Connection, id: str) -> Row[Any] | None:
        """The message if it is still to be retried, locked until the transaction ends."""
        inbox = self._inbox
        query = select(inbox).where(inbox.c.id == id, inbox.c.state == State.RETRYING)
        return connection.execute(query.with_for_update(skip_locked=True)).one_or_none()

    def mark_applied(self, connection: Connection, row: Row[Any]) -> bool:
        """Mark a message as applied; True if another one of its subject is due now."""
        this = self._inbox.c.id == row.id
        applied = {"state": State.APPLIED, "settled": now(), "message": b"", "next_attempt": None}
        # Without a source it was no event, and nobody can ask what became of it.
        forgets = delete(self._inbox).where(this)
        connection.execute(
            update(self._inbox).where(this).values(applied) if row.source else forgets
        )
        return self.promote_next(connection, row)

    def prune(self, connection: Connection) -> None:
        """Delete the records of applied messages beyond the latest KEPT_APPLIED."""
        inbox = self._inbox
        oldest = (
            select(inbox.c.stored)
            .where(inbox.c.state == State.APPLIED)
            .order_by(inbox.c.stored.desc())
            .offset(KEPT_APPLIED)
            .limit(1)
        )
        beyond = (inbox.c.state == State.APPLIED) & (inbox.c.stored <= oldest.scalar_subquery())
        connection.execute(delete(inbox).where(beyond))

    def record_failure(
        self, connection: Connection, id: str, error: BaseException, schedule: RetrySchedule | None
    ) -> None:
        """Keep the cause of a failed attempt; without attempts left the message is dead."""
        row = self.lock(connection, id)
        if row is None:
            return
        if schedule is None or row.attempts >= schedule.attempts:
            self._bury(connection, id, row.causes, error)
            return
        due = time.time() + schedule.pause_after(row.attempts)
        self._set(connection, id, causes=_with_cause(row.causes, error), next_attempt=due)

    def forget(self, connection: Connection, source: str, subject: str) -> Counter[str]:
        """Delete a subject's messages, discarded ones too; returns how many were parked, per epoch.

        The caller holds the source's cursors. Raises OperationalError, a transient one, while the
        retrier or an operator is at work on one of the messages.
        """
        inbox = self._inbox
        theirs = (inbox.c.source == source) & (inbox.c.subject == subject)
        # Who has one locked wants the cursor next: waiting for it here would be a deadlock.
        query = select(inbox.c.epoch, inbox.c.state).where(theirs).with_for_update(nowait=True)
        rows = connection.execute(query).all()
        connection.execute(delete(inbox).where(theirs))
        empty_log_after_commit(connection)
        return Counter(row.epoch for row in rows if row.state not in SETTLED)

    def next_due_seconds(self, connection: Connection) -> float | None:
        """Seconds until the next retry, nothing when none is planned."""
        inbox = self._inbox
        query = select(func.min(inbox.c.next_attempt)).where(inbox.c.state == State.RETRYING)
        due = connection.scalar(query)
        return None if due is None else max(0.0, due - time.time())

    def promote_next(self, connection: Connection, row: Row[Any]) -> bool:
        """Make the next message of the subject due; True if there is one."""
        # Locks the cursor: a batch that parks another message of this subject is before or behind.
        change_parked(connection, self._cursors, row.source, row.epoch, by=-1)
        inbox = self._inbox
        following = connection.scalar(
            select(inbox.c.id)
            .where(
                inbox.c.source == row.source,
                inbox.c.subject == row.subject,
                inbox.c.state == State.WAITING,
            )
            .order_by(inbox.c.epoch, inbox.c.position)
            .limit(1)
        )
        if following is None:
            return False
        self._set(connection, following, state=State.RETRYING, next_attempt=time.time())
        return True

    def _bury(self, connection: Connection, id: str, causes: str, error: BaseException) -> None:
        causes = _with_cause(causes, error)
        self._set(connection, id, state=State.DEAD, causes=causes, next_attempt=None)

    def _set(self, connection: Connection, id: str, **values: Any) -> None:
        connection.execute(update(self._inbox).where(self._inbox.c.id == id).values(values))


def _is_due(inbox: Table, schedule: RetrySchedule) -> ColumnElement[bool]:
    """True if its time has come, or lies so far ahead that the clock must have been set back."""
    moment = time.time()
    absurd = moment + 2 * schedule.longest + 60
    time_has_come = (inbox.c.next_attempt <= moment) | (inbox.c.next_attempt > absurd)
    return (inbox.c.state == State.RETRYING) & time_has_come


class ProcessDied(Exception):
    """The process ended during an attempt at a message."""


def stored_id(source: str, epoch: str, event_id: str) -> str:
    """The id of an event in an inbox."""
    return _short_id(f"{source}/{epoch}/{event_id}".encode())


def _short_id(identity: bytes) -> str:
    return hashlib.sha256(identity).hexdigest()[:12]


def _with_cause(causes: str, error: BaseException) -> str:
    return _as_json([*msgspec.json.decode(causes), cause_of(error)][-KEPT_CAUSES:])


def _as_json(causes: list[dict[str, str]]) -> str:
    return msgspec.json.encode(causes).decode()
