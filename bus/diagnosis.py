"""What an operator is told: what is wrong in plain sentences, with the numbers behind them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from bus.inbox import State
from bus.participant import Participant
from bus.tables import seconds_since

_SENTENCES_PER_STATE = 10
_OVERDUE_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """How far a subscriber has applied one source; `behind` where the source's log is at hand."""

    source: str
    position: int
    behind: int | None
    fault: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The state of one participant: counts, sources and what to say about them."""

    module: str
    unsent: int
    oldest_unsent_seconds: float
    retrying: int
    waiting: int
    dead: int
    sources: Sequence[SourceReport]
    sentences: Sequence[str]

    @property
    def is_well(self) -> bool:
        """Whether nothing waits longer than it should."""
        return not self.sentences


def diagnose(participant: Participant, others: Mapping[str, Participant]) -> Diagnosis:
    """Look at a participant's tables, and at the logs of those `others` whose events it takes.

    Raises SQLAlchemyError when its own database is away.
    """
    inbox = participant.tables.inbox
    with participant.database.reading() as session:
        unsent, oldest = participant.log.unsent(session)
        by_state = select(inbox.c.state, func.count()).group_by(inbox.c.state)
        counts: dict[str, int] = dict(session.execute(by_state).all())
        sources = [_report(session, participant, source, others) for source in participant.sources]
        diagnosis = Diagnosis(
            module=participant.name,
            unsent=unsent,
            oldest_unsent_seconds=round(seconds_since(oldest), 1) if oldest else 0.0,
            retrying=counts.get(State.RETRYING, 0),
            waiting=counts.get(State.WAITING, 0),
            dead=counts.get(State.DEAD, 0),
            sources=sources,
            sentences=(),
        )
        sentences = list(_sentences(session, participant, diagnosis))
    return replace(diagnosis, sentences=sentences)


def _report(
    session: Session, participant: Participant, source: str, others: Mapping[str, Participant]
) -> SourceReport:
    cursors = participant.tables.cursors
    newest = select(cursors).where(cursors.c.source == source).order_by(cursors.c.epoch.desc())
    cursor = session.execute(newest.limit(1)).one_or_none()
    position = cursor.position if cursor else 0
    behind = None
    if source in others:
        with others[source].database.reading() as theirs:
            behind = max(0, others[source].log.head(theirs) - position)
    return SourceReport(
        source=source,
        position=position,
        behind=behind,
        fault=cursor.fault if cursor else None,
    )


def _sentences(session: Session, participant: Participant, diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.oldest_unsent_seconds > _OVERDUE_SECONDS:
        waited = _duration(diagnosis.oldest_unsent_seconds)
        yield (
            f"{_events(diagnosis.unsent)} committed and not sent, the oldest for {waited}: "
            "is a process serving this module, and the broker up?"
        )
    for source in diagnosis.sources:
        if source.fault:
            yield source.fault
        elif source.behind:
            yield f"{_events(source.behind)} of {source.source} not applied yet"
    yield from _unreadable_sentences(session, participant)
    yield from _stuck_sentences(session, participant, State.DEAD, diagnosis.dead)
    yield from _stuck_sentences(session, participant, State.RETRYING, diagnosis.retrying)


def _unreadable_sentences(session: Session, participant: Participant) -> Iterator[str]:
    inbox = participant.tables.inbox
    unreadable = (inbox.c.state == State.DEAD) & (inbox.c.source == "")
    for row in session.execute(select(inbox).where(unreadable).limit(_SENTENCES_PER_STATE)):
        cause, since = _last_cause(row)
        yield f"a message came that is no event, {since} ago ({cause}): redrive or discard {row.id}"


def _stuck_sentences(
    session: Session, participant: Participant, state: State, total: int
) -> Iterator[str]:
    inbox = participant.tables.inbox
    stuck = select(inbox).where(inbox.c.state == state, inbox.c.source != "")
    rows = session.execute(stuck.order_by(inbox.c.stored).limit(_SENTENCES_PER_STATE)).all()
    for row in rows:
        behind = session.scalar(
            select(func.count()).where(
                inbox.c.source == row.source,
                inbox.c.subject == row.subject,
                inbox.c.state == State.WAITING,
            )
        )
        yield _stuck_sentence(row, behind or 0)
    if total > len(rows) == _SENTENCES_PER_STATE:
        yield f"and {total - len(rows)} more {state}"


def _stuck_sentence(row: Row[Any], behind: int) -> str:
    what = f"{row.type} of {row.source} {row.subject}"
    waiting = f"{_events(behind)} wait behind it, " if behind else ""
    cause, since = _last_cause(row)
    if row.state == State.DEAD:
        return f"{what} is dead, {waiting}since {since} ({cause}): redrive or discard {row.id}"
    return f"{what} is retried, {waiting}{row.attempts} attempts so far, {since} ago ({cause})"


def _last_cause(row: Row[Any]) -> tuple[str, str]:
    causes = msgspec.json.decode(row.causes)
    if not causes:
        return "not tried yet", _duration(seconds_since(row.stored))
    return causes[-1]["error"], _duration(seconds_since(causes[-1]["at"]))


def _events(count: int) -> str:
    return f"{count} event" if count == 1 else f"{count} events"


def _duration(seconds: float) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} s"
