"""Scores, the rule for their points, and the CPF by which they are found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

CPF_LENGTH = 11
_CPF = re.compile(r"[0-9]{1,11}|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}")
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Kind(StrEnum):
    """The kinds of a person's entries."""

    INCOME = "income"
    ASSET = "asset"
    DEBT = "debt"


REGISTRATION = "registration"
"""The kind of a history's first change; the others have the kind of their entry."""


def points_of(kind: Kind, value: Decimal) -> int:
    """The whole points of an entry; `value` is above 0, and a debt's points are 0 or below.

    The rule of the prototype: income value // 50, asset value // 20, debt -(value // 20).
    """
    if kind is Kind.INCOME:
        return int(value // 50)
    points = int(value // 20)
    return -points if kind is Kind.DEBT else points


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """The points of a person's entries per kind; the points of debts are 0 or below."""

    income: int
    asset: int
    debt: int

    @property
    def total(self) -> int:
        """The sum of all kinds: the score."""
        return self.income + self.asset + self.debt


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a score: the new score and the points that were added."""

    at: str
    """The time of the event that caused it, in UTC: 2026-01-31T12:00:00.000000Z."""
    score: int
    kind: str
    """income, asset or debt; registration for the first change."""
    points: int
    """Below 0 for an added debt, and for a removed income or asset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A person's score, its points per kind, and its history in order of time."""

    score: int
    points: Points
    history: Sequence[Change]


class UnknownPerson(Exception):
    """No person has this CPF or id, they were erased, or the registration was not applied yet."""

    def __init__(self) -> None:
        # The CPF is left out: it is personal data.
        super().__init__("There is no score for this CPF.")


def canonical_cpf(text: str) -> str:
    """The 11 digits of a CPF written as 1 to 11 digits or as 123.456.789-09.

    Raises UnknownPerson for any other text.
    """
    if not _CPF.fullmatch(text):
        raise UnknownPerson
    return re.sub(r"[.\-]", "", text).zfill(CPF_LENGTH)


def person_key(text: str) -> str:
    """The key of a person: the text if it is an id, else as the canonical CPF.

    Raises UnknownPerson if it is neither.
    """
    return text if _UUID.fullmatch(text) else canonical_cpf(text)
