"""What can be asked of a module, be it of this process or of another one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, Protocol

from pydantic import AfterValidator, Field

from bus.admin import Delivery, Diagnosis, Group, LoggedEvent, RelayLocation, Sent
from web.text import CAN_BE_SEEN, not_blank

Reason = Annotated[
    str,
    Field(min_length=1, max_length=500, description=CAN_BE_SEEN),
    AfterValidator(not_blank),
]
"""Why a dead letter is given up: 1 to 500 characters of text."""


class Unavailable(Exception):
    """The module cannot be asked now; the text says why, to an operator."""


class Refused(Exception):
    """The module does not do what was asked; the text says why, to an operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleState(Diagnosis):
    """How a module stands, with the parts of the bus that serve it.

    `faults`: a sentence for each part that is not as it should be, of the process that answers.
    """

    transport: str
    relay: RelayLocation
    consumer: Literal["alive", "away", "none"]
    faults: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """DeadLetterFilter part of a log: at most `limit` events older than `before` that match.

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
    """What was found, newest first, and before which position to look for more, if at all."""

    events: Sequence[LoggedEvent]
    older: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterFilter:
    """One message by its id, or all dead letters that match."""

    id: str | None = None
    type: str | None = None
    subject: str | None = None
    cause: str | None = None

    def given(self) -> Mapping[str, str]:
        """What of it is given."""
        return {name: value for name, value in asdict(self).items() if value is not None}


Stuck = Literal["dead", "retrying", "waiting"]
"""The states in which a message is not applied yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterPage:
    """How many messages match, and some of them, oldest first."""

    total: int
    found: Sequence[Mapping[str, Any]]


class ModuleView(Protocol):
    """A module as an operator asks it, personal data masked.

    Every method raises Unavailable while the process of another module does not answer,
    SQLAlchemyError while the database of one in this process does not, and UnknownDeadLetter for an
    id that is none.
    """

    name: str

    def state(self) -> ModuleState:
        """How it stands."""

    def events(self, look: LogQuery) -> LogPage:
        """A part of its log. With filters it looks at a bounded part at once."""

    def deliveries(self, events: Sequence[Sent]) -> Sequence[Delivery]:
        """What became of these events at it."""

    def dead_letters(
        self, which: DeadLetterFilter, limit: int, offset: int = 0, state: Stuck = "dead"
    ) -> DeadLetterPage:
        """Its dead letters that match, or its messages in another state."""

    def groups(self, which: DeadLetterFilter) -> Sequence[Group]:
        """Its dead letters that match by what they died of."""

    def message(self, id: str) -> Mapping[str, Any]:
        """A message in its inbox with causes and content."""

    def redrive(self, which: DeadLetterFilter) -> int:
        """Try dead letters again; how many."""

    def discard(self, which: DeadLetterFilter, reason: str) -> int:
        """Give dead letters up; how many. Raises Refused if one of them has to be redriven."""
