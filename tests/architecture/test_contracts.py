"""What one module wants of another's events is what the other announces."""

import inspect
from importlib import import_module
from importlib.util import find_spec

import msgspec
import pytest

from app.container import MODULE_NAMES, Application
from bus import Event, source_of


def events_in(file: str) -> dict[str, type[Event]]:
    """The event classes that a file declares, by wire name; none where there is no such file."""
    if find_spec(file) is None:
        return {}
    declared = [
        each
        for _, each in inspect.getmembers(import_module(file), inspect.isclass)
        if issubclass(each, Event) and each.__module__ == file
    ]
    return {each.wire_name: each for each in declared}


PUBLISHED = {
    wire_name: event
    for name in MODULE_NAMES
    for wire_name, event in events_in(f"modules.{name}.published").items()
}
CONSUMED = [
    pytest.param(event, id=f"{name} wants {wire_name}")
    for name in MODULE_NAMES
    for wire_name, event in events_in(f"modules.{name}.consumed").items()
    if source_of(event) in MODULE_NAMES
]


@pytest.mark.parametrize("consumed", CONSUMED)
def test_every_wanted_field_is_published_with_the_same_type(consumed: type[Event]) -> None:
    published = PUBLISHED[consumed.wire_name]
    offered = {field.name: field.type for field in msgspec.structs.fields(published)}

    for wanted in msgspec.structs.fields(consumed):
        assert offered[wanted.name] == wanted.type


def test_every_module_publishes_under_its_own_name() -> None:
    for name in MODULE_NAMES:
        for wire_name in events_in(f"modules.{name}.published"):
            assert wire_name.startswith(f"{name}.")


def test_every_module_tells_of_all_that_it_publishes(application: Application) -> None:
    for name in MODULE_NAMES:
        told = application.hosted()[name].participant().publishes
        assert {each.wire_name: each for each in told} == events_in(f"modules.{name}.published")


@pytest.mark.parametrize("consumed", CONSUMED)
def test_an_event_erases_for_its_consumers_if_it_erases_for_its_publisher(
    consumed: type[Event],
) -> None:
    assert consumed.erases == PUBLISHED[consumed.wire_name].erases


def test_whoever_keeps_what_a_source_says_of_a_subject_hears_of_its_erasure() -> None:
    for name in MODULE_NAMES:
        heard = events_in(f"modules.{name}.consumed")
        sources = {source_of(event) for event in heard.values()}
        for wire_name, event in PUBLISHED.items():
            if event.erases and source_of(event) in sources:
                assert wire_name in heard
