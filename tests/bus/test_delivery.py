"""Events arrive whole, once in effect, and exist if and only if what they tell of happened."""

import threading
from decimal import Decimal
from typing import Any

import pytest

from bus import Event, Trace, UnitOfWork, tracing
from bus.admin import logged_events
from tests.bus.members import (
    Counted,
    Member,
    Placed,
    World,
    eventually,
    eventually_equal,
    failing_when,
    only_in_memory,
)


class Described(Event, frozen=True):
    """An event with a field of every kind that crosses the bus."""

    wire_name = "shop.described"
    subject_fields = ("item",)
    item: str
    number: int
    big: int
    price: Decimal
    ratio: float
    tags: list[str]
    sizes: dict[str, dict[str, int | None]]
    by_number: dict[int, str]


DESCRIBED = Described(
    item="Grüße/ключ:鍵 🗝 \"'\\\n",
    number=7,
    big=2**53 + 1,
    price=Decimal("12345678901234567890.10"),
    ratio=0.1,
    tags=["", "ä", "\x00 \u2028"],
    sizes={"größe": {"m": 1, "none": None}},
    by_number={-1: "minus", 2**40: "plus"},
)


def test_a_payload_arrives_as_it_was_published(world: World) -> None:
    shop, stock = world.member("shop"), world.member("stock", [Described])
    heard: list[Any] = []
    stock.temper = lambda event, _work: heard.append(event)

    with world.running(shop, stock):
        shop.publish(DESCRIBED)
        eventually(lambda: bool(heard))

    assert heard[0] == DESCRIBED


def test_ids_and_trace_travel_with_an_event_through_two_hops(world: World) -> None:
    shop, stock = world.shop_and_stock()
    mail = world.member("mail", [Counted])
    stock.temper = lambda event, work: work.publish(Counted(item=event.item, number=event.number))
    traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    with world.running(shop, stock, mail):
        trace = Trace(
            correlation_id="request-7", traceparent=traceparent, origin=lambda: "POST /orders"
        )
        with tracing(trace):
            shop.place("pen", 1)
        eventually(lambda: mail.count() == 1)

    with shop.database.snapshot() as connection:
        placed = logged_events(connection, shop.tables)[0]
    with stock.database.snapshot() as connection:
        counted = logged_events(connection, stock.tables)[0]
    (at_stock,), (at_mail,) = stock.entries(), mail.entries()
    assert (placed.correlation_id, placed.causation_id) == ("request-7", None)
    assert (counted.correlation_id, counted.causation_id) == ("request-7", placed.event_id)
    assert (placed.origin, counted.origin) == ("POST /orders", None)
    assert (at_stock.event_id, at_mail.event_id) == (placed.event_id, counted.event_id)
    assert {at_stock.correlation_id, at_mail.correlation_id} == {"request-7"}
    assert {at_stock.traceparent, at_mail.traceparent} == {traceparent}


def test_each_subscriber_gets_each_event_once_and_in_order(world: World) -> None:
    shop, stock = world.shop_and_stock()
    mail = world.member("mail", [Placed])

    with world.running(shop, stock, mail):
        for number in range(30):
            shop.place("pen", number)
        eventually(lambda: stock.count() >= 30 and mail.count() >= 30)

    assert stock.numbers() == mail.numbers() == list(range(30))


def test_a_subscriber_steps_over_types_that_it_does_not_want(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with world.running(shop, stock):
        shop.publish(DESCRIBED, Placed(item="pen", number=1), DESCRIBED)
        eventually(lambda: stock.position() == 3)

    assert stock.numbers() == [1]


def test_a_participant_may_react_to_its_own_events(world: World) -> None:
    shop = world.member("shop", [Placed])

    with world.running(shop):
        shop.place("pen", 1, 2)
        eventually_equal(shop.numbers, [1, 2])


def test_ten_thousand_events_from_eight_publishers_arrive_once_and_in_order(world: World) -> None:
    shop, stock = world.shop_and_stock()
    stock.write_down_buffer()

    def publish(publisher: int) -> None:
        for start in range(0, 1250, 50):
            shop.place(f"item-{publisher}", *range(start, start + 50))

    with world.running(shop, stock):
        publishers = [threading.Thread(target=publish, args=(i,)) for i in range(8)]
        for thread in publishers:
            thread.start()
        for thread in publishers:
            thread.join()
        eventually(lambda: stock.count() >= 10_000, seconds=60)

    expected = {f"item-{publisher}": list(range(1250)) for publisher in range(8)}
    assert stock.numbers_by_item() == expected


def test_an_event_of_a_reaction_that_fails_vanishes_with_it(world: World) -> None:
    shop, stock = world.shop_and_stock()
    mail = world.member("mail", [Counted])
    failures = iter([True, True, False])

    def count_and_fail_twice(event: Placed, work: UnitOfWork) -> None:
        work.publish(Counted(item=event.item, number=event.number))
        if event.number == 1 and next(failures, False):
            raise RuntimeError("after it published")

    stock.temper = count_and_fail_twice
    with world.running(shop, stock, mail):
        shop.place("pen", 1, 2)
        eventually_equal(mail.numbers, [1, 2])

    assert len(stock.logged()) == 2


def publish_and_fail(shop: Member) -> None:
    with shop.participant.unit_of_work() as work:
        work.publish(Placed(item="ghost", number=1))
        raise ZeroDivisionError


def test_a_change_that_is_rolled_back_publishes_nothing(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with world.running(shop, stock):
        with pytest.raises(ZeroDivisionError):
            publish_and_fail(shop)
        shop.place("pen", 2)
        eventually_equal(stock.numbers, [2])

    assert shop.logged() == [(1, "pen")]


@only_in_memory
@pytest.mark.parametrize("item", ["", "x" * 201, "nul \x00"])
def test_a_subject_that_no_subscriber_could_read_is_refused_at_once(
    world: World, item: str
) -> None:
    shop = world.member("shop")

    with pytest.raises(ValueError, match="a subject has 1 to 200 characters"):
        shop.place(item, 1)


@only_in_memory
def test_a_trace_that_no_subscriber_could_read_is_refused_at_once(world: World) -> None:
    shop = world.member("shop")
    trace = Trace(correlation_id="x" * 201)

    with pytest.raises(ValueError, match="a correlation id has"), tracing(trace):
        shop.place("pen", 1)


def test_one_bad_event_among_five_hundred_keeps_none_of_the_others(world: World) -> None:
    shop, stock = world.shop_and_stock()
    stock.temper = failing_when(lambda event: event.item == "item-250")
    shop.publish(*[Placed(item=f"item-{n}", number=n) for n in range(500)])

    with world.running(shop, stock):
        dead = stock.only_dead_letter()
        eventually(lambda: stock.count() == 499)

    assert dead.subject == "item-250"
    assert sorted(stock.numbers()) == [n for n in range(500) if n != 250]
