"""The operator's interface of a module, the same for one of this process and of another one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import AfterValidator, Field
from sqlalchemy.exc import SQLAlchemyError

from bus.admin import (
    ConsumerState,
    DeadLetterFilter,
    Delivery,
    Finding,
    Group,
    LoggedEvent,
    ModuleStatus,
    RelayLocation,
    Sent,
)
from web.text import CAN_BE_SEEN, not_blank

Reason = Annotated[
    str,
    Field(min_length=1, max_length=500, description=CAN_BE_SEEN),
    AfterValidator(not_blank),
]
"""The reason for which a dead letter is given up: 1 to 500 characters of text."""


class Unavailable(Exception):
    """The module cannot be asked now; the text says why, to an operator."""


class Refused(Exception):
    """The module does not do what was asked; the text says why, to an operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAnswer(ModuleStatus):
    """The status of a module as JSON: some of its findings also as plain sentences.

    `sentences` are those of its tables, `faults` those of the process that answers. Only a command
    knows of no transport, relay and consumer.
    """

    transport: str
    relay: RelayLocation
    consumer: ConsumerState
    findings: Sequence[Finding]
    sentences: Sequence[str]
    faults: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnavailableAnswer:
    """The answer as JSON for a module whose database is away."""

    module: str
    sentences: Sequence[str]


def status_answer(status: ModuleStatus) -> StatusAnswer:
    """The status as JSON has it."""

    def about(*parts: str) -> Sequence[str]:
        return [each.sentence for each in status.findings if each.about in parts]

    return StatusAnswer(
        **{each.name: getattr(status, each.name) for each in fields(status)},
        sentences=about("outbox", "source", "inbox"),
        faults=about("broker", "process", "relay", "outbox"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """A part of a log: at most `limit` events older than `before` that match.

    `since` is the first moment and `until` the one behind the last, as the log has times.
    """

    limit: int = 100
    before: int | None = None
    type: str | None = None
    subject: str | None = None
    correlation: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """The events found, newest first; `older` is the position before which there are more."""

    events: Sequence[LoggedEvent]
    older: int | None


Stuck = Literal["dead", "retrying", "waiting"]
"""The states in which a message is not applied yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterPage:
    """The number of messages that match, and some of them, oldest first."""

    total: int
    found: Sequence[Mapping[str, Any]]


class ModuleView(Protocol):
    """A module as an operator sees and operates it, personal data masked.

    Every method raises Unavailable while the process of another module does not answer,
    SQLAlchemyError while the database of one in this process does not, and UnknownDeadLetter for an
    id that is none. An id may be the unique beginning of one.
    """

    name: str

    def status(self) -> ModuleStatus:
        """Its numbers and findings."""

    def events(self, query: LogQuery) -> LogPage:
        """A part of its log. With filters one call reads a bounded part."""

    def deliveries(self, events: Sequence[Sent]) -> Sequence[Delivery]:
        """The state of each of these events at it."""

    def dead_letters(
        self, filter: DeadLetterFilter, limit: int, offset: int = 0, state: Stuck = "dead"
    ) -> DeadLetterPage:
        """Its dead letters that match, or its messages in another state."""

    def groups(self, filter: DeadLetterFilter) -> Sequence[Group]:
        """Its dead letters that match by what they died of."""

    def message(self, id: str) -> Mapping[str, Any]:
        """A message in its inbox with causes and content."""

    def redrive(self, filter: DeadLetterFilter) -> int:
        """Try dead letters again; returns their number. Raises Refused for one that is not dead."""

    def discard(self, filter: DeadLetterFilter, reason: str) -> int:
        """Give dead letters up; returns their number.

        Raises Refused for one that is not dead, and if one of them has to be redriven.
        """

    def resend(self, source: str | None) -> Sequence[str]:
        """Have its sources, or this one, send again what it has not applied; returns the sources.

        Raises UnknownSource.
        """


T = TypeVar("T")
Question = Callable[[ModuleView], T]


def answer_of(module: ModuleView, question: Question[T]) -> T | Unavailable:
    """The answer of a module, or why there is none; raises what else the question raises."""
    try:
        return question(module)
    except Unavailable as error:
        return error
    except SQLAlchemyError as error:
        return Unavailable(f"its database does not answer ({type(error).__name__})")


def statuses(modules: Mapping[str, ModuleView]) -> Mapping[str, ModuleStatus | Unavailable]:
    """The status of each module; one whose database is away hides nothing of the others."""
    return {name: answer_of(each, lambda module: module.status()) for name, each in modules.items()}


def status_answers(modules: Mapping[str, ModuleView]) -> Sequence[StatusAnswer | UnavailableAnswer]:
    """The same as JSON."""
    return [
        UnavailableAnswer(module=name, sentences=[str(status)])
        if isinstance(status, Unavailable)
        else status_answer(status)
        for name, status in statuses(modules).items()
    ]
