"""What an operator is told: what is wrong in plain sentences, with the numbers behind them."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Row, func, select
from sqlalchemy.exc import SQLAlchemyError

from bus.participant import Participant
from bus.relay import RelayLocation
from bus.storage.tables import seconds_since
from bus.subscription.inbox import State

OVERDUE_SECONDS = 5.0
"""After how long something that waits is worth a word."""

Severity = Literal["bad", "busy"]

_MOST_ONE_BY_ONE = 3
"""Of more messages in a state than this, one sentence tells of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The parts of one participant, and a sentence for each that is not as it should be.

    A participant that reacts to nothing has no consumer. `oldest_waiting_seconds` is the age of the
    oldest event that was not sent yet, 0 when there is none.
    """

    relay: RelayLocation
    consumer: Literal["alive", "away", "none"]
    oldest_waiting_seconds: float
    faults: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sentence on what is not as it should be, `busy` while it may mend itself.

    `state` is that of the messages that it tells of, `letter` the id where it is of one alone.
    """

    sentence: str
    severity: Severity = "bad"
    state: State | None = None
    letter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """How far a subscriber has applied one source, and what of it did not go well.

    Where the source's log is at hand also how many events it is `behind`, and for how long.
    """

    source: str
    position: int
    behind: int | None
    oldest_seconds: float
    retrying: int
    waiting: int
    dead: int
    fault: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The state of one participant: counts, sources and what to say about them.

    `head` is the last position of its own log. `sentences` are those of the findings.
    """

    module: str
    head: int
    unsent: int
    oldest_unsent_seconds: float
    retrying: int
    waiting: int
    dead: int
    sources: Sequence[SourceReport]
    findings: Sequence[Finding]
    sentences: Sequence[str]


def diagnose(participant: Participant, others: Mapping[str, Participant]) -> Diagnosis:
    """Look at a participant's tables, and at the logs of those `others` whose events it takes.

    Raises SQLAlchemyError when its own database is away.
    """
    with participant.database.snapshot() as connection:
        tail = participant.log.status(connection)
        by_source = _counted(connection, participant)
        counts = sum(by_source.values(), Counter[str]())
        sources = [
            _report(connection, participant, source, others, by_source[source])
            for source in participant.sources
        ]
        diagnosis = Diagnosis(
            module=participant.name,
            head=tail.head,
            unsent=tail.unsent,
            oldest_unsent_seconds=round(seconds_since(tail.oldest), 1) if tail.oldest else 0.0,
            retrying=counts[State.RETRYING],
            waiting=counts[State.WAITING],
            dead=counts[State.DEAD],
            sources=sources,
            findings=(),
            sentences=(),
        )
        findings = list(_findings(connection, participant, diagnosis))
    return with_findings(diagnosis, findings)


def with_findings(diagnosis: Diagnosis, findings: Sequence[Finding]) -> Diagnosis:
    """The same with these findings."""
    return replace(diagnosis, findings=findings, sentences=[each.sentence for each in findings])


def _counted(connection: Connection, participant: Participant) -> Mapping[str, Counter[str]]:
    """Per source how many messages of it are in each state."""
    inbox = participant.tables.inbox
    counted = (
        select(inbox.c.source, inbox.c.state, func.count())
        # Not those on record only, which may be many.
        .where(inbox.c.state.in_((State.RETRYING, State.WAITING, State.DEAD)))
        .group_by(inbox.c.source, inbox.c.state)
    )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for source, state, count in connection.execute(counted):
        counts[source][state] = count
    return counts


def _report(
    connection: Connection,
    participant: Participant,
    source: str,
    others: Mapping[str, Participant],
    counts: Counter[str],
) -> SourceReport:
    cursors = participant.tables.cursors
    newest = select(cursors).where(cursors.c.source == source).order_by(cursors.c.epoch.desc())
    cursor = connection.execute(newest.limit(1)).one_or_none()
    position = cursor.position if cursor else 0
    behind, oldest = _lag(others[source], position) if source in others else (None, 0.0)
    return SourceReport(
        source=source,
        position=position,
        behind=behind,
        oldest_seconds=oldest,
        retrying=counts[State.RETRYING],
        waiting=counts[State.WAITING],
        dead=counts[State.DEAD],
        fault=cursor.fault if cursor else None,
    )


def _lag(source: Participant, position: int) -> tuple[int | None, float]:
    try:
        with source.database.snapshot() as connection:
            behind, time = source.log.lag_after(connection, position)
    except SQLAlchemyError:
        # Its own diagnosis says so; this one's numbers are of use without it.
        return None, 0.0
    return behind, round(seconds_since(time), 1) if time else 0.0


def _findings(
    connection: Connection, participant: Participant, diagnosis: Diagnosis
) -> Iterator[Finding]:
    for sentence in _flow_sentences(participant, diagnosis):
        yield Finding(sentence=sentence)
    yield from _stuck(connection, participant, State.DEAD, diagnosis.dead)
    yield from _stuck(connection, participant, State.RETRYING, diagnosis.retrying)


def _flow_sentences(participant: Participant, diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.oldest_unsent_seconds > OVERDUE_SECONDS:
        waited = _duration(diagnosis.oldest_unsent_seconds)
        yield (
            f"{_wait(diagnosis.unsent)} to be sent, the oldest for {waited}: "
            f"is a process serving {participant.name}, and the broker up?"
        )
    for source in diagnosis.sources:
        if source.fault:
            yield source.fault
        elif source.behind and source.oldest_seconds > OVERDUE_SECONDS:
            yield (
                f"{_wait(source.behind)} to be applied from {source.source}, the oldest for "
                f"{_duration(source.oldest_seconds)}: is a process serving {participant.name}, "
                "and is it healthy?"
            )


def _stuck(
    connection: Connection, participant: Participant, state: State, total: int
) -> Iterator[Finding]:
    if not total:
        return
    inbox = participant.tables.inbox
    severity: Severity = "busy" if state is State.RETRYING else "bad"
    stuck = inbox.c.state == state
    oldest = select(inbox).where(stuck).order_by(inbox.c.stored).limit(_MOST_ONE_BY_ONE)
    rows = connection.execute(oldest).all()
    if total > len(rows) == _MOST_ONE_BY_ONE:
        due = connection.scalar(select(func.min(inbox.c.next_attempt)).where(stuck))
        sentence = _stuck_sentence_of_all(rows[0], total) + _overdue(due, participant)
        yield Finding(sentence=sentence, severity=severity, state=state)
        return
    for row in rows:
        behind = connection.scalar(
            select(func.count()).where(
                inbox.c.source == row.source,
                inbox.c.subject == row.subject,
                inbox.c.state == State.WAITING,
            )
        )
        sentence = _stuck_sentence(row, behind or 0) + _overdue(row.next_attempt, participant)
        yield Finding(sentence=sentence, severity=severity, state=state, letter=row.id)


def _overdue(due: float | None, participant: Participant) -> str:
    late = 0.0 if due is None else time.time() - due
    if late < OVERDUE_SECONDS:
        return ""
    return f"; the next is overdue for {_duration(late)}: is a process serving {participant.name}?"


def _stuck_sentence_of_all(oldest: Row[Any], total: int) -> str:
    cause, _ = _last_cause(oldest)
    since = _duration(seconds_since(oldest.stored))
    if oldest.state == State.DEAD:
        return f"{total} are dead, the oldest for {since} ({cause}): redrive or discard them"
    return f"{total} are being retried, the oldest for {since} ({cause})"


def _stuck_sentence(row: Row[Any], behind: int) -> str:
    what = f"{row.type} {row.subject}" if row.source else "a message that is no event"
    cause, since = _last_cause(row)
    begin = f"{_wait(behind)} behind {what}, which" if behind else what
    if row.state == State.DEAD:
        return f"{begin} has been dead for {since} ({cause}): redrive or discard {row.id}"
    if row.attempts == 0:
        return f"{begin} is about to be tried again (it was dead of {cause})"
    attempts = "1 attempt" if row.attempts == 1 else f"{row.attempts} attempts"
    return f"{begin} is being retried, {attempts} so far, the last {since} ago ({cause})"


def _last_cause(row: Row[Any]) -> tuple[str, str]:
    causes = msgspec.json.decode(row.causes)
    if not causes:
        return "not tried yet", _duration(seconds_since(row.stored))
    return causes[-1]["error"].partition("\n")[0], _duration(seconds_since(causes[-1]["at"]))


def _wait(count: int) -> str:
    return "1 event waits" if count == 1 else f"{count} events wait"


def _duration(seconds: float) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} s"
