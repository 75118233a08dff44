"""The bus's tables in a program that has no migrations: made, and brought forward."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from bus import Database, Event, Participant
from bus.storage import BUS_TABLES, migrating


class Noted(Event, frozen=True, kw_only=True):
    wire_name = "notes.noted"
    subject_fields = ("note",)

    note: str


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database: on PostgreSQL not even the schema is there."""
    files = f"sqlite:///{tmp_path}/new/folder/notes.db"
    url = files if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = Database(url, "notes")
    yield made
    made.dispose()


def revision(database: Database) -> str | None:
    with database.snapshot() as connection:
        return BUS_TABLES.revision(connection, database.schema)


def logged(notes: Participant) -> list[str]:
    """What is logged, by its subject."""
    outbox = notes.tables.outbox
    rows = notes.database.rows(outbox.select().order_by(outbox.c.id))
    return [row.subject for row in rows]


def note(notes: Participant, text: str) -> None:
    with notes.unit_of_work() as work:
        work.publish(Noted(note=text))


def test_the_tables_and_the_schema_are_made_where_there_is_nothing(database: Database) -> None:
    notes = Participant("notes", database)

    notes.create_tables()

    note(notes, "first")
    assert logged(notes) == ["first"]
    assert revision(database) == BUS_TABLES.head


def test_making_them_again_keeps_what_is_there(database: Database) -> None:
    notes = Participant("notes", database)
    notes.create_tables()
    note(notes, "first")

    notes.create_tables()

    note(notes, "second")
    assert logged(notes) == ["first", "second"]


def test_those_of_an_older_bus_are_brought_forward(database: Database) -> None:
    notes = Participant("notes", database)
    with migrating(database) as connection:
        BUS_TABLES.upgrade(connection, "notes", "0001")

    notes.create_tables()

    note(notes, "first")
    assert logged(notes) == ["first"]
    assert revision(database) == BUS_TABLES.head


@pytest.mark.parametrize("form", ["0001", "0002", "0003"])
def test_those_that_an_older_bus_made_without_a_history_are_taken_as_they_are(
    database: Database, form: str
) -> None:
    with migrating(database) as connection:
        BUS_TABLES.upgrade(connection, "notes", form)
        connection.execute(text("DROP TABLE notes.bus_version"))
    epoch = database.rows(text("SELECT epoch FROM notes.log"))
    notes = Participant("notes", database)

    notes.create_tables()

    note(notes, "first")
    assert logged(notes) == ["first"]
    assert database.rows(text("SELECT epoch FROM notes.log")) == epoch
    assert revision(database) == BUS_TABLES.head


def test_several_programs_that_start_at_once_make_them_once(database: Database) -> None:
    programs = [Participant("notes", database) for _ in range(4)]

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(Participant.create_tables, programs))

    assert len(database.rows(text("SELECT epoch FROM notes.epochs"))) == 1


def test_a_program_makes_those_of_several_participants_at_once(tmp_path: Path) -> None:
    names = [f"notes_{number}" for number in range(8)]
    members = [Participant(n, Database(f"sqlite:///{tmp_path}/{n}.db", n)) for n in names]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(Participant.create_tables, members))

    assert [revision(member.database) for member in members] == [BUS_TABLES.head] * 8
    for member in members:
        member.database.dispose()
