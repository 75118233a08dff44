"""What an entry is worth, what a score is, and what can go wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What a person can have entries of."""

    INCOME = "income"
    ASSET = "asset"
    DEBT = "debt"


REGISTRATION = "registration"
"""What a history begins with, beside the kinds of entries that it goes on with."""


def points_of(kind: Kind, value: Decimal) -> int:
    """The points that an entry of this value gives, where `value` is above 0; a debt's are not.

    The rule is the prototype's: income // 50, asset // 20, debt -(value // 20), in whole points.
    """
    if kind is Kind.INCOME:
        return int(value // 50)
    points = int(value // 20)
    return -points if kind is Kind.DEBT else points


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """The points of a person's entries, per kind; those of debts are 0 or below."""

    income: int
    asset: int
    debt: int

    @property
    def total(self) -> int:
        """The score that they make."""
        return self.income + self.asset + self.debt


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The score from a moment on, and the points that made it so."""

    at: str
    """When it was caused, in UTC: 2026-01-31T12:00:00.000000Z."""
    score: int
    kind: str
    """income, asset or debt; registration where the history begins."""
    points: int
    """Below 0 for a debt added, or an income or asset removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A person's score, its make-up, and how it came about, the latest change last."""

    score: int
    points: Points
    history: Sequence[Change]


class UnknownPerson(Exception):
    """Nobody is registered under this CPF, or no longer, or word of it has not arrived yet."""

    def __init__(self) -> None:
        # The CPF is left out: it is personal data.
        super().__init__("There is no score for this CPF.")
