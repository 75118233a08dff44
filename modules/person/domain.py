"""Persons, their incomes, assets and debts, and the rules for their fields."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation

from web.text import not_blank

NAME_LENGTH = 200
ADDRESS_LENGTH = 500
TYPE_LENGTH = 100
"""Longest texts, in characters; none of the three may be blank."""

EARLIEST_BIRTH = date(1850, 1, 1)

AMOUNT = r"[0-9]{1,12}(\.[0-9]{1,2})?"
DATE_OR_TIME = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
CONTROL_CHARACTERS = "\x00-\x1f\x7f-\x9f"
CPF_LENGTH = 11
CPF_FORMAT = r"[0-9]{1,11}|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}"

_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CENT = Decimal("0.01")
# Raises an error, instead of rounding, for more than 14 digits once there are two decimals.
_EXACT = Context(prec=14, traps=[Inexact, InvalidOperation])
# The easternmost time zone on Earth is 14 hours ahead of UTC.
_EASTERNMOST = timedelta(hours=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An income or an asset. Its id is unique among its kind; its value has two decimals."""

    id: int
    type: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """A debt. Its id is unique among debts; its value has two decimals."""

    id: int
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person with all entries, each kind ordered by id."""

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
    """The fields of a person that a list shows."""

    id: str
    cpf: str
    name: str


class UnknownPerson(Exception):
    """No person has this CPF or id, or they were erased."""

    def __init__(self) -> None:
        super().__init__("There is no such person.")


class CpfTaken(Exception):
    """A person is already registered under this CPF."""

    def __init__(self) -> None:
        super().__init__("A person with this CPF is registered already.")


class UnknownEntry(Exception):
    """The person has no entry with this id, or it was removed."""

    def __init__(self) -> None:
        super().__init__("This person has no such entry.")


class CpfRefused(Exception):
    """The given CPF is not valid for this person."""


class WrongCheckDigits(CpfRefused):
    """The last two digits of a CPF do not match the others."""

    def __init__(self) -> None:
        super().__init__("The check digits of this CPF are wrong")


class CpfCannotChange(CpfRefused):
    """A correction has another CPF than the one of registration."""

    def __init__(self) -> None:
        super().__init__("The CPF of a person cannot be changed")


def parse_amount(value: object) -> Decimal:
    """Read an amount: above 0, at most 12 digits before the point, returned with two decimals.

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


def parse_birth_date(value: object) -> date:
    """Read a date of birth from an ISO date or time: the local day as written, not the day in UTC.

    Raises ValueError for a day in the future or before 1850, and for any other text.
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


def validated_text(text: str) -> str:
    """Return the text. Raises ValueError if it is blank or has control characters."""
    if re.search(f"[{CONTROL_CHARACTERS}]", text):
        raise ValueError("Text cannot contain control characters, such as line ends")
    return not_blank(text)


def canonical_cpf(value: object) -> str:
    """The 11 digits of a CPF given as a number, as digits or as 123.456.789-09.

    Leading zeros may be left out. Raises ValueError for anything else.
    """
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not re.fullmatch(CPF_FORMAT, text):
        raise ValueError("A CPF has 1 to 11 digits, or the form 123.456.789-09")
    return re.sub(r"[.\-]", "", text).zfill(CPF_LENGTH)


def formatted_cpf(cpf: str) -> str:
    """A canonical CPF in the usual notation, all digits shown."""
    return f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"


def masked_cpf(cpf: str) -> str:
    """A canonical CPF with only its middle shown, which does not identify a person."""
    return f"***.{cpf[3:6]}.{cpf[6:9]}-**"


def is_person_id(key: str) -> bool:
    """True if the key has the form of a person's id, a UUID in lower case."""
    return _UUID.fullmatch(key) is not None


def check_cpf(cpf: str) -> None:
    """Raise WrongCheckDigits unless the last two of these 11 digits follow from the others.

    Each is the sum of the digits before it, weighted from the right by 2, 3, 4 and so on, times 10,
    modulo 11, where 10 counts as 0. Eleven equal digits satisfy this, but no such CPF is issued.
    Source: Receita Federal, as explained at http://www.profcardy.com/cardicas/cpf.php
    """
    digits = [int(digit) for digit in cpf]
    right = all(_check_digit(digits[:place]) == digits[place] for place in (9, 10))
    if not right or len(set(digits)) == 1:
        raise WrongCheckDigits


def _check_digit(digits: list[int]) -> int:
    weighted = sum(weight * digit for weight, digit in enumerate(reversed(digits), start=2))
    return weighted * 10 % 11 % 10
