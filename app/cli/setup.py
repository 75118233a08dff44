"""The commands that set the application up and run it."""

from typing import TYPE_CHECKING, Any

import rich_click as click

from app.cli.application import application, migrated_application, settings

if TYPE_CHECKING:
    from modules import SampleData


@click.command()
@click.option("--modules", help="What to host: all, or names with commas (APP_MODULES).")
@click.option("--migrate", "migrate_first", is_flag=True, help="Migrate the databases first.")
def serve(modules: str | None, migrate_first: bool) -> None:
    """Serve the modules over HTTP until Ctrl-C."""
    from app.server.serve import serve as serve_until_signal

    serve_until_signal(settings(modules), migrate_first=migrate_first)


@click.command()
def migrate() -> None:
    """Bring the databases up to date; safe to run twice at once."""
    from app.migrations import upgrade_all

    assembled = application()
    databases = assembled.databases()
    upgrade_all(databases, assembled.settings())
    print(f"Up to date: {', '.join(databases)}")


@click.command()
def demo() -> None:
    """Add the modules' sample data; what is there already is left alone."""
    from uuid_utils import uuid7

    from app.discovery import MODULES
    from app.settings import SettingsError
    from bus import Trace, tracing

    hosted = migrated_application().hosted()
    samples = {name: found for name, module in MODULES.items() if (found := module.sample_data)}
    if not samples:
        raise SettingsError("No module here has sample data: there is nothing to add")
    if not samples.keys() & hosted.keys():
        raise SettingsError(
            f"APP_MODULES must name {' or '.join(samples)}: no other module has sample data"
        )
    with tracing(Trace(correlation_id=str(uuid7()), origin=lambda: "python -m app demo")):
        for name in sorted(samples.keys() & hosted.keys()):
            _add(samples[name], hosted[name])


def _add(samples: "SampleData", parts: Any) -> None:
    from rich.progress import track

    steps = samples.add(parts)
    added = sum(track(steps, description=samples.what, total=samples.count))
    print(f"{samples.what}: {added} added, {samples.count - added} were there already.")


@click.command()
def openapi() -> None:
    """Print what /schema/openapi.json says with these settings."""
    import json

    from app.server.application import openapi_document

    print(json.dumps(openapi_document(settings()), indent=2))


@click.command()
def docs() -> None:
    """Write the files anew that are made of the code, as compose.yaml and docs/Caddyfile."""
    from app.cli.documents import documents

    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
        print(f"Written: {path}")


COMMANDS = (serve, migrate, demo, openapi, docs)
