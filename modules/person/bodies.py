"""Request bodies about persons and their entries, sent as JSON or by a form."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from modules.person.domain import (
    ADDRESS_LENGTH,
    AMOUNT,
    CONTROL_CHARACTERS,
    CPF_FORMAT,
    CPF_LENGTH,
    NAME_LENGTH,
    TYPE_LENGTH,
    canonical_cpf,
    parse_amount,
    parse_birth_date,
    validated_text,
)
from web.bodies import Body
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


Cpf = Annotated[
    str,
    BeforeValidator(canonical_cpf),
    WithJsonSchema(
        {
            "oneOf": [
                {"type": "integer", "minimum": 0, "maximum": 10**CPF_LENGTH - 1},
                {"type": "string", "pattern": rf"^({CPF_FORMAT})$"},
            ],
            "description": "1 to 11 digits, a number without a point, or as 123.456.789-09.",
            "examples": [11111, "123.456.789-09"],
        }
    ),
]
Name = Annotated[
    str,
    Field(min_length=1, max_length=NAME_LENGTH),
    AfterValidator(validated_text),
    WithJsonSchema(_text(NAME_LENGTH)),
]
Address = Annotated[
    str,
    Field(min_length=1, max_length=ADDRESS_LENGTH),
    AfterValidator(validated_text),
    WithJsonSchema(_text(ADDRESS_LENGTH)),
]
EntryType = Annotated[
    str,
    Field(min_length=1, max_length=TYPE_LENGTH),
    AfterValidator(validated_text),
    WithJsonSchema(_text(TYPE_LENGTH)),
]
BirthDate = Annotated[
    date,
    BeforeValidator(parse_birth_date),
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
    BeforeValidator(parse_amount),
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
    """The fields of a person to register."""

    cpf: Cpf
    name: Name
    address: Address
    date_of_birth: BirthDate


class CorrectedPerson(Body):
    """The corrected fields of a person. The CPF cannot change; a field left out keeps its value."""

    name: Name
    address: Address
    date_of_birth: BirthDate | None = None
    cpf: Annotated[Cpf | None, Field(description="Only the person's own.")] = None
    id: Ignored = None
    incomes: Ignored = None
    assets: Ignored = None
    debts: Ignored = None


class NewEntry(Body):
    """The fields of an income or an asset."""

    type: EntryType
    value: Amount


class NewDebt(Body):
    """The fields of a debt."""

    value: Amount


class Search(Body):
    """The search form of the list of persons."""

    q: Annotated[str, Field(max_length=200)] = ""
