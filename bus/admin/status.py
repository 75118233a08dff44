"""The status of a participant: its numbers, and a finding for each thing that is wrong."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Row, func, select
from sqlalchemy.exc import SQLAlchemyError

from bus.participant import Participant
from bus.relay import RelayLocation
from bus.storage.tables import seconds_since
from bus.subscription.inbox import State

OVERDUE_SECONDS = 5.0
"""After this time something that waits is a finding."""

_MOST_ONE_BY_ONE = 3
"""Of more messages in a state than this, one finding tells of all."""

ConsumerState = Literal["alive", "away", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sentence on something that is wrong, `busy` while it may mend itself.

    `about` is the part that it points to: the broker, the threads of this process, its relay, its
    outbox, a source or the inbox. Of the inbox `state` is that of the messages, and `letter` the id
    where it is of one alone. One that is `away` tells why nothing else is known.
    """

    sentence: str
    about: Literal["broker", "process", "relay", "outbox", "source", "inbox"]
    severity: Literal["bad", "busy", "away"] = "bad"
    state: State | None = None
    letter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """The position up to which one source is applied, and the messages of it that went wrong.

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
class ThreadsStatus:
    """The threads of one participant in this process. One that reacts to nothing has no consumer.

    Without a process, as in a command, nothing is known of them.
    """

    transport: str | None = None
    relay: RelayLocation | None = None
    consumer: ConsumerState | None = None
    findings: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleStatus(ThreadsStatus):
    """The status of one participant; `head` is the last position of its own log."""

    module: str
    head: int
    unsent: int
    oldest_unsent_seconds: float
    retrying: int
    waiting: int
    dead: int
    sources: Sequence[SourceStatus]


def module_status(
    participant: Participant,
    logs: Mapping[str, Participant],
    threads: ThreadsStatus | None = None,
    *,
    brief: bool = False,
) -> ModuleStatus:
    """Read the status of a participant, with the `logs` at hand of those whose events it takes.

    In brief the other logs and the inbox are not read, and the numbers of both are none: it takes
    two short queries, however much waits.
    Raises SQLAlchemyError while the participant's own database is away.
    """
    threads = threads or ThreadsStatus()
    with participant.database.snapshot() as connection:
        outbox = participant.log.status(connection)
        waiting = round(seconds_since(outbox.oldest), 1) if outbox.oldest else 0.0
        counts = {} if brief else _counted(connection, participant)
        sources = _sources(connection, participant, {} if brief else logs, counts)
        total = sum(counts.values(), Counter[str]())
        return ModuleStatus(
            transport=threads.transport,
            relay=threads.relay,
            consumer=threads.consumer,
            module=participant.name,
            head=outbox.head,
            unsent=outbox.unsent,
            oldest_unsent_seconds=waiting,
            retrying=total[State.RETRYING],
            waiting=total[State.WAITING],
            dead=total[State.DEAD],
            sources=sources,
            findings=[
                *threads.findings,
                *_outbox_findings(participant, outbox.unsent, waiting),
                *_source_findings(participant, sources),
                *_inbox_findings(connection, participant, State.DEAD, total),
                *_inbox_findings(connection, participant, State.RETRYING, total),
            ],
        )


def _counted(connection: Connection, participant: Participant) -> Mapping[str, Counter[str]]:
    """Per source the number of its messages in each state."""
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


def _sources(
    connection: Connection,
    participant: Participant,
    logs: Mapping[str, Participant],
    counts: Mapping[str, Counter[str]],
) -> Sequence[SourceStatus]:
    cursors = participant.tables.cursors
    rows = connection.execute(select(cursors).order_by(cursors.c.epoch))
    newest = {row.source: row for row in rows}
    return [
        _source(source, newest.get(source), logs.get(source), counts.get(source, Counter()))
        for source in participant.sources
    ]


def _source(
    source: str, cursor: Row[Any] | None, log: Participant | None, counts: Counter[str]
) -> SourceStatus:
    position = cursor.position if cursor else 0
    behind, oldest = _lag(log, position) if log else (None, 0.0)
    return SourceStatus(
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
        # Its own status says so; this one's numbers are of use without it.
        return None, 0.0
    return behind, round(seconds_since(time), 1) if time else 0.0


def _outbox_findings(participant: Participant, unsent: int, waiting: float) -> Iterator[Finding]:
    if waiting > OVERDUE_SECONDS:
        sentence = (
            f"{_wait(unsent)} to be sent, the oldest for {_duration(waiting)}: "
            f"is a process serving {participant.name}, and the broker up?"
        )
        yield Finding(sentence=sentence, about="outbox")


def _source_findings(
    participant: Participant, sources: Sequence[SourceStatus]
) -> Iterator[Finding]:
    for each in sources:
        if each.fault:
            yield Finding(sentence=each.fault, about="source")
        elif each.behind and each.oldest_seconds > OVERDUE_SECONDS:
            sentence = (
                f"{_wait(each.behind)} to be applied from {each.source}, the oldest for "
                f"{_duration(each.oldest_seconds)}: is a process serving {participant.name}, "
                "and is it healthy?"
            )
            yield Finding(sentence=sentence, about="source")


def _inbox_findings(
    connection: Connection, participant: Participant, state: State, total: Counter[str]
) -> Iterator[Finding]:
    if not total[state]:
        return
    inbox = participant.tables.inbox
    severity: Literal["busy", "bad"] = "busy" if state is State.RETRYING else "bad"
    stuck = inbox.c.state == state
    oldest = select(inbox).where(stuck).order_by(inbox.c.stored).limit(_MOST_ONE_BY_ONE)
    rows = connection.execute(oldest).all()
    if total[state] > len(rows) == _MOST_ONE_BY_ONE:
        due = connection.scalar(select(func.min(inbox.c.next_attempt)).where(stuck))
        sentence = _stuck_sentence_of_all(rows[0], total[state]) + _overdue(due, participant)
        yield Finding(sentence=sentence, about="inbox", severity=severity, state=state)
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
        yield Finding(
            sentence=sentence, about="inbox", severity=severity, state=state, letter=row.id
        )


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
