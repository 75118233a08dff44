"""What fields of bodies may not be, and the routes that take bodies: for tests of bad input.

tests/modules/<module>/bad_input.py has the routes of a module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NOT_TEXT: list[Any] = [5, 1.5, True, [], {}, ["a"], {"a": 1}]
NOT_STORABLE = ["a\0b", "\ud800"]
BLANK = [" ", "\u200b\u2060 \ufeff\u00ad"]


@dataclass(frozen=True)
class Field:
    """A field of a body: what it may not be, and whether it can be left out or be null.

    `wrong_json` are wrong values that only JSON can write.
    """

    wrong: list[Any]
    required: bool = True
    nullable: bool = False
    wrong_json: Sequence[str] = ()


def text(longest: int, shortest: int = 1, *, required: bool = True) -> Field:
    """Free text of so many characters."""
    bounds = ["x" * (longest + 1), *([""] if shortest else [])]
    return Field([*NOT_TEXT, *NOT_STORABLE, *bounds], required)


def visible(longest: int) -> Field:
    """Text in which there is something to see."""
    return Field([*text(longest).wrong, *BLANK])


@dataclass(frozen=True)
class BodyRoute:
    """A route that takes a body: where to ask, a body that is right, and what its fields take.

    `keeps` are the fields with free text that it answers as it was sent.
    """

    ask: str
    right: Mapping[str, Any]
    fields: Mapping[str, Field]
    keeps: Sequence[str] = field(default=())

    @property
    def method(self) -> str:
        return self.ask.split()[0]

    @property
    def path(self) -> str:
        return self.ask.split()[1]
