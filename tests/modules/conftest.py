"""The module that a folder of tests is named after, alone, and somebody who reads its pages."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import delete

from app.container import MODULES, Application
from app.server.application import web_application
from tests.migrated import url_in
from tests.modules.page_reader import Reader
from tests.modules.single_module import open_module


@pytest.fixture(scope="module")
def alone(
    request: pytest.FixtureRequest,
    migrated_files: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Application]:
    """The module that the folder is named after, alone, on SQLite."""
    folder, module = tmp_path_factory.mktemp("data"), request.path.parent.name
    shutil.copy(migrated_files / f"{module}.db", folder)
    with open_module(module, {"APP_DATABASE_URL": url_in(folder)}) as application:
        yield application


@pytest.fixture(scope="module")
def client(alone: Application) -> Iterator[TestClient[Any]]:
    """Its routes, as a browser asks for them."""
    with TestClient(web_application(alone), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def reader(request: pytest.FixtureRequest, alone: Application, client: TestClient[Any]) -> Reader:
    """Somebody who may see all of it; there is nothing yet."""
    module = request.path.parent.name
    with alone.databases()[module].transaction() as connection:
        for table in reversed(MODULES[module].tables.sorted_tables):
            connection.execute(delete(table))
    return Reader(client)
