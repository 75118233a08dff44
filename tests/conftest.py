"""The modules' files, migrated once by each worker and copied for each test."""

import shutil
from pathlib import Path

import pytest

from app.container import MODULE_NAMES, assemble, dispose
from app.migrating import upgrade_all
from app.settings import settings_from


@pytest.fixture(scope="session")
def migrated_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every module's file, migrated and empty: copy it, write nothing there."""
    folder = tmp_path_factory.mktemp("migrated")
    application = assemble(settings_from({"APP_DATABASE_URL": url_in(folder)}, MODULE_NAMES))
    upgrade_all(application.databases(), application.settings())
    dispose(application)
    return folder


@pytest.fixture
def migrated_url(migrated_files: Path, tmp_path: Path) -> str:
    """The database URL of migrated and empty files in this test's folder."""
    shutil.copytree(migrated_files, tmp_path, dirs_exist_ok=True)
    return url_in(tmp_path)


def url_in(folder: Path) -> str:
    """The database URL of the modules' files in a folder."""
    return f"sqlite:///{folder}/{{module}}.db"
