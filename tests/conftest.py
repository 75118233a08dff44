"""All modules on migrated databases.

They are migrated once; a test gets copies of the files, or tables that are emptied after it.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from litestar.testing import TestClient

from app.container import Application
from tests.migrated import migrate, url_in
from tests.services import postgres
from tests.services.plugin import empty_database
from tests.shared import routes_of, shared_application


@pytest.fixture(scope="session")
def migrated_files(shared_folder: Path) -> Path:
    """A folder with every module's file, migrated and empty: copy it, write nothing there."""
    folder, done = shared_folder / "migrated", shared_folder / "migrated.done"
    with FileLock(shared_folder / "migrated.lock"):
        if not done.exists():
            folder.mkdir()
            migrate(url_in(folder))
            done.touch()
    return folder


@pytest.fixture(scope="session")
def migrated_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL database with every module's schema, for the tests of a worker in turn."""
    with empty_database(request) as url:
        migrate(url)
        postgres.keep_rows(url)
        yield url


@pytest.fixture
def migrated_postgres_url(migrated_database: str) -> Iterator[str]:
    """The URL of migrated and empty schemas in PostgreSQL."""
    yield migrated_database
    postgres.restore_rows(migrated_database)


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the files that the tests of a worker have one after another."""
    return tmp_path_factory.mktemp("files") / "now"


@pytest.fixture
def migrated_url(migrated_files: Path, files: Path) -> Iterator[str]:
    """The database URL of migrated and empty files."""
    shutil.copytree(migrated_files, files)
    yield url_in(files)
    shutil.rmtree(files)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """Where the data is, for tests that run on either database."""
    if request.param == "sqlite":
        return {"APP_DATABASE_URL": request.getfixturevalue("migrated_url")}
    return {"APP_DATABASE_URL": request.getfixturevalue("migrated_postgres_url")}


@pytest.fixture
def application(settings: Mapping[str, str]) -> Iterator[Application]:
    """All modules in this process, migrated."""
    with shared_application(settings) as application:
        yield application


@pytest.fixture
def web(application: Application) -> Iterator[TestClient[Any]]:
    """All routes over either database; no bus runs."""
    with TestClient(routes_of(application), base_url="http://127.0.0.1") as client:
        yield client
