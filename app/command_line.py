"""What every command starts from. Heavy parts are imported by the commands that need them."""

from typing import TYPE_CHECKING

import rich_click as click

if TYPE_CHECKING:
    from app.container import Application
    from app.settings import Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Products and likes over a durable event bus. Settings are APP_… variables or in .env."""


def settings(modules: str | None = None) -> "Settings":
    """This process's settings; raises SettingsError."""
    from app.container import MODULE_NAMES
    from app.settings import read_settings

    return read_settings(MODULE_NAMES, modules)


def migrated_application() -> "Application":
    """The application's parts, for a command beside or without a serving process."""
    from app.container import assemble
    from app.migrating import refuse_unmigrated

    application = assemble(settings())
    refuse_unmigrated(application.databases(), application.settings())
    return application
