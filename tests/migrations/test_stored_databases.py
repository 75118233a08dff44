"""Databases as an older version left them: brought forward without loss, and used on."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from sqlalchemy import func, inspect, select, text

from app.container import MODULE_NAMES, MODULES, Application, assemble, dispose
from app.migrations import drift, is_current, refuse_unmigrated, upgrade, upgrade_all
from app.settings import SettingsError, settings_from
from bus import Bus, Database, Event, MemoryTransport, Participant, UnitOfWork
from bus.admin import DeadLetterFilter, DeadLetters, State
from features.eventually import eventually

STORED = Path(__file__).parent / "stored" / "19ab096"
STORED_MODULES = [name for name in MODULE_NAMES if (STORED / f"{name}.sql").exists()]
VERSIONS = {"alembic_version", "bus_version"}

Open = Callable[[str], Database]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the stored rows are, in the tables that they were stored with."""
    if request.param == "sqlite":
        for module in STORED_MODULES:
            restore_file(tmp_path / f"{module}.db", STORED / f"{module}.sql")
        return f"sqlite:///{tmp_path}/{{module}}.db"
    address: str = request.getfixturevalue("postgres_url")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute((STORED / "postgresql.sql").read_bytes())
    return address


def restore_file(path: Path, dump: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))


@pytest.fixture
def database_of(url: str) -> Iterator[Open]:
    """Opens a module's database as a process of its own would; it is closed after the test."""
    opened: list[Database] = []

    def open_of(module: str) -> Database:
        opened.append(Database(url.replace("{module}", module), module))
        return opened[-1]

    yield open_of
    for database in opened:
        database.dispose()


@pytest.fixture
def application(url: str) -> Iterator[Application]:
    """All modules on the stored rows, migrated."""
    assembled = assemble(settings_from({"APP_DATABASE_URL": url}, MODULE_NAMES))
    upgrade_all(assembled.databases(), assembled.settings())
    yield assembled
    dispose(assembled)


def rows(database: Database) -> dict[str, list[str]]:
    """All that is in the schema but the versions, by table."""
    tables = set(inspect(database.engine).get_table_names(database.schema)) - VERSIONS
    with database.snapshot() as connection:
        return {
            table: sorted(
                map(repr, connection.execute(text(f"SELECT * FROM {database.schema}.{table}")))
            )
            for table in tables
        }


def kept_of(
    before: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """Of the tables that were there before, what they have now."""
    return {table: after[table] for table in before}


@pytest.mark.parametrize("module", STORED_MODULES)
def test_migrating_loses_nothing(database_of: Open, module: str) -> None:
    database = database_of(module)
    before = rows(database)
    assert not is_current(database)

    upgrade(database)

    assert is_current(database)
    assert kept_of(before, rows(database)) == before
    assert drift(database, MODULES[module].tables) == []


@pytest.mark.parametrize("module", STORED_MODULES)
def test_an_old_database_is_to_be_migrated_not_taken_for_a_newer_one(
    database_of: Open, module: str
) -> None:
    databases, settings = {module: database_of(module)}, settings_from({}, MODULE_NAMES)

    with pytest.raises(SettingsError, match="migrate` first"):
        refuse_unmigrated(databases, settings)

    upgrade_all(databases, settings)
    refuse_unmigrated(databases, settings)


def test_several_migrate_at_once(database_of: Open) -> None:
    databases = [database_of(STORED_MODULES[0]) for _ in range(4)]
    before = rows(databases[0])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, databases))

    assert all(is_current(database) for database in databases)
    assert kept_of(before, rows(databases[0])) == before


def test_a_migration_that_breaks_off_half_way_changes_nothing_and_can_be_repeated(
    database_of: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_of(STORED_MODULES[0])
    before = rows(database), versions(database)

    def break_off(*_arguments: object, **_options: object) -> None:
        # The bus's tables have their version by now, the module's own have not.
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(command, "stamp", break_off)
        with pytest.raises(ConnectionError):
            upgrade(database)

    assert (rows(database), versions(database)) == before
    upgrade(database)
    assert is_current(database)


def versions(database: Database) -> dict[str, str]:
    """What the version tables say that there are."""
    tables = set(inspect(database.engine).get_table_names(database.schema)) & VERSIONS
    with database.snapshot() as connection:
        return {
            table: connection.scalars(text(f"SELECT * FROM {database.schema}.{table}")).one()
            for table in tables
        }


def test_what_was_on_its_way_arrives_and_what_was_dead_can_be_redriven(
    application: Application,
) -> None:
    participants = application.participants()

    def all_is_read() -> None:
        for reader in participants:
            for source in participants:
                if source.name in reader.sources:
                    assert read_to(reader, source.name) == head(source)

    def nothing_is_stuck() -> None:
        for participant in participants:
            assert in_state(participant, State.RETRYING, State.WAITING, State.DEAD) == 0

    with application.bus():
        eventually(all_is_read)
        for participant in participants:
            redrive_events(participant)
        eventually(nothing_is_stuck)


def redrive_events(participant: Participant) -> None:
    """Try the dead letters again, and give up the one that never was an event."""
    letters = DeadLetters(participant)
    for letter in letters.messages()[1]:
        if letter.source:
            letters.redrive(DeadLetterFilter(id=letter.id))
        else:
            letters.discard("no event", DeadLetterFilter(id=letter.id))


def in_state(participant: Participant, *states: State) -> int:
    """How many messages are in these states."""
    inbox = participant.tables.inbox
    count = select(func.count()).select_from(inbox).where(inbox.c.state.in_(states))
    return int(participant.database.rows(count)[0][0])


def head(source: Participant) -> tuple[str, int]:
    """The epoch that the source's log is in, and its last position."""
    log, outbox = source.tables.log, source.tables.outbox
    unstamped = select(func.count()).where(outbox.c.position.is_(None))
    assert source.database.rows(unstamped)[0][0] == 0
    last = select(func.coalesce(func.max(outbox.c.position), 0)).scalar_subquery()
    return tuple(source.database.rows(select(log.c.epoch, last))[0])


def read_to(reader: Participant, source: str) -> tuple[str, int]:
    """The latest epoch of the source that the reader knows, and the position it has read to."""
    cursors = reader.tables.cursors
    theirs = select(cursors.c.epoch, cursors.c.position).where(cursors.c.source == source)
    return max(map(tuple, reader.database.rows(theirs)))


@pytest.mark.parametrize("module", STORED_MODULES)
def test_it_publishes_on_where_it_left_off(database_of: Open, module: str, tmp_path: Path) -> None:
    database = database_of(module)
    upgrade(database)
    heard: list[str] = []

    class Noted(Event, frozen=True, kw_only=True):
        wire_name = f"{module}.noted"
        subject_fields = ("note",)
        note: str

    def hear(event: Any, _work: UnitOfWork) -> None:
        heard.append(event.note)

    def is_heard() -> None:
        assert heard == ["new"]

    source = Participant(module, database)
    of_reader = Database(f"sqlite:///{tmp_path}/reader.db", "reader")
    reader = Participant("reader", of_reader, {Noted: hear})
    reader.create_tables()
    with Bus([source, reader], MemoryTransport()):
        with source.unit_of_work() as work:
            work.publish(Noted(note="new"))
        eventually(is_heard)
    of_reader.dispose()
