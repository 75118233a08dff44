"""The modules' schemas, migrated once by each worker: files copied, tables emptied per test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.container import MODULE_NAMES, assemble, dispose
from app.migrations import upgrade_all
from app.settings import settings_from
from tests.services import postgres
from tests.services.plugin import empty_database


@pytest.fixture(scope="session")
def migrated_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every module's file, migrated and empty: copy it, write nothing there."""
    folder = tmp_path_factory.mktemp("migrated")
    migrate(url_in(folder))
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


def migrate(url: str) -> None:
    """Bring every module's schema to this version."""
    application = assemble(settings_from({"APP_DATABASE_URL": url}, MODULE_NAMES))
    upgrade_all(application.databases(), application.settings())
    dispose(application)


@pytest.fixture
def migrated_url(migrated_files: Path, tmp_path: Path) -> str:
    """The database URL of migrated and empty files in this test's folder."""
    shutil.copytree(migrated_files, tmp_path, dirs_exist_ok=True)
    return url_in(tmp_path)


def url_in(folder: Path) -> str:
    """The database URL of the modules' files in a folder."""
    return f"sqlite:///{folder}/{{module}}.db"
