"""What every command starts from. Heavy parts are imported by the commands that need them."""

from typing import TYPE_CHECKING

import rich_click as click
from click import get_current_context

from app import __version__

if TYPE_CHECKING:
    from app.container import Application
    from app.settings import Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="modular-shop", message="%(prog)s %(version)s")
def commands() -> None:
    """Modules that talk over a durable event bus. Settings are APP_… variables or in .env."""


def settings(modules: str | None = None) -> "Settings":
    """This process's settings; raises SettingsError."""
    from app.container import MODULE_NAMES
    from app.settings import read_settings

    return read_settings(MODULE_NAMES, modules)


def application() -> "Application":
    """The application's parts for one command; at its end their connections are closed."""
    from app.container import assemble, dispose

    assembled = assemble(settings())
    get_current_context().call_on_close(lambda: dispose(assembled))
    return assembled


def migrated_application() -> "Application":
    """The application's parts, for a command beside or without a serving process."""
    from app.migrations import refuse_unmigrated

    assembled = application()
    refuse_unmigrated(assembled.databases(), assembled.settings())
    return assembled
