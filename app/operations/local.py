"""A module that this process hosts."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from functools import partial
from typing import Any

from app.operations.masking import (
    event_without_personal_data,
    without_cpfs,
    without_personal_data,
)
from app.operations.module_view import DeadLetterPage, LogPage, LogQuery, Refused, Stuck
from bus import Bus, Participant
from bus.admin import (
    DeadLetterFilter,
    DeadLetters,
    Deliveries,
    Delivery,
    Group,
    ModuleStatus,
    NotSettled,
    Sent,
    State,
    StoredMessage,
    UnknownDeadLetter,
    ask_resend,
    logged_events,
    module_status,
    span_of,
)

EVENTS_READ_AT_ONCE = 200_000
"""The part of a log that one call with filters reads, where no index helps: some 0.1 s."""

_ID = re.compile("[0-9a-f]{1,12}")


class LocalModule:
    """A module of this process, asked directly; `status` reads its status."""

    def __init__(self, participant: Participant, status: Callable[[], ModuleStatus]) -> None:
        self.name = participant.name
        self._participant = participant
        self._status = status
        self._dead_letters = DeadLetters(participant)

    def status(self) -> ModuleStatus:
        found = self._status()
        masked = [replace(each, sentence=without_cpfs(each.sentence)) for each in found.findings]
        return replace(found, findings=masked)

    def events(self, query: LogQuery) -> LogPage:
        with self._participant.database.snapshot() as connection:
            log, tables = self._participant.log, self._participant.tables
            within, older = None, None
            # By correlation the index finds them.
            if query.correlation is None:
                whole = within = span_of(connection, tables, query.since, query.until)
                # Without these filters the first rows will do.
                if query.type or query.subject:
                    end = min(query.before or log.head(connection) + 1, whole.before)
                    after = max(whole.after, end - 1 - EVENTS_READ_AT_ONCE)
                    within = replace(whole, after=after)
                    older = after + 1 if after > whole.after else None
            found = logged_events(connection, tables, within=within, **asdict(query))
            if len(found) == query.limit:
                # A page of events without a position leads to those that have one.
                older = found[-1].position or log.head(connection) + 1
        return LogPage(events=[event_without_personal_data(e) for e in found], older=older)

    def deliveries(self, events: Sequence[Sent]) -> Sequence[Delivery]:
        found = Deliveries(self._participant).of(events)
        return [replace(each, causes=_without_cpfs(each.causes)) for each in found]

    def dead_letters(
        self, filter: DeadLetterFilter, limit: int, offset: int = 0, state: Stuck = "dead"
    ) -> DeadLetterPage:
        total, found = self._dead_letters.messages(
            filter, state=State(state), limit=limit, offset=offset
        )
        return DeadLetterPage(total=total, found=[_in_short(message) for message in found])

    def groups(self, filter: DeadLetterFilter) -> Sequence[Group]:
        found = self._dead_letters.groups(filter)
        return [replace(each, error=without_cpfs(each.error)) for each in found]

    def message(self, id: str) -> Mapping[str, Any]:
        return _described(self._stored(id))

    def redrive(self, filter: DeadLetterFilter) -> int:
        with _as_refused():
            return self._dead_letters.redrive(self._with_whole_id(filter))

    def discard(self, filter: DeadLetterFilter, reason: str) -> int:
        with _as_refused():
            return self._dead_letters.discard(reason, self._with_whole_id(filter))

    def resend(self, source: str | None) -> Sequence[str]:
        return ask_resend(self._participant, source)

    def _with_whole_id(self, filter: DeadLetterFilter) -> DeadLetterFilter:
        return filter if filter.id is None else replace(filter, id=self._stored(filter.id).id)

    def _stored(self, id: str) -> StoredMessage:
        if not _ID.fullmatch(id):
            raise UnknownDeadLetter(id)
        return self._dead_letters.message(id)


def served_modules(bus: Bus) -> Mapping[str, LocalModule]:
    """The modules of a process that serves them, by name."""
    return {each.name: LocalModule(each, partial(bus.status, each)) for each in bus.participants}


def unserved_modules(participants: Sequence[Participant]) -> Mapping[str, LocalModule]:
    """The modules of a command, which knows nothing of the threads that serve them."""
    logs = {each.name: each for each in participants}
    return {
        name: LocalModule(each, partial(module_status, each, logs)) for name, each in logs.items()
    }


@contextmanager
def _as_refused() -> Iterator[None]:
    try:
        yield
    except NotSettled as error:
        raise Refused(str(error)) from error


def _described(message: StoredMessage) -> dict[str, Any]:
    """A stored message with what it says: as JSON where it is, else as text with escapes.

    CPFs are masked where it is JSON.
    """
    try:
        content = without_personal_data(json.loads(message.message))
    except ValueError:
        content = without_cpfs(message.message.decode("utf-8", "backslashreplace"))
    return {**_in_short(message), "message": content}


def _in_short(message: StoredMessage) -> dict[str, Any]:
    """A stored message without what it says, as lists show it."""
    # Not with `asdict`: its copies take longer than all else of a list.
    shown = {each.name: getattr(message, each.name) for each in fields(message)}
    shown["causes"] = _without_cpfs(message.causes)
    del shown["message"]
    return shown


def _without_cpfs(causes: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return [{**cause, "error": without_cpfs(cause["error"])} for cause in causes]
