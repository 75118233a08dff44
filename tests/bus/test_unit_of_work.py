"""Units of work inside one another: one transaction, whichever use case is called from which."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, select
from sqlalchemy.orm import Session, registry

from bus import (
    BatchReaction,
    Bus,
    Database,
    Event,
    MemoryTransport,
    Participant,
    Reactions,
    UnitOfWork,
)
from bus.admin import LoggedEvent, logged_events
from tests.bus.members import eventually


class Noted(Event, frozen=True, kw_only=True):
    wire_name = "notes.noted"
    subject_fields = ("note",)

    note: str


class Torn(Event, frozen=True, kw_only=True):
    wire_name = "notes.torn"
    subject_fields = ("note",)
    erases = True

    note: str


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Participant]:
    database = Database(f"sqlite:///{tmp_path}/notes.db", "notes")
    participant = Participant("notes", database)
    participant.create_tables()
    yield participant
    database.dispose()


def note(notes: Participant, text: str) -> None:
    """A use case with a unit of work of its own."""
    with notes.unit_of_work() as work:
        work.publish(Noted(note=text))


def log_of(notes: Participant) -> Sequence[LoggedEvent]:
    with notes.database.snapshot() as connection:
        return logged_events(connection, notes.tables)


def noted(notes: Participant) -> list[str]:
    return [event.subject for event in reversed(log_of(notes))]


def test_an_inner_one_commits_with_the_outer_one(notes: Participant) -> None:
    with notes.unit_of_work() as work:
        note(notes, "inner")
        work.publish(Noted(note="outer"))

        assert noted(notes) == []
    assert noted(notes) == ["inner", "outer"]


def test_a_module_may_map_classes_of_its_own(notes: Participant) -> None:
    class Card:
        title: str

    cards = Table(
        "cards", MetaData("notes"), Column("id", Integer, primary_key=True), Column("title", String)
    )
    registry().map_imperatively(Card, cards)
    with notes.unit_of_work() as work:
        cards.create(work.connection)
    for title, fails in (("kept", False), ("undone", True)):
        with suppress(ArithmeticError), notes.unit_of_work() as work:
            with Session(work.connection) as session:
                card = Card()
                card.title = title
                session.add(card)
                session.flush()
            work.publish(Noted(note=title))
            if fails:
                raise ArithmeticError

    with notes.database.snapshot() as connection:
        assert connection.scalars(select(cards.c.title)).all() == ["kept"]
    assert noted(notes) == ["kept"]


def test_what_fails_outside_undoes_what_was_done_inside(notes: Participant) -> None:
    def fail() -> None:
        with notes.unit_of_work():
            note(notes, "inner")
            raise ValueError("too late")

    with pytest.raises(ValueError, match="too late"):
        fail()

    assert noted(notes) == []


def test_after_a_failure_the_next_one_stands_alone(notes: Participant) -> None:
    with pytest.raises(ValueError, match="too late"), notes.unit_of_work():
        raise ValueError("too late")

    note(notes, "next")

    assert noted(notes) == ["next"]


def test_what_fails_inside_and_is_caught_leaves_nothing_of_it(notes: Participant) -> None:
    def fail() -> None:
        with notes.unit_of_work() as work:
            work.publish(Noted(note="inner"))
            work.forget("outer")
            raise ValueError("refused")

    with notes.unit_of_work() as work:
        work.publish(Noted(note="outer"))
        with suppress(ValueError):
            fail()

    assert noted(notes) == ["outer"]
    assert [event.data for event in log_of(notes)] == [{"note": "outer"}]


def test_an_event_that_erases_keeps_its_data_whatever_is_forgotten_after_it(
    notes: Participant,
) -> None:
    with notes.unit_of_work() as work:
        work.publish(Noted(note="pen"))
        work.publish(Torn(note="pen"))
        work.forget("pen")

    assert [event.data for event in log_of(notes)] == [
        {"note": "pen"},
        None,
    ]


def test_what_is_published_after_its_end_is_refused(notes: Participant) -> None:
    with notes.unit_of_work() as work:
        work.publish(Noted(note="in time"))
    with pytest.raises(ValueError, match="undone"), notes.unit_of_work() as undone:
        raise ValueError("undone")

    for late in (work, undone):
        with pytest.raises(RuntimeError, match="inside the block"):
            late.publish(Noted(note="too late"))
        with pytest.raises(RuntimeError, match="inside the block"):
            late.forget("in time")
    assert noted(notes) == ["in time"]


def test_a_transaction_inside_another_one_of_its_thread_is_refused_at_once(
    notes: Participant,
) -> None:
    with notes.database.transaction(), pytest.raises(RuntimeError, match="wait for ever"):
        notes.database.transaction().__enter__()


def test_another_threads_unit_of_work_is_its_own(notes: Participant) -> None:
    thread = threading.Thread(target=note, args=(notes, "other"))

    def fail() -> None:
        with notes.unit_of_work():
            thread.start()
            raise ValueError("undone")

    with pytest.raises(ValueError, match="undone"):
        fail()

    thread.join()
    assert noted(notes) == ["other"]


class Asked(Event, frozen=True, kw_only=True):
    wire_name = "guests.asked"
    subject_fields = ("question",)

    question: str


class AskedAll(Event, frozen=True, kw_only=True):
    wire_name = "guests.asked_all"
    subject_fields = ("question",)

    question: str


class AskedTwice(Event, frozen=True, kw_only=True):
    wire_name = "guests.asked_twice"
    subject_fields = ("question",)

    question: str


def test_whichever_way_an_event_is_published_it_is_logged_or_refused(tmp_path: Path) -> None:
    tried: list[str] = []

    def answer(event: Asked, work: UnitOfWork) -> None:
        work.publish(Noted(note="from a reaction"))
        with book.unit_of_work() as inner:
            inner.publish(Noted(note="from a unit of work inside it"))

    def answer_all(events: Sequence[AskedAll], work: UnitOfWork) -> None:
        for event in events:
            with work.caused_by(event):
                work.publish(Noted(note="from a batch reaction"))

    def answer_again(event: AskedTwice, work: UnitOfWork) -> None:
        work.publish(Noted(note="from a retried reaction"))
        tried.append(event.question)
        if len(tried) == 1:
            raise ValueError("once")

    reactions: Reactions = {
        Asked: answer,
        AskedAll: BatchReaction(answer_all),
        AskedTwice: answer_again,
    }
    database = Database(f"sqlite:///{tmp_path}/notes.db", "notes")
    book: Participant = Participant("notes", database, reactions)
    guests = Participant("guests", Database(f"sqlite:///{tmp_path}/guests.db", "guests"))
    for member in (book, guests):
        member.create_tables()

    with book.unit_of_work() as work:
        work.publish(Noted(note="from a unit of work"))
        with work.savepoint():
            work.publish(Noted(note="from a savepoint"))
    with book.database.transaction() as connection, book.unit_of_work_on(connection) as work:
        work.publish(Noted(note="from a transaction of the caller's"))
    with book.database.transaction() as connection:
        bare = UnitOfWork(connection, book.log)
        with pytest.raises(RuntimeError, match="inside the block"):
            bare.publish(Noted(note="from a unit of work that is not begun"))
        with bare:
            bare.publish(Noted(note="from a unit of work by hand"))
    with guests.unit_of_work() as asking:
        asking.publish(Asked(question="?"))
        asking.publish(AskedAll(question="?"))
        asking.publish(AskedTwice(question="?"))
    with Bus([book, guests], MemoryTransport()):
        eventually(lambda: "from a retried reaction" in noted(book))

    assert sorted(noted(book)) == [
        "from a batch reaction",
        "from a reaction",
        "from a retried reaction",
        "from a savepoint",
        "from a transaction of the caller's",
        "from a unit of work",
        "from a unit of work by hand",
        "from a unit of work inside it",
    ]
    for member in (book, guests):
        member.database.dispose()


def test_a_connection_that_does_not_commit_is_refused(notes: Participant) -> None:
    for read in (notes.database.snapshot, notes.database.autocommit):
        with read() as connection, pytest.raises(RuntimeError, match="transaction"):
            notes.unit_of_work_on(connection).__enter__()


def test_a_unit_of_work_inside_one_of_this_thread_gives_it_back(notes: Participant) -> None:
    with notes.unit_of_work() as outer:
        with notes.unit_of_work_on(outer.connection) as inner:
            inner.publish(Noted(note="inner"))
        with notes.unit_of_work() as joined:
            assert joined is outer
        outer.publish(Noted(note="outer"))

    assert noted(notes) == ["inner", "outer"]
