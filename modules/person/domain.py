"""A person, what they earn, own and owe, and the rules for what may be written down."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation

from web.text import not_blank

NAME_LENGTH = 200
ADDRESS_LENGTH = 500
TYPE_LENGTH = 100
"""In characters; none of the three may be blank."""

EARLIEST_BIRTH = date(1850, 1, 1)

AMOUNT = r"[0-9]{1,12}(\.[0-9]{1,2})?"
DATE_OR_TIME = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
CONTROL_CHARACTERS = "\x00-\x1f\x7f-\x9f"

_CENT = Decimal("0.01")
# Refuses, instead of rounding, what has more than 14 digits once there are two decimals.
_EXACT = Context(prec=14, traps=[Inexact, InvalidOperation])
# Somewhere on Earth it is so much later than in UTC.
_EASTERNMOST = timedelta(hours=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An income or an asset: numbered among its kind, its value with two decimals."""

    id: int
    type: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """A debt: numbered among the debts, its value with two decimals."""

    id: int
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person with all entries, each kind by number."""

    id: str
    cpf: str
    """11 digits."""
    name: str
    address: str
    date_of_birth: date
    incomes: list[Entry]
    assets: list[Entry]
    debts: list[Debt]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInList:
    """As much of a person as a list needs."""

    id: str
    cpf: str
    name: str


class UnknownPerson(Exception):
    """There is nobody with this CPF or id, or no longer."""

    def __init__(self) -> None:
        super().__init__("There is no such person.")


class CpfTaken(Exception):
    """Somebody is registered under this CPF."""

    def __init__(self) -> None:
        super().__init__("A person with this CPF is registered already.")


class UnknownEntry(Exception):
    """The person has no entry with this number, or no longer."""

    def __init__(self) -> None:
        super().__init__("This person has no such entry.")


class CpfRefused(Exception):
    """The CPF that was given cannot be this person's."""


class WrongCheckDigits(CpfRefused):
    """The last two digits do not follow from the others."""

    def __init__(self) -> None:
        super().__init__("The check digits of this CPF are wrong")


class CpfCannotChange(CpfRefused):
    """A person keeps the CPF under which they were registered."""

    def __init__(self) -> None:
        super().__init__("The CPF of a person cannot be changed")


def amount(value: object) -> Decimal:
    """A value with two decimals, above 0 and with at most 12 digits before the point.

    A number counts by its value: 1e2 is 100.00. A string has plain digits, as 1000.50. Raises
    ValueError for anything else, also for a third decimal.
    """
    with suppress(DecimalException):
        exact = _EXACT.quantize(_number(value), _CENT)
        if exact > 0:
            return exact
    raise ValueError("An amount is above 0, with at most 12 digits before the point and 2 after it")


def _number(value: object) -> Decimal:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and re.fullmatch(AMOUNT, value):
        return Decimal(value)
    return Decimal("NaN")


def birth_date(value: object) -> date:
    """The day that was written down, be it with a time or without: the day there, not in UTC.

    Raises ValueError for one in the future or before 1850, and for what is no ISO date or time.
    """
    if not (isinstance(value, str) and re.fullmatch(DATE_OR_TIME, value)):
        raise ValueError("A date of birth is written as 2019-06-15, or with a time behind it")
    try:
        born = datetime.fromisoformat(value).date()
    except ValueError:
        raise ValueError("There is no such date, time or distance from UTC") from None
    if not EARLIEST_BIRTH <= born <= (datetime.now(UTC) + _EASTERNMOST).date():
        raise ValueError("A date of birth is not in the future, nor before 1850")
    return born


def plain(text: str) -> str:
    """The text, if it is not blank and has no control characters; else raises ValueError."""
    if re.search(f"[{CONTROL_CHARACTERS}]", text):
        raise ValueError("Text cannot contain control characters, such as line ends")
    return not_blank(text)


def check_cpf(cpf: str) -> None:
    """Raise WrongCheckDigits unless the last two of these 11 digits follow from the others.

    Each is the sum of the digits before it, weighted from the right by 2, 3, 4 and so on, times 10,
    modulo 11, where 10 counts as 0. Eleven equal digits fulfil that, but no such CPF is issued.
    Source: Receita Federal, as explained at http://www.profcardy.com/cardicas/cpf.php
    """
    digits = [int(digit) for digit in cpf]
    right = all(_check_digit(digits[:place]) == digits[place] for place in (9, 10))
    if not right or len(set(digits)) == 1:
        raise WrongCheckDigits


def _check_digit(digits: list[int]) -> int:
    weighted = sum(weight * digit for weight, digit in enumerate(reversed(digits), start=2))
    return weighted * 10 % 11 % 10
