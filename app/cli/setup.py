"""The commands that set the application up and run it."""

from typing import TYPE_CHECKING

import rich_click as click

from app.cli.group import application, commands, migrated_application, settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@commands.command()
@click.option("--modules", help="What to host: all, or names with commas (APP_MODULES).")
@click.option("--migrate", "migrate_first", is_flag=True, help="Migrate the databases first.")
def serve(modules: str | None, migrate_first: bool) -> None:
    """Serve the modules over HTTP until Ctrl-C."""
    from app.server.serve import serve as serve_until_signal

    serve_until_signal(settings(modules), migrate_first=migrate_first)


@commands.command()
def migrate() -> None:
    """Bring the databases up to date; safe to run twice at once."""
    from app.migrations import upgrade_all

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
    """Add sample products and persons; those that are there already are left alone."""
    from uuid_utils import uuid7

    from app.sample_data import samples as sample_data
    from app.settings import SettingsError
    from bus import Trace, tracing

    hosted = migrated_application().hosted()
    if not {"products", "person"} & hosted.keys():
        raise SettingsError("APP_MODULES must name products or person: the samples are theirs")
    with tracing(Trace(correlation_id=str(uuid7()), origin=lambda: "python -m app demo")):
        if "products" in hosted:
            added = sample_data.add_products(hosted["products"])
            _show("Sample products", added, sample_data.PRODUCT_COUNT)
        if "person" in hosted:
            added = sample_data.add_persons(hosted["person"])
            _show("Sample persons", added, sample_data.PERSON_COUNT)


def _show(what: str, steps: "Iterator[bool]", count: int) -> None:
    from rich.progress import track

    added = sum(track(steps, description=what, total=count))
    print(f"{what}: {added} added, {count - added} were there already.")


@commands.command()
def openapi() -> None:
    """Print what /schema/openapi.json says with these settings."""
    import json

    from app.server.application import openapi_document

    print(json.dumps(openapi_document(settings()), indent=2))


@commands.command()
def docs() -> None:
    """Write docs/postman_collection.json (for the default settings) and docs/Caddyfile anew."""
    from app.container import MODULE_NAMES
    from app.deployment.caddyfile import CADDYFILE, caddyfile
    from app.openapi.postman import COLLECTION, collection
    from app.server.application import openapi_document
    from app.settings import settings_from

    document = openapi_document(settings_from({}, MODULE_NAMES))
    COLLECTION.write_text(collection(document), encoding="utf-8")
    CADDYFILE.write_text(caddyfile(), encoding="utf-8")
    print(f"Written: {COLLECTION}, {CADDYFILE}")
