"""Migrations: bring each module's schema to the form that this version of the code needs.

Two histories lead there: that of the bus's tables, which all modules share, and the module's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, inspect
from sqlalchemy.exc import SQLAlchemyError

from app.discovery import MODULES
from app.settings import Settings, SettingsError, unreachable
from bus import Database, DeclarationError
from bus.storage import BUS_TABLES, BusTables, History, migrating

HISTORIES = Path(__file__).parent.parent / "migrations"
_VERSION_TABLE = "alembic_version"


class DatabaseAway(SettingsError):
    """A module's database does not answer."""


def upgrade_all(databases: Mapping[str, Database], settings: Settings) -> None:
    """Bring each module's schema forward.

    Raises DatabaseAway, DeclarationError where a table is in no migration, and SettingsError where
    a newer version of the program has been before.
    """
    for module, database in databases.items():
        with _answering(module, settings):
            _refuse_newer(module, database, settings)
            if not is_current(database):
                upgrade(database)
            _refuse_missing_tables(module, database)


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema forward, of its own tables to `revision`; all or nothing.

    Waits for others that migrate at this moment.
    """
    with migrating(database) as connection:
        BUS_TABLES.upgrade(connection, database.schema)
        _history(database.schema).upgrade(connection, database.schema, revision)


def downgrade(database: Database) -> None:
    """Take all migrations back; waits for others that migrate at this moment."""
    with migrating(database) as connection:
        for history in reversed(_histories(database.schema)):
            history.downgrade(connection, database.schema)


def is_current(database: Database) -> bool:
    """True if the schema is the one that this code was written for."""
    return all(revision == history.head for history, revision in _stand(database))


def refuse_unmigrated(databases: Mapping[str, Database], settings: Settings) -> None:
    """Raise DatabaseAway, or SettingsError where a module's database is not at this version."""
    for module, database in databases.items():
        with _answering(module, settings):
            _refuse_newer(module, database, settings)
            current = is_current(database)
            if current:
                _refuse_missing_tables(module, database)
        if not current:
            raise SettingsError(
                f"The database of {module} ({settings.database_variable(module)}) "
                "is not at this version: run `python -m app migrate` first"
            )


def drift(database: Database, metadata: MetaData) -> list[Any]:
    """The differences between the tables of module and bus and the migrated schema."""
    options = {
        "target_metadata": [metadata, BusTables(database.schema).metadata],
        "include_schemas": True,
        "include_name": _only_tables_of(database.schema),
        "compare_type": True,
    }
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, options["target_metadata"]))


def _only_tables_of(schema: str) -> Any:
    """Alembic's filter for the tables of one schema, but for those in which it keeps versions."""
    versions = {history.version_table for history in _histories(schema)}

    def includes(name: str | None, type_: str, parents: dict[str, str | None]) -> bool:
        if type_ == "schema":
            return name == schema
        return parents.get("schema_name") == schema and name not in versions

    return includes


@contextmanager
def _answering(module: str, settings: Settings) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        variable = settings.database_variable(module)
        raise DatabaseAway(unreachable(module, variable, error)) from None


def _refuse_newer(module: str, database: Database, settings: Settings) -> None:
    for history, revision in _stand(database):
        if revision is not None and revision not in history.revisions:
            raise SettingsError(
                f"The database of {module} ({settings.database_variable(module)}) was migrated by "
                f"a newer version of this program, to {revision}: run that version, or a later one"
            )


def _refuse_missing_tables(module: str, database: Database) -> None:
    """Raise DeclarationError where the code has a table that no migration makes."""
    with database.engine.connect() as connection:
        there = set(inspect(connection).get_table_names(schema=database.schema))
    for table in MODULES[module].tables.tables.values():
        if table.name not in there:
            raise DeclarationError(
                f"{module}: no migration makes its table {table.name}: write one in "
                f"migrations/{module} (docs/modules.md), then run `python -m app migrate`"
            )


def _stand(database: Database) -> Sequence[tuple[History, str | None]]:
    """The revision of the schema in each of its histories."""
    histories = _histories(database.schema)
    if database.is_sqlite and not database.path.exists():
        return [(history, None) for history in histories]
    with database.engine.connect() as connection:
        return [(history, history.revision(connection, database.schema)) for history in histories]


def _histories(schema: str) -> tuple[History, History]:
    return BUS_TABLES, _history(schema)


@cache
def _history(schema: str) -> History:
    return History(HISTORIES / schema, _VERSION_TABLE)
