"""What one module wants of another's events is what the other announces."""

import inspect
from importlib import import_module
from types import ModuleType

import msgspec
import pytest

from app.container import MODULE_NAMES
from bus.event import Event


def events_in(module: ModuleType) -> dict[str, type[Event]]:
    """The event classes that a file declares, by wire name."""
    declared = [
        each
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, Event) and each.__module__ == module.__name__
    ]
    return {each.wire_name: each for each in declared}


PUBLISHED = {
    wire_name: event
    for name in MODULE_NAMES
    for wire_name, event in events_in(import_module(f"modules.{name}.published")).items()
}
CONSUMED = [
    pytest.param(event, id=f"{name} wants {wire_name}")
    for name in MODULE_NAMES
    for wire_name, event in events_in(import_module(f"modules.{name}.consumed")).items()
]


@pytest.mark.parametrize("consumed", CONSUMED)
def test_every_wanted_field_is_published_with_the_same_type(consumed: type[Event]) -> None:
    published = PUBLISHED[consumed.wire_name]
    offered = {field.name: field.type for field in msgspec.structs.fields(published)}

    for wanted in msgspec.structs.fields(consumed):
        assert offered[wanted.name] == wanted.type


def test_every_module_publishes_under_its_own_name() -> None:
    for name in MODULE_NAMES:
        for wire_name in events_in(import_module(f"modules.{name}.published")):
            assert wire_name.startswith(f"{name}.")
