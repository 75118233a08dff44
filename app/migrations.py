"""Bringing each module's schema to the form that this version of the code needs."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateSchema

from app.settings import Settings, SettingsError, unreachable
from bus import Database
from bus.storage import BusTables, ExclusiveLock

HISTORIES = Path(__file__).parent.parent / "migrations"
VERSION_TABLE = "alembic_version"
_LOCK_LOOK_SECONDS = 0.05


class DatabaseAway(SettingsError):
    """A module's database does not answer."""


def upgrade_all(databases: Mapping[str, Database], settings: Settings) -> None:
    """Bring each module's schema forward.

    Raises DatabaseAway, and SettingsError where a newer version of the program has been before.
    """
    for module, database in databases.items():
        with _answering(module, settings):
            _refuse_newer(module, database, settings)
            if not is_current(database):
                upgrade(database)


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema forward; waits for others that do so at this moment."""
    with _alone(database) as connection:
        _create_schema(connection, database.schema)
        command.upgrade(_config(database.schema, connection), revision)


def downgrade(database: Database, revision: str = "base") -> None:
    """Take migrations back; waits for others that migrate at this moment."""
    with _alone(database) as connection:
        command.downgrade(_config(database.schema, connection), revision)


def is_current(database: Database) -> bool:
    """Whether the schema is the one that this code was written for."""
    return _revision(database) == _script(database.schema).get_current_head()


def refuse_unmigrated(databases: Mapping[str, Database], settings: Settings) -> None:
    """Raise DatabaseAway, or SettingsError where a module's database is not at this version."""
    for module, database in databases.items():
        with _answering(module, settings):
            _refuse_newer(module, database, settings)
            current = is_current(database)
        if not current:
            raise SettingsError(
                f"The database of {module} ({settings.database_variable(module)}) "
                "is not at this version: run `python -m app migrate` first"
            )


def drift(database: Database, metadata: MetaData) -> list[Any]:
    """What the module's and the bus's tables differ in from the schema as it was migrated."""
    schema = database.schema
    options = {
        "target_metadata": [metadata, BusTables(schema).metadata],
        "include_schemas": True,
        "include_name": only_schema(schema),
        "compare_type": True,
        **_versions_in(schema),
    }
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, options["target_metadata"]))


def only_schema(schema: str) -> Any:
    """Alembic's filter for the tables of one schema."""

    def includes(name: str | None, type_: str, parents: dict[str, str | None]) -> bool:
        return name == schema if type_ == "schema" else parents.get("schema_name") == schema

    return includes


@contextmanager
def _answering(module: str, settings: Settings) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        variable = settings.database_variable(module)
        raise DatabaseAway(unreachable(module, variable, error)) from None


def _refuse_newer(module: str, database: Database, settings: Settings) -> None:
    revision = _revision(database)
    known = {script.revision for script in _script(database.schema).walk_revisions()}
    if revision is not None and revision not in known:
        raise SettingsError(
            f"The database of {module} ({settings.database_variable(module)}) was migrated by a "
            f"newer version of this program, to {revision}: run that version, or a later one"
        )


def _revision(database: Database) -> str | None:
    if database.is_sqlite and not database.path.exists():
        return None
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=_versions_in(database.schema))
        return context.get_current_revision()


def _versions_in(schema: str) -> dict[str, Any]:
    return {"version_table": VERSION_TABLE, "version_table_schema": schema}


def _config(schema: str, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HISTORIES))
    config.set_main_option("version_locations", str(HISTORIES / schema))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, schema=schema)
    return config


@cache
def _script(schema: str) -> ScriptDirectory:
    """The module's history, read once: readiness asks for its head every few seconds."""
    return ScriptDirectory.from_config(_config(schema))


def _create_schema(connection: Connection, schema: str) -> None:
    # Looked up first: the right to create a schema is asked for even where it exists.
    if connection.dialect.name != "sqlite" and not inspect(connection).has_schema(schema):
        connection.execute(CreateSchema(schema))
    connection.commit()


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    if database.is_sqlite:
        database.path.parent.mkdir(parents=True, exist_ok=True)
    lock = database.lock("migration")
    connection = _acquire(lock)
    if not database.is_sqlite:
        # All or nothing: half a migration can be neither repeated nor served.
        connection.execution_options(isolation_level="READ COMMITTED")
    try:
        yield connection
        database.flush()
    finally:
        lock.release()


def _acquire(lock: ExclusiveLock) -> Connection:
    while (connection := lock.acquire()) is None:
        time.sleep(_LOCK_LOOK_SECONDS)
    return connection
