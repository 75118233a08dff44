"""Answers for a module that this process hosts."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.operations.masking import event_without_personal_data, without_personal_data
from app.operations.module_view import (
    DeadLetterFilter,
    DeadLetterPage,
    LogPage,
    LogQuery,
    ModuleState,
    Refused,
    Stuck,
)
from bus import Bus, Participant
from bus.admin import (
    DeadLetters,
    Deliveries,
    Delivery,
    Diagnosis,
    Group,
    NotSettled,
    Sent,
    State,
    StoredMessage,
    UnknownDeadLetter,
    diagnose,
    logged_events,
    span_of,
    with_findings,
)
from web.cpf import without_cpfs

EVENTS_LOOKED_AT = 200_000
"""How far a look with filters goes at once, where no index helps: some 0.1 s."""

_LETTER = re.compile("[0-9a-f]{1,12}")


class LocalModule:
    """A module of this process, asked directly."""

    def __init__(self, participant: Participant, bus: Bus) -> None:
        self.name = participant.name
        self._participant = participant
        self._bus = bus
        self._letters = DeadLetters(participant)

    def state(self) -> ModuleState:
        others = {each.name: each for each in self._bus.participants}
        diagnosis = diagnosis_without_cpfs(self._participant, others)
        # What the cursors say stands in its sentences.
        waiting = diagnosis.oldest_unsent_seconds
        health = self._bus.health_of_threads(self._participant, waiting)
        transport = self._bus.transport
        return ModuleState(
            **{name: getattr(diagnosis, name) for name in diagnosis.__dataclass_fields__},
            transport=transport.name,
            relay=health.relay,
            consumer=health.consumer,
            faults=[*transport.faults, *health.faults],
        )

    def events(self, look: LogQuery) -> LogPage:
        with self._participant.database.snapshot() as connection:
            log, tables = self._participant.log, self._participant.tables
            within, older = None, None
            # By correlation the index finds them.
            if look.correlation is None:
                whole = within = span_of(connection, tables, look.since, look.until)
                # Without these filters the first rows will do.
                if look.type or look.subject:
                    end = min(look.before or log.head(connection) + 1, whole.before)
                    after = max(whole.after, end - 1 - EVENTS_LOOKED_AT)
                    within = replace(whole, after=after)
                    older = after + 1 if after > whole.after else None
            found = logged_events(connection, tables, within=within, **asdict(look))
            if len(found) == look.limit:
                # A page of events that have no place yet leads to those that have one.
                older = found[-1].position or log.head(connection) + 1
        return LogPage(events=[event_without_personal_data(e) for e in found], older=older)

    def deliveries(self, events: Sequence[Sent]) -> Sequence[Delivery]:
        found = Deliveries(self._participant).of(events)
        return [replace(each, causes=_without_cpfs(each.causes)) for each in found]

    def dead_letters(
        self, which: DeadLetterFilter, limit: int, offset: int = 0, state: Stuck = "dead"
    ) -> DeadLetterPage:
        total, found = self._letters.messages(
            state=State(state), limit=limit, offset=offset, **which.given()
        )
        return DeadLetterPage(total=total, found=[in_short(message) for message in found])

    def groups(self, which: DeadLetterFilter) -> Sequence[Group]:
        found = self._letters.groups(**which.given())
        return [replace(each, error=without_cpfs(each.error)) for each in found]

    def message(self, id: str) -> Mapping[str, Any]:
        return described(letter_in(self._letters, id))

    def redrive(self, which: DeadLetterFilter) -> int:
        with _refusals_told():
            return self._letters.redrive(**self._exactly(which))

    def discard(self, which: DeadLetterFilter, reason: str) -> int:
        with _refusals_told():
            return self._letters.discard(reason, **self._exactly(which))

    def _exactly(self, which: DeadLetterFilter) -> Mapping[str, str]:
        if which.id is None:
            return which.given()
        return {"id": letter_in(self._letters, which.id).id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """What stands in the place of a module's diagnosis while its database is away."""

    module: str
    sentences: Sequence[str]


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except NotSettled as error:
        raise Refused(f"{error}.") from error


def diagnosis_without_cpfs(
    participant: Participant, others: Mapping[str, Participant]
) -> Diagnosis:
    """How it stands, with none in what errors say. Raises SQLAlchemyError, as `diagnose`."""
    found = diagnose(participant, others)
    masked = [replace(each, sentence=without_cpfs(each.sentence)) for each in found.findings]
    return with_findings(found, masked)


def diagnoses(participants: Sequence[Participant]) -> list[Diagnosis | Unanswered]:
    """How each participant stands; one whose database is away hides nothing of the others."""
    by_name = {participant.name: participant for participant in participants}
    return [_diagnosis(participant, by_name) for participant in participants]


def _diagnosis(
    participant: Participant, others: Mapping[str, Participant]
) -> Diagnosis | Unanswered:
    try:
        return diagnosis_without_cpfs(participant, others)
    except SQLAlchemyError as error:
        sentence = f"its database does not answer ({type(error).__name__})"
        return Unanswered(module=participant.name, sentences=[sentence])


def letter_in(letters: DeadLetters, id_: str) -> StoredMessage:
    """The message with this id or unique beginning of it; raises UnknownDeadLetter."""
    if not _LETTER.fullmatch(id_):
        raise UnknownDeadLetter(id_)
    return letters.message(id_)


def described(message: StoredMessage) -> dict[str, Any]:
    """A stored message with what it says: as JSON where it is, else as text with escapes.

    CPFs are masked where it is JSON.
    """
    try:
        content = without_personal_data(json.loads(message.message))
    except ValueError:
        content = without_cpfs(message.message.decode("utf-8", "backslashreplace"))
    return {**in_short(message), "message": content}


def in_short(message: StoredMessage) -> dict[str, Any]:
    """A stored message without what it says, as lists show it."""
    # Not with `asdict`: its copies take longer than all else of a list.
    shown = {each.name: getattr(message, each.name) for each in fields(message)}
    shown["causes"] = _without_cpfs(message.causes)
    del shown["message"]
    return shown


def _without_cpfs(causes: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return [{**cause, "error": without_cpfs(cause["error"])} for cause in causes]
