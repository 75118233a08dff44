"""CPFs, the Brazilian taxpayer numbers by which persons are asked for: personal data."""

import re
from typing import Annotated

from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from pydantic import BeforeValidator, WithJsonSchema

LENGTH = 11
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WRITTEN = re.compile(r"[0-9]{1,11}|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}")
# The end of a UUID, or the id of a dead letter: now and then all but one of its signs are digits.
_ID = r"(?<![0-9A-Za-z])[0-9A-Fa-f]{12}(?![0-9A-Za-z])"
_WITHIN = re.compile(
    rf"(?P<id>{_ID})|(?<![0-9])[0-9]{{3}}\.?[0-9]{{3}}\.?[0-9]{{3}}-?[0-9]{{2}}(?![0-9])"
)


def canonical(value: object) -> str:
    """The 11 digits of a CPF given as a number, as digits or as 123.456.789-09.

    Leading zeros may be left out. Raises ValueError for anything else.
    """
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    digits = re.sub(r"[.\-]", "", text) if _WRITTEN.fullmatch(text) else ""
    if not digits:
        raise ValueError("A CPF has 1 to 11 digits, or the form 123.456.789-09")
    return digits.zfill(LENGTH)


def is_within(text: str) -> bool:
    """Whether some part of the text looks like a CPF with all its digits, with or without signs."""
    return without_cpfs(text) != text


def without_cpfs(text: str) -> str:
    """The text with stars for whatever looks like a CPF in full, but for digits of ids."""
    return _WITHIN.sub(lambda found: found["id"] or "***", text)


def written(cpf: str) -> str:
    """A CPF as people write it, for who may see all of it."""
    return f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"


def masked(cpf: str) -> str:
    """A CPF for lists: its middle, which tells people apart and names nobody."""
    return f"***.{cpf[3:6]}.{cpf[6:9]}-**"


Cpf = Annotated[
    str,
    BeforeValidator(canonical),
    WithJsonSchema(
        {
            "oneOf": [
                {"type": "integer", "minimum": 0, "maximum": 10**LENGTH - 1},
                {"type": "string", "pattern": rf"^({_WRITTEN.pattern})$"},
            ],
            "description": "1 to 11 digits, a number without a point, or as 123.456.789-09.",
            "examples": [11111, "123.456.789-09"],
        }
    ),
]
"""A CPF in a body; what is read is canonical."""


Who = NamedDependency[str]
"""Whom a path's {cpf} names, as services take it: a canonical CPF, or a person's id."""


def _by_cpf(cpf: FromPath[str]) -> str:
    try:
        return canonical(cpf)
    except ValueError:
        raise NotFoundException from None


def _by_cpf_or_id(cpf: FromPath[str]) -> str:
    return cpf if _UUID.fullmatch(cpf) else _by_cpf(cpf)


who_by_cpf = Provide(_by_cpf, sync_to_thread=False)
who_by_cpf_or_id = Provide(_by_cpf_or_id, sync_to_thread=False)
"""What gives handlers a Who; 404 where the path can name nobody."""
