"""Masking of personal data in the events that an operator looks at."""

from dataclasses import replace
from typing import Any

from bus.admin import LoggedEvent
from web.cpf import canonical, masked, without_cpfs

_CPF = "cpf"
_PERSONAL = {"name", "address", "date_of_birth", "birth_date"}
_HIDDEN = "***"


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


def event_without_personal_data(event: LoggedEvent) -> LoggedEvent:
    """A logged event as lists show it."""
    return replace(event, data=without_personal_data(event.data))


def _shown(name: str, value: Any) -> Any:
    if name in _PERSONAL:
        return _HIDDEN
    return _masked(value) if name == _CPF else without_personal_data(value)


def _masked(cpf: Any) -> str:
    try:
        return masked(canonical(cpf))
    except ValueError:
        return _HIDDEN
