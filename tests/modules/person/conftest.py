"""The person module alone, on both databases."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from litestar.types import ASGIApp

from app.container import Application
from bus.admin import logged_events
from modules.person.service import Persons
from tests.modules.person.kept import Announced
from tests.modules.single_module import open_module
from tests.shared import routes_of


@pytest.fixture
def application(settings: Mapping[str, str]) -> Iterator[Application]:
    """The person module alone in this process, migrated."""
    with open_module("person", settings) as alone:
        yield alone


@pytest.fixture
def announced(application: Application) -> Announced:
    """What person has announced, oldest first."""
    participant = application.hosted()["person"].participant()

    def look() -> list[tuple[str, Any]]:
        with participant.database.snapshot() as connection:
            return [
                (event.type, event.data) for event in logged_events(connection, participant.tables)
            ][::-1]

    return look


@pytest.fixture
def web(application: Application) -> ASGIApp:
    """Its routes."""
    return routes_of(application)


@pytest.fixture
def persons(application: Application) -> Persons:
    """The service of the person module."""
    service: Persons = application.hosted()["person"].persons()
    return service
