"""Whoever watches a participant is told of what commits, here and in other processes."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from bus.database import Database, psycopg_url
from bus.participant import Participant
from bus.waking import stop_wakers
from features.eventually import eventually


@pytest.fixture
def alone(tmp_path: Path) -> Participant:
    """A participant in a file."""
    return Participant("shop", Database(f"sqlite:///{tmp_path}/shop.db", "shop"))


@contextmanager
def process(url: str) -> Iterator[Participant]:
    """The participant as one of several processes has it."""
    database = Database(url, "shop")
    participant = Participant("shop", database)
    participant.waker.start()
    yield participant
    stop_wakers([participant.waker], 5)
    database.dispose()


def commit(participant: Participant) -> None:
    """Commit something that nobody is told of by an event."""
    with participant.unit_of_work():
        pass


def test_a_watcher_is_told_after_a_commit(alone: Participant) -> None:
    told = threading.Event()

    with alone.watch.watching(told.set):
        assert not told.is_set()
        commit(alone)

    assert told.is_set()


def test_a_watcher_is_not_told_of_what_is_undone(alone: Participant) -> None:
    told = threading.Event()

    with alone.watch.watching(told.set), pytest.raises(ZeroDivisionError), alone.unit_of_work():
        raise ZeroDivisionError

    assert not told.is_set()


def test_who_has_gone_is_told_no_more(alone: Participant) -> None:
    told = threading.Event()

    with alone.watch.watching(told.set):
        pass
    commit(alone)

    assert not told.is_set()


def test_watchers_in_another_process_are_told(postgres_url: str) -> None:
    told = threading.Event()

    def look() -> None:
        told.clear()
        commit(there)
        assert told.wait(1)

    with ExitStack() as stack:
        here, there = (stack.enter_context(process(postgres_url)) for _ in range(2))
        with here.watch.watching(told.set):
            # Twice, for it is told once as soon as it begins to listen.
            eventually(look)
            eventually(look)


def test_other_processes_hear_of_many_commits_a_few_times_a_second(postgres_url: str) -> None:
    with ExitStack() as stack:
        there = stack.enter_context(process(postgres_url))
        listener = stack.enter_context(psycopg.connect(psycopg_url(postgres_url), autocommit=True))
        listener.execute('LISTEN "bus_shop"')
        there.watch._note_watchers_elsewhere()

        for _ in range(200):
            there.watch.committed()
        heard = [each.payload for each in listener.notifies(timeout=2)]

    assert 1 <= heard.count("effects") <= 5
