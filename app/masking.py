"""What an operator is not to see: personal data in the events that he looks at."""

from dataclasses import replace
from typing import Any

from bus.logged import LoggedEvent
from web.cpf import canonical, masked, without_cpfs

_CPF = "cpf"


def without_personal_data(value: Any) -> Any:
    """JSON with every CPF masked, wherever it stands, also within longer text."""
    if isinstance(value, dict):
        return {
            name: _masked(each) if name == _CPF else without_personal_data(each)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [without_personal_data(each) for each in value]
    return without_cpfs(value) if isinstance(value, str) else value


def event_without_personal_data(event: LoggedEvent) -> LoggedEvent:
    """A logged event as lists show it."""
    return replace(event, data=without_personal_data(event.data))


def _masked(cpf: Any) -> str:
    try:
        return masked(canonical(cpf))
    except ValueError:
        return "***"
