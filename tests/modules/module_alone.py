"""One module alone in this process, and somebody who reads its pages.

A test file that takes the fixtures names the module in MODULE.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from dependency_injector import providers
from litestar.testing import TestClient
from sqlalchemy import delete

from app.container import MODULE_NAMES, MODULES, Application, assemble, dispose
from app.migrations import upgrade
from app.server.application import web_application
from app.settings import settings_from
from tests.modules.reader import Reader


@contextmanager
def opened(module: str, settings: Mapping[str, str]) -> Iterator[Application]:
    """The module alone, migrated."""
    # With a key, so that none is made and kept in the working directory.
    settled = settings_from({**settings, "APP_SECRET_KEY": "k" * 32}, MODULE_NAMES)
    container = assemble(settled).hosted()[module]
    application = Application(settings=settled, hosted=providers.Object({module: container}))
    upgrade(application.databases()[module])
    yield application
    dispose(application)


@pytest.fixture(scope="module")
def alone(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    """The module alone, on SQLite."""
    data = f"sqlite:///{tmp_path_factory.mktemp('data')}/{{module}}.db"
    with opened(request.module.MODULE, {"APP_DATABASE_URL": data}) as application:
        yield application


@pytest.fixture(scope="module")
def client(alone: Application) -> Iterator[TestClient[Any]]:
    """Its routes, as a browser asks for them."""
    with TestClient(web_application(alone), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def reader(request: pytest.FixtureRequest, alone: Application, client: TestClient[Any]) -> Reader:
    """Somebody who may see all of it; there is nothing yet."""
    module = request.module.MODULE
    with alone.databases()[module].transaction() as connection:
        for table in reversed(MODULES[module].metadata.sorted_tables):
            connection.execute(delete(table))
    return Reader(client)
