"""Processes come, go, stand by and stop; the broker and the database do so too."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bus import AnotherProcessServes
from bus.transports.rabbitmq import RabbitMQTransport
from tests.bus.members import (
    Member,
    Placed,
    World,
    eventually,
    eventually_equal,
    only_in_memory,
    only_on_postgresql,
    only_over_rabbitmq,
)
from tests.services.processes import PATIENCE_SECONDS

_BUS_THREADS = ("relay-", "subscriber-", "retrier-", "notify-", "listen-", "rabbitmq-")


def bus_threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith(_BUS_THREADS)]


@only_over_rabbitmq
def test_one_of_two_processes_relays_and_the_other_takes_over(world: World) -> None:
    shop, stock = world.shop_and_stock()
    other = world.twin(shop)

    with world.running(stock), world.bus(other) as standby, world.running(shop) as active:
        eventually(lambda: active.relays()["shop"] or standby.relays()["shop"])
        first, second = (active, standby) if active.relays()["shop"] else (standby, active)
        shop.place("pen", 1)
        other.place("pen", 2)
        eventually_equal(stock.numbers, [1, 2])
        both = first.relays()["shop"] and second.relays()["shop"]
        first.stop()
        eventually(lambda: second.relays()["shop"])
        shop.place("pen", 3)
        eventually_equal(stock.numbers, [1, 2, 3])

    assert not both


@only_over_rabbitmq
def test_one_of_two_processes_applies_and_the_other_takes_over(world: World) -> None:
    shop, stock = world.shop_and_stock()
    other = world.twin(stock)

    with world.running(shop), world.bus(other):
        with world.running(stock):
            for number in range(10):
                shop.place("pen", number)
            eventually(lambda: stock.count() >= 10)
        shop.place("pen", 10, 11)
        eventually(lambda: stock.count() >= 12)

    assert stock.numbers() == list(range(12))


@only_over_rabbitmq
def test_a_standby_that_stops_leaves_the_mark_of_the_one_at_work(world: World) -> None:
    shop, stock = world.shop_and_stock()
    other = world.twin(stock)

    with world.running(shop, stock):
        shop.place("pen", 1)
        eventually(lambda: stock.count() == 1)
        with world.bus(other):
            pass
        marks = [cursor.trial for cursor in stock.cursors()]

    assert marks[-1]


def test_who_watches_is_told_of_what_another_process_published(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.relay.LOOK_SECONDS", 0.1)
    shop, stock = world.shop_and_stock()
    command = world.twin(shop)
    told = threading.Event()

    with world.running(shop, stock), shop.participant.watch.watching(told.set):
        command.place("pen", 1)
        assert told.wait(20)


@only_in_memory
def test_in_memory_a_second_process_is_refused_until_the_first_is_gone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.bus._SECONDS_FOR_PREDECESSOR", 0.5)
    shop, stock = world.shop_and_stock()
    second = world.bus(world.twin(shop), world.twin(stock))

    with world.running(shop, stock):
        with pytest.raises(AnotherProcessServes, match="served by another process"):
            second.start()
        shop.place("pen", 1)
        eventually_equal(stock.numbers, [1])
    with second:
        shop.place("pen", 2)
        eventually_equal(stock.numbers, [1, 2])


def test_stop_is_quick_and_start_goes_on(world: World) -> None:
    shop, stock = world.shop_and_stock()
    bus = world.bus(shop, stock)
    stops = []

    for number in range(3):
        bus.start()
        shop.place("pen", number)
        eventually_equal(stock.numbers, list(range(number + 1)))
        began = time.monotonic()
        bus.stop()
        stops.append(time.monotonic() - began)
        assert bus_threads() == []

    assert max(stops) < 3


def test_stop_in_the_middle_of_the_work_loses_and_doubles_nothing(world: World) -> None:
    shop, stock = world.shop_and_stock()
    bus = world.bus(shop, stock)
    done = threading.Event()

    def publish() -> None:
        for number in range(100):
            shop.place("pen", number)
        done.set()

    publisher = threading.Thread(target=publish)
    publisher.start()
    while not done.is_set():
        with bus:
            done.wait(0.1)
    publisher.join()
    with bus:
        eventually(lambda: stock.count() >= 100)

    assert stock.numbers() == list(range(100))


def test_stop_does_not_wait_for_a_reaction_that_hangs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.bus._SECONDS_TO_STOP", 0.5)
    shop, stock = world.shop_and_stock()
    entered, released = threading.Event(), threading.Event()

    def hang(_event: object, _work: object) -> None:
        entered.set()
        released.wait(PATIENCE_SECONDS)

    stock.temper = hang
    bus = world.bus(shop, stock)
    bus.start()
    shop.place("pen", 1)
    entered.wait(PATIENCE_SECONDS)
    began = time.monotonic()
    bus.stop()
    lasted = time.monotonic() - began
    released.set()
    eventually(lambda: bus_threads() == [])

    assert lasted < PATIENCE_SECONDS / 2
    assert stock.count() <= 1


@only_over_rabbitmq
def test_a_write_succeeds_while_the_broker_is_away_and_arrives_after(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with world.bus(shop, stock, rabbitmq="amqp://guest:guest@127.0.0.1:1/nobody"):
        shop.place("pen", 1, 2)
        eventually(lambda: [position for position, _ in shop.logged()] == [1, 2])
        before = stock.count()
    with world.running(shop, stock):
        shop.place("pen", 3)
        eventually_equal(stock.numbers, [1, 2, 3])

    assert before == 0


@contextmanager
def silent_server() -> Iterator[str]:
    """The host and port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@only_over_rabbitmq
def test_stop_is_quick_while_the_broker_does_not_answer(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with silent_server() as server:
        bus = world.bus(shop, stock, rabbitmq=f"amqp://guest:guest@{server}/")
        bus.start()
        shop.place("pen", 1)
        eventually(lambda: shop.logged() == [(1, "pen")])
        began = time.monotonic()
        bus.stop()
        lasted = time.monotonic() - began
    eventually(lambda: bus_threads() == [])

    assert lasted < 4


def test_a_restarted_transport_ends_the_threads_that_could_not_be_ended_in_time() -> None:
    with silent_server() as server:
        transport = RabbitMQTransport(f"amqp://guest:guest@{server}/", {})
        transport.start([])
        transport.stop()
        left = bus_threads()
        transport.start([])
    eventually(lambda: len(bus_threads()) == 2)
    transport.stop()
    eventually(lambda: bus_threads() == [])

    assert len(left) == 2


@pytest.mark.matrix
@pytest.mark.parametrize("world", ["rabbitmq-postgresql"], indirect=True)
def test_stop_is_quick_while_no_database_answers(world: World) -> None:
    with silent_server() as server:
        url = f"postgresql://user@{server}/database"
        members = [Member(f"mute{number}", url, [Placed]) for number in range(5)]
        bus = world.bus(*members)
        bus.start()
        eventually(lambda: len(bus_threads()) > 5 * len(members))
        began = time.monotonic()
        bus.stop()
        lasted = time.monotonic() - began
    eventually(lambda: bus_threads() == [])

    assert lasted < 5


@only_over_rabbitmq
def test_events_published_before_a_change_of_the_transport_arrive_after_it(world: World) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop):
        shop.place("pen", 1, 2)
        eventually(lambda: world.broker.waiting("events.stock") >= 2)

    world.transport = "memory"
    shop.place("pen", 3)
    with world.running(shop, stock):
        eventually_equal(stock.numbers, [1, 2, 3])
    shop.place("pen", 4)
    world.transport = "rabbitmq"
    with world.running(shop, stock):
        shop.place("pen", 5)
        eventually_equal(stock.numbers, [1, 2, 3, 4, 5])


def end_every_session(member: Member) -> None:
    """What a restart of the database server does to those who are connected."""
    with member.database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def unless_away(deed: Callable[[], object]) -> bool:
    """Do it, and say whether it was done: what used a connection just now may see it broken."""
    try:
        return deed() is not False
    except OperationalError:
        return False


@only_on_postgresql
def test_lost_database_connections_are_made_again(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with world.running(shop, stock) as bus:
        shop.place("pen", 1)
        eventually(lambda: stock.count() == 1)
        end_every_session(shop)
        eventually(lambda: all(bus.relays().values()))
        eventually(lambda: unless_away(lambda: shop.place("pen", 2, 3)))
        eventually(lambda: unless_away(lambda: stock.numbers() == [1, 2, 3]))


@only_on_postgresql
def test_a_subscriber_whose_database_is_away_holds_up_no_other(world: World) -> None:
    shop, stock = world.shop_and_stock()
    mail = world.member("mail", [Placed])

    with world.running(shop, stock, mail):
        with shop.database.transaction() as connection:
            connection.execute(text("ALTER SCHEMA stock RENAME TO away"))
        shop.place("pen", 1, 2)
        eventually_equal(mail.numbers, [1, 2])
        with shop.database.transaction() as connection:
            connection.execute(text("ALTER SCHEMA away RENAME TO stock"))
        eventually_equal(stock.numbers, [1, 2])
