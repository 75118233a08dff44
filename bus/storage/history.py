"""Histories of migrations: that of the bus's own tables, and how any of them is applied.

A change to the bus's tables is one file in migrations/versions/, for every schema that has them.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.schema import CreateSchema

from bus.storage.database import Database
from bus.storage.locks import ExclusiveLock

_MIGRATIONS = Path(__file__).parent / "migrations"
_SECONDS_BETWEEN_LOOKS = 0.05
# Alembic keeps in globals which schema it is at.
_ONE_THREAD = threading.Lock()


class History:
    """A line of Alembic migrations; a version table in each schema says how far it has come.

    A migration may name in `replaces` later ones that were here once and are no more: a schema at
    one of those counts as being at this one. Their names are not used again.
    """

    def __init__(self, versions: Path, version_table: str) -> None:
        self.version_table = version_table
        self._versions = versions

    def upgrade(self, connection: Connection, schema: str, revision: str = "head") -> None:
        """Bring a schema forward, as a part of the connection's transaction."""
        config = self._config(connection, schema)
        present = self.replaced.get(self._written(connection, schema) or "")
        with _ONE_THREAD:
            if present:
                command.stamp(config, present, purge=True)
            command.upgrade(config, revision)

    def downgrade(self, connection: Connection, schema: str, revision: str = "base") -> None:
        """Take migrations back, as a part of the connection's transaction."""
        with _ONE_THREAD:
            command.downgrade(self._config(connection, schema), revision)

    def revision(self, connection: Connection, schema: str) -> str | None:
        """The revision of a schema, None where it has none."""
        written = self._written(connection, schema)
        return self.replaced.get(written or "", written)

    @property
    def head(self) -> str | None:
        """The latest revision."""
        return self._script.get_current_head()

    @cached_property
    def revisions(self) -> frozenset[str]:
        """Every revision that a schema of this version, or an older one, can be at."""
        return frozenset(script.revision for script in self._script.walk_revisions())

    @cached_property
    def replaced(self) -> dict[str, str]:
        """For each revision that is no more the one that replaces it."""
        return {
            gone: script.revision
            for script in self._script.walk_revisions()
            for gone in getattr(script.module, "replaces", ())
        }

    @cached_property
    def _script(self) -> ScriptDirectory:
        # Read once: readiness asks for the head every few seconds.
        return ScriptDirectory.from_config(self._config(None, ""))

    def _written(self, connection: Connection, schema: str) -> str | None:
        options: dict[str, Any] = {
            "version_table": self.version_table,
            "version_table_schema": schema,
        }
        return MigrationContext.configure(connection, opts=options).get_current_revision()

    def _config(self, connection: Connection | None, schema: str) -> Config:
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.set_main_option("version_locations", str(self._versions))
        config.set_main_option("path_separator", "os")
        config.attributes.update(
            connection=connection, schema=schema, version_table=self.version_table
        )
        return config


BUS_TABLES = History(_MIGRATIONS / "versions", "bus_version")
"""The history of the bus's own tables."""


@contextmanager
def migrating(database: Database) -> Iterator[Connection]:
    """A transaction that changes the schema, which it makes if need be; waits for others like it.

    All or nothing: half a migration can be neither repeated nor served.
    """
    if database.is_sqlite:
        database.path.parent.mkdir(parents=True, exist_ok=True)
    lock = database.lock("migration")
    connection = _acquire(lock)
    if not database.is_sqlite:
        connection.execution_options(isolation_level="READ COMMITTED")
    try:
        with connection.begin():
            _create_schema(connection, database.schema)
            yield connection
        database.flush()
    finally:
        lock.release()


def _acquire(lock: ExclusiveLock) -> Connection:
    while (connection := lock.acquire()) is None:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    return connection


def _create_schema(connection: Connection, schema: str) -> None:
    # Looked up first: the right to create a schema is asked for even where it exists.
    if connection.dialect.name != "sqlite" and not inspect(connection).has_schema(schema):
        connection.execute(CreateSchema(schema))
