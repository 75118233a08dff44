"""Fixtures for tests of the person module that need no other one."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from dependency_injector import providers
from litestar.types import ASGIApp

from app.container import MODULE_NAMES, Application, assemble
from app.migrating import upgrade
from app.server import web_application
from app.settings import settings_from

Announced = Callable[[], list[tuple[str, Any]]]


@pytest.fixture
def application(settings: Mapping[str, str]) -> Iterator[Application]:
    """The person module alone in this process, migrated."""
    # With a key, so that none is made and kept in the working directory.
    settled = settings_from({**settings, "APP_SECRET_KEY": "k" * 32}, MODULE_NAMES)
    person = assemble(settled).hosted()["person"]
    alone = Application(settings=settled, hosted=providers.Object({"person": person}))
    upgrade(alone.databases()["person"])
    yield alone
    alone.databases()["person"].dispose()


@pytest.fixture
def announced(application: Application) -> Announced:
    """What person has announced, oldest first."""
    participant = application.hosted()["person"].participant()

    def look() -> list[tuple[str, Any]]:
        with participant.database.reading() as connection:
            return [(event.type, event.data) for event in participant.log.events(connection)][::-1]

    return look


@pytest.fixture
def web(application: Application) -> ASGIApp:
    """Its routes."""
    return web_application(application)
