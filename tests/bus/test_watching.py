"""Whoever watches a participant is told of what commits, here and in other processes."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bus import Database, Participant
from bus.outbox.messages import Message
from bus.signals import postgres_notify as notifying
from bus.signals.waker import stop_wakers
from bus.storage.engines import psycopg_url
from bus.transports.rabbitmq.outlet import BrokerOutlet
from bus.transports.rabbitmq.topology import Request
from features.eventually import eventually


class Asked:
    """A publisher on which nothing is sent, but something is asked."""

    def consume_requests(self, hear: Callable[[Request], None] | None) -> None:
        if hear:
            hear(Request(subscriber="stock", resend=False))

    def publish(self, messages: Sequence[Message]) -> None: ...

    def publish_to(self, subscriber: str, messages: Sequence[Message]) -> None: ...


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
        assert told.wait(5)

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


def test_what_is_asked_of_a_relay_connects_to_no_database_to_wake_it(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr(notifying, "notify_once", lambda *topic: told.append(topic))
    participant = Participant("shop", Database(postgres_url, "shop"))
    participant.create_tables()

    # Its waker is not started yet, as while the bus starts.
    with participant.database.transaction() as connection:
        publisher: Any = Asked()
        BrokerOutlet(participant, publisher).begin(connection)
    participant.database.dispose()

    assert told == []


def test_threads_that_wake_are_known_by_their_schema_to_whoever_looks_at_connections(
    postgres_url: str,
) -> None:
    listening = "SELECT application_name FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"

    with process(postgres_url), psycopg.connect(postgres_url, autocommit=True) as connection:

        def look() -> None:
            own = f"{listening} AND datname = current_database()"
            assert connection.execute(own).fetchall() == [("shop",)]

        eventually(look)
