"""What is sent of persons and their entries, as JSON or by a form."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from modules.person.domain import (
    ADDRESS_LENGTH,
    AMOUNT,
    CONTROL_CHARACTERS,
    NAME_LENGTH,
    TYPE_LENGTH,
    amount,
    birth_date,
    plain,
)
from web.bodies import Body
from web.cpf import Cpf
from web.text import CAN_BE_SEEN


def _text(longest: int) -> dict[str, Any]:
    plain_character = f"[^{CONTROL_CHARACTERS}]"
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": longest,
        "pattern": rf"^{plain_character}*[^{CONTROL_CHARACTERS}\s]{plain_character}*$",
        "description": CAN_BE_SEEN,
    }


Name = Annotated[
    str,
    Field(min_length=1, max_length=NAME_LENGTH),
    AfterValidator(plain),
    WithJsonSchema(_text(NAME_LENGTH)),
]
Address = Annotated[
    str,
    Field(min_length=1, max_length=ADDRESS_LENGTH),
    AfterValidator(plain),
    WithJsonSchema(_text(ADDRESS_LENGTH)),
]
EntryType = Annotated[
    str,
    Field(min_length=1, max_length=TYPE_LENGTH),
    AfterValidator(plain),
    WithJsonSchema(_text(TYPE_LENGTH)),
]
BirthDate = Annotated[
    date,
    BeforeValidator(birth_date),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "date"},
                {"type": "string", "format": "date-time"},
            ],
            "description": "From 1850 on, not in the future; of a time the day as it is written.",
            "examples": ["2019-06-15", "2019-06-15T19:23:55-03:00"],
        }
    ),
]
Amount = Annotated[
    Decimal,
    BeforeValidator(amount),
    WithJsonSchema(
        {
            "anyOf": [
                {
                    "type": "number",
                    "minimum": 0.01,
                    "maximum": 999999999999.99,
                    "multipleOf": 0.01,
                },
                {"type": "string", "pattern": f"^{AMOUNT}$"},
            ],
            "description": "Above 0, with at most 12 digits before the point and 2 after it.",
            "examples": [1000, "1000.50"],
        }
    ),
]
Ignored = Annotated[Any, Field(description="Ignored, so that an answer may be sent back.")]


class NewPerson(Body):
    """Who is registered."""

    cpf: Cpf
    name: Name
    address: Address
    date_of_birth: BirthDate


class CorrectedPerson(Body):
    """What is known of a person from now on; they keep their CPF, and what is left out."""

    name: Name
    address: Address
    date_of_birth: BirthDate | None = None
    cpf: Annotated[Cpf | None, Field(description="Only the person's own.")] = None
    id: Ignored = None
    incomes: Ignored = None
    assets: Ignored = None
    debts: Ignored = None


class NewEntry(Body):
    """An income or an asset."""

    type: EntryType
    value: Amount


class NewDebt(Body):
    """A debt."""

    value: Amount


class Search(Body):
    """What is looked for among the persons."""

    q: Annotated[str, Field(max_length=200)] = ""
