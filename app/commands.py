"""The commands that set the application up and run it."""

import rich_click as click

from app.command_line import application, commands, migrated_application, settings


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
    from app.migrating import upgrade_all

    assembled = application()
    databases = assembled.databases()
    upgrade_all(databases, assembled.settings())
    print(f"Up to date: {', '.join(databases)}")


@commands.command("create-admin")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create_admin(name: str, password_stdin: bool) -> None:
    """Open an account NAME that may do everything; asks for its password."""
    import sys

    from app.settings import SettingsError
    from modules.accounts.module import NameTaken

    hosted = migrated_application().hosted()
    if "accounts" not in hosted:
        raise SettingsError("APP_MODULES must name accounts: an admin is one")
    # A line's end belongs to the line, blanks to the password.
    password = sys.stdin.read().rstrip("\r\n") if password_stdin else _asked_twice()
    try:
        account = hosted["accounts"].accounts().create_admin(name, password)
    except (NameTaken, ValueError) as refused:
        sys.exit(str(refused))
    print(f"{account.name} is an admin.")


def _asked_twice() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


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


@commands.command()
def openapi() -> None:
    """Print what /schema/openapi.json says with these settings."""
    import json

    from app.server import openapi_document

    print(json.dumps(openapi_document(settings()), indent=2))


@commands.command()
def docs() -> None:
    """Write docs/postman_collection.json anew, for the default settings."""
    from app.container import MODULE_NAMES
    from app.openapi.postman import COLLECTION, collection
    from app.server import openapi_document
    from app.settings import settings_from

    document = openapi_document(settings_from({}, MODULE_NAMES))
    COLLECTION.write_text(collection(document), encoding="utf-8")
    print(f"Written: {COLLECTION}")
