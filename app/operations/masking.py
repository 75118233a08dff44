"""Masking of personal data in the events that an operator looks at."""

import re
from dataclasses import replace
from typing import Any

from bus.admin import LoggedEvent

_CPF = "cpf"
_PERSONAL = {"name", "address", "date_of_birth", "birth_date"}
_HIDDEN = "***"

_CPF_FORMAT = re.compile(r"[0-9]{1,11}|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}")
# The end of a UUID, or the id of a dead letter: by chance it may have 11 digits in a row.
_ID = r"(?<![0-9A-Za-z])[0-9A-Fa-f]{12}(?![0-9A-Za-z])"
_CPF_IN_TEXT = re.compile(
    rf"(?P<id>{_ID})|(?<![0-9])[0-9]{{3}}\.?[0-9]{{3}}\.?[0-9]{{3}}-?[0-9]{{2}}(?![0-9])"
)


def without_personal_data(value: Any) -> Any:
    """JSON with every CPF masked, wherever it stands, also within longer text.

    Of what names, places or dates a person nothing is shown. No event of ours has it, but an
    operator looks at what others send, too. (A product has a title, no name.)
    """
    if isinstance(value, dict):
        return {name: _shown(name, each) for name, each in value.items()}
    if isinstance(value, list):
        return [without_personal_data(each) for each in value]
    return without_cpfs(value) if isinstance(value, str) else value


def without_cpfs(text: str) -> str:
    """The text with stars in place of each CPF that is written in full. Ids keep their digits."""
    return _CPF_IN_TEXT.sub(lambda found: found["id"] or _HIDDEN, text)


def event_without_personal_data(event: LoggedEvent) -> LoggedEvent:
    """A logged event as lists show it."""
    return replace(event, data=without_personal_data(event.data))


def _shown(name: str, value: Any) -> Any:
    if name in _PERSONAL:
        return _HIDDEN
    return _masked(value) if name == _CPF else without_personal_data(value)


def _masked(cpf: Any) -> str:
    text = str(cpf)
    if not _CPF_FORMAT.fullmatch(text):
        return _HIDDEN
    digits = re.sub("[^0-9]", "", text).zfill(11)
    return f"***.{digits[3:6]}.{digits[6:9]}-**"
