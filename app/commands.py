"""The command line. Heavy parts are imported by the commands that need them."""

import sys
from typing import TYPE_CHECKING

import rich_click as click

if TYPE_CHECKING:
    from app.container import Application
    from app.settings import Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Products and likes over a durable event bus. Settings are APP_… variables or in .env."""


def main() -> None:
    """Run the command that was typed; a refusal is one line and exit status 1."""
    from app import operating  # noqa: F401  # it adds its commands
    from app.settings import SettingsError

    try:
        commands(prog_name="python -m app")
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


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
    refuse_unmigrated(application.databases())
    return application


@commands.command()
@click.option("--modules", help="What to host: all, or names with commas (APP_MODULES).")
@click.option("--migrate", "migrate_first", is_flag=True, help="Migrate the databases first.")
def serve(modules: str | None, migrate_first: bool) -> None:
    """Serve the modules over HTTP until Ctrl-C."""
    from app.serving import serve as serve_until_signal

    serve_until_signal(settings(modules), migrate_first=migrate_first)


@commands.command()
def migrate() -> None:
    """Bring the databases up to date; safe to run twice at once."""
    from app.container import assemble
    from app.migrating import upgrade_all

    databases = assemble(settings()).databases()
    upgrade_all(databases)
    print(f"Up to date: {', '.join(databases)}")


@commands.command()
def demo() -> None:
    """Add sample products; those that are there already are left alone."""
    from rich.progress import track

    from app.sample_data import add_samples, sample_count
    from app.settings import SettingsError

    hosted = migrated_application().hosted()
    if "products" not in hosted:
        raise SettingsError("APP_MODULES must name products: the samples are products")
    steps = track(
        add_samples(hosted["products"]), description="Sample products", total=sample_count()
    )
    added = sum(steps)
    print(f"{added} added, {sample_count() - added} were there already.")
