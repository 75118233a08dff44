"""The commands that set the application up and run it."""

import rich_click as click

from app.command_line import commands, migrated_application, settings


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

    given = settings()
    databases = assemble(given).databases()
    upgrade_all(databases, given)
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
