"""Each module's schema: forward from nothing, back again, as the code wants it, and its own."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from app.container import MODULE_NAMES, MODULES
from app.migrations import (
    HISTORIES,
    downgrade,
    drift,
    is_current,
    refuse_unmigrated,
    upgrade,
    upgrade_all,
)
from app.server.database_startup import Prepare
from app.settings import SettingsError, settings_from
from bus import Database
from bus.storage import BUS_TABLES, History, group_commit, migrating

SETTINGS = settings_from({}, MODULE_NAMES)

MakeDatabase = Callable[[str], Database]
MODULE, OTHER = MODULE_NAMES[:2]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_of(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeDatabase]:
    """Makes the empty database of a module; what it opened is closed after the test."""
    made: list[Database] = []
    sqlite = f"sqlite:///{tmp_path}/var/{{module}}.db"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url")

    def make(module: str) -> Database:
        made.append(Database(url.replace("{module}", module), module))
        return made[-1]

    yield make
    for database in made:
        database.dispose()


@pytest.mark.parametrize("module", MODULE_NAMES)
def test_upgrade_from_empty_leaves_what_the_code_wants(
    database_of: MakeDatabase, module: str
) -> None:
    database = database_of(module)
    assert not is_current(database)

    upgrade(database)

    assert is_current(database)
    assert drift(database, MODULES[module].tables) == []


@pytest.mark.parametrize("module", MODULE_NAMES)
def test_downgrade_takes_everything_back(database_of: MakeDatabase, module: str) -> None:
    database = database_of(module)
    upgrade(database)

    downgrade(database)

    left = set(inspect(database.engine).get_table_names(schema=module))
    assert left == {"alembic_version", "bus_version"}
    upgrade(database)
    assert is_current(database)


def test_upgrading_twice_changes_nothing(database_of: MakeDatabase) -> None:
    database = database_of(MODULE)
    upgrade(database)

    upgrade(database)

    assert is_current(database)


@pytest.mark.parametrize("database_of", ["sqlite"], indirect=True)
def test_a_migration_ends_when_the_disk_has_it(
    database_of: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_of(MODULE)
    on_disk = tmp_path / f"{MODULE}.db"

    def sync(_file: int) -> None:
        shutil.copy(database.path, on_disk)
        shutil.copy(f"{database.path}-wal", f"{on_disk}-wal")

    monkeypatch.setattr(group_commit, "sync", sync)

    upgrade(database)

    rescued = Database(f"sqlite:///{on_disk}", MODULE)
    assert is_current(rescued)
    rescued.dispose()


def test_several_starts_at_once_migrate_once(database_of: MakeDatabase) -> None:
    databases = [database_of(MODULE) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, databases))

    assert all(is_current(database) for database in databases)


@pytest.mark.needs("products")
def test_a_migration_that_breaks_off_leaves_nothing_and_can_be_repeated(
    database_of: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_of("products")

    def break_off(*_arguments: object, **_options: object) -> None:
        # The bus's tables are there by now, and some of the module's own.
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr("sqlalchemy.table", break_off)  # the last migration uses it
        with pytest.raises(ConnectionError):
            upgrade(database)
    assert inspect(database.engine).get_table_names("products") == []
    upgrade(database)

    assert is_current(database)


def test_a_change_to_the_bus_tables_is_a_migration_of_every_module(
    database_of: MakeDatabase,
) -> None:
    databases = {module: database_of(module) for module in MODULE_NAMES}
    for module, database in databases.items():
        upgrade(database)
        with migrating(database) as connection:
            BUS_TABLES.downgrade(connection, module, "0002")
        assert not is_current(database)
        with pytest.raises(SettingsError, match=f"of {module} .* `python -m app migrate` first"):
            refuse_unmigrated({module: database}, SETTINGS)

    upgrade_all(databases, SETTINGS)

    refuse_unmigrated(databases, SETTINGS)
    assert drift(databases[MODULE], MODULES[MODULE].tables) == []


@pytest.mark.parametrize("table", ["alembic_version", "bus_version"])
@pytest.mark.parametrize("use", [upgrade_all, refuse_unmigrated])
def test_tables_of_a_newer_version_are_refused(
    database_of: MakeDatabase, table: str, use: Prepare
) -> None:
    database = database_of(MODULE)
    upgrade(database)
    with database.transaction() as connection:
        connection.execute(text(f"UPDATE {MODULE}.{table} SET version_num = '9999'"))

    with pytest.raises(SettingsError, match="newer version of this program, to 9999"):
        use({MODULE: database}, SETTINGS)


@pytest.mark.parametrize("module", MODULE_NAMES)
def test_a_name_that_a_migration_replaces_is_not_used_again(module: str) -> None:
    history = History(HISTORIES / module, "alembic_version")

    assert not history.revisions & history.replaced.keys()


def test_a_forgotten_migration_is_noticed(database_of: MakeDatabase) -> None:
    database = database_of(MODULE)
    upgrade(database)

    assert drift(database, MODULES[OTHER].tables) != []


OLD_PRODUCT = """
    INSERT INTO products.products (id, title, description, image, state)
    VALUES (:id, :title, 'MINERAL', '', 'active')
"""
OLD_COPY = """
    INSERT INTO likes.product_copies (product_id, title, description, image, state, deleted)
    VALUES (:id, :title, 'MINERAL', '', 'active', FALSE)
"""


@pytest.mark.parametrize(
    ("table", "before", "old"),
    [
        pytest.param("products.products", "0002", OLD_PRODUCT, marks=pytest.mark.needs("products")),
        pytest.param("likes.product_copies", "0001", OLD_COPY, marks=pytest.mark.needs("likes")),
    ],
)
def test_what_was_there_before_is_found_by_its_folded_text(
    database_of: MakeDatabase, table: str, before: str, old: str
) -> None:
    database = database_of(table.partition(".")[0])
    upgrade(database, before)
    with database.transaction() as connection:
        connection.execute(text(old), [{"id": n, "title": f"ÁGUA {n}"} for n in range(1, 2002)])

    upgrade(database)

    with database.snapshot() as connection:
        found = connection.scalars(text(f"SELECT folded FROM {table}")).all()
    assert set(found) == {f"água {n}\nmineral" for n in range(1, 2002)}


def test_no_table_and_no_foreign_key_leaves_its_schema(database_of: MakeDatabase) -> None:
    for module in MODULE_NAMES:
        database = database_of(module)
        upgrade(database)
        inspector = inspect(database.engine)
        tables = inspector.get_table_names(schema=module)

        assert {table.schema for table in MODULES[module].tables.tables.values()} == {module}
        for table in tables:
            for key in inspector.get_foreign_keys(table, schema=module):
                assert key["referred_schema"] == module
        assert inspector.get_table_names(schema="public" if not database.is_sqlite else None) == []
