"""Every module's schema, migrated."""

from pathlib import Path

from app.container import MODULE_NAMES, assemble, dispose
from app.migrations import upgrade_all
from app.settings import settings_from


def migrate(url: str) -> None:
    """Bring every module's schema to this version."""
    application = assemble(settings_from({"APP_DATABASE_URL": url}, MODULE_NAMES))
    upgrade_all(application.databases(), application.settings())
    dispose(application)


def url_in(folder: Path) -> str:
    """The database URL of the modules' files in a folder."""
    return f"sqlite:///{folder}/{{module}}.db"
