"""Reactions that take what has arrived together keep every promise of those that take one event."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

import pytest

from bus import BatchReaction, Event, UnitOfWork
from bus.admin import State, logged_events
from tests.bus.members import (
    LAST,
    Counted,
    Erased,
    Member,
    Placed,
    World,
    eventually,
    eventually_equal,
    failing_when,
    with_attempts,
)


class Cancelled(Event, frozen=True):
    """An order is taken back; the item is the subject, as of Placed."""

    wire_name = "shop.cancelled"
    subject_fields = ("item",)
    item: str
    number: int


def take_buffer(member: Member, *event_types: type[Event]) -> list[int]:
    """Have the member take events of these types together; the sizes of what it was given."""
    sizes: list[int] = []

    def write_down_all(events: Sequence[Any], work: UnitOfWork) -> None:
        sizes.append(len(events))
        for event in events:
            with work.caused_by(event):
                one_by_one[event.wire_name](event, work)

    one_by_one = {name: react for name, (_, react) in member.participant.reactions.items()}
    together = BatchReaction(write_down_all)
    for event_type in event_types:
        member.participant.reactions[event_type.wire_name] = (event_type, together)
    return sizes


@pytest.fixture
def shop(world: World) -> Member:
    return world.member("shop")


@pytest.fixture
def stock(world: World) -> Member:
    return world.member("stock", [Placed, Cancelled, Erased])


def is_number(number: int) -> Callable[[Any], bool]:
    return lambda event: event.number == number


def test_what_has_arrived_together_is_taken_together_in_its_order(
    world: World, shop: Member, stock: Member
) -> None:
    sizes = take_buffer(stock, Placed)
    shop.place("pen", *range(100))

    with world.running(shop, stock):
        eventually_equal(stock.numbers, list(range(100)))

    assert max(sizes) > 10


@pytest.mark.parametrize("cancelled", ["in the same group", "in another group", "one at a time"])
def test_a_subject_keeps_its_order_across_event_types(
    world: World, shop: Member, stock: Member, cancelled: str
) -> None:
    take_buffer(stock, Placed, *([Cancelled] if cancelled == "in the same group" else []))
    if cancelled == "in another group":
        take_buffer(stock, Cancelled)
    for number in range(0, 30, 3):
        shop.place("pen", number)
        shop.place("ink", number, number + 1)
        shop.publish(Cancelled(item="pen", number=number + 1))
        shop.place("pen", number + 2)
        shop.publish(Cancelled(item="ink", number=number + 2))

    with world.running(shop, stock):
        eventually(lambda: stock.count() == 60)

    assert stock.numbers_by_item() == {"pen": list(range(30)), "ink": list(range(30))}


def test_one_bad_event_in_500_is_parted_from_the_others(
    world: World, shop: Member, stock: Member
) -> None:
    stock.temper = failing_when(is_number(321))
    take_buffer(stock, Placed)
    shop.publish(*[Placed(item=f"item {number}", number=number) for number in range(500)])

    with world.running(shop, stock, settings=with_attempts(1)):
        eventually(lambda: stock.count() == 499)
        dead = stock.only_dead_letter()

    assert dead.subject == "item 321"
    assert dead.causes[0]["error"] == "RuntimeError: no"
    assert dead.causes[0]["where"].startswith("tests.bus.test_batch_reactions")
    assert stock.numbers() == [number for number in range(500) if number != 321]


def test_later_events_of_a_subject_wait_behind_one_that_failed_in_a_group(
    world: World, shop: Member, stock: Member
) -> None:
    cured = threading.Event()
    stock.temper = failing_when(lambda event: event.number == 1 and not cured.is_set())
    take_buffer(stock, Placed)
    shop.place("pen", 0, 1, 2)
    shop.place("ink", 3)

    with world.running(shop, stock, settings=with_attempts(1000)):
        eventually_equal(stock.numbers_by_item, {"pen": [0], "ink": [3]})
        waiting = sorted(stock.states())
        cured.set()
        eventually_equal(stock.numbers_by_item, {"pen": [0, 1, 2], "ink": [3]})

    assert waiting == [State.RETRYING, State.WAITING]


def test_duplicates_have_no_second_effect_on_a_group(
    world: World, shop: Member, stock: Member
) -> None:
    take_buffer(stock, Placed)
    world.disturbance.distort = lambda messages: [*messages, *messages]
    shop.place("pen", *range(50))

    with world.running(shop, stock):
        eventually(lambda: stock.position() == 50)

    assert stock.numbers() == list(range(50))


def test_data_that_does_not_fit_is_parted_from_its_group(world: World, shop: Member) -> None:
    class Misfit(Event, frozen=True):
        wire_name = "shop.placed"
        item: Literal["pen", "cap"]
        number: int

    stock = world.member("stock", [Misfit])
    take_buffer(stock, Misfit)
    for item, number in (("pen", 1), ("ink", 2), ("cap", 3)):
        shop.place(item, number)

    with world.running(shop, stock):
        dead = stock.only_dead_letter()
        eventually_equal(stock.numbers, [1, 3])

    assert (dead.subject, dead.attempts) == ("ink", 1)


def test_what_a_batch_reaction_publishes_is_caused_by_the_event_it_names(
    world: World, shop: Member, stock: Member
) -> None:
    mail = world.member("mail", [Counted])

    def pass_on(event: Any, work: UnitOfWork) -> None:
        work.publish(Counted(item=event.item, number=event.number))

    stock.temper = pass_on
    take_buffer(stock, Placed)
    for number in range(20):
        shop.place("pen", number)
    with world.running(shop, stock, mail):
        eventually_equal(mail.numbers, list(range(20)))

    with shop.database.snapshot() as connection:
        placed = logged_events(connection, shop.tables)
    with stock.database.snapshot() as connection:
        counted = logged_events(connection, stock.tables)
    caused = [(event.causation_id, event.correlation_id) for event in counted]
    assert caused == [(event.event_id, event.correlation_id) for event in placed]


def test_a_batch_reaction_must_name_the_cause_of_what_it_publishes(
    world: World, shop: Member, stock: Member
) -> None:
    def forget_the_cause(events: Sequence[Placed], work: UnitOfWork) -> None:
        work.publish(Counted(item=events[0].item, number=1))

    stock.participant.reactions["shop.placed"] = (Placed, BatchReaction(forget_the_cause))
    shop.place("pen", 1)

    with world.running(shop, stock, settings=with_attempts(1)):
        dead = stock.only_dead_letter()

    assert "work.caused_by(event)" in dead.causes[0]["error"]
    assert stock.logged() == []


def test_an_event_that_was_not_given_is_no_cause(world: World, stock: Member) -> None:
    other = Placed(item="pen", number=1)

    with stock.participant.unit_of_work() as work, pytest.raises(ValueError, match="Placed"):
        work.caused_by(other).__enter__()


def test_a_group_that_is_too_slow_is_taken_in_smaller_ones(
    world: World, shop: Member, stock: Member
) -> None:
    def be_slow(_event: Any, _work: UnitOfWork) -> None:
        threading.Event().wait(0.01)

    stock.temper = be_slow
    sizes = take_buffer(stock, Placed)
    shop.place("pen", *range(30))

    with world.running(shop, stock, settings=replace(with_attempts(1), reaction_seconds=0.15)):
        eventually_equal(stock.numbers, list(range(30)))

    assert max(sizes) > min(sizes)
    assert stock.stored() == []


def test_after_a_killed_process_the_first_window_comes_one_by_one(
    world: World, shop: Member, stock: Member
) -> None:
    sizes = take_buffer(stock, Placed)
    with world.running(shop, stock):
        shop.place("pen", 0)
        eventually(lambda: stock.count() == 1)
    stock.mark_trial()
    shop.place("pen", 1, 2, 3)

    with world.running(shop, stock):
        eventually_equal(stock.numbers, [0, 1, 2, 3])

    assert sizes == [1, 1, 1, 1]


def test_an_erasure_comes_after_the_group_in_which_its_subject_waits(
    world: World, shop: Member, stock: Member
) -> None:
    take_buffer(stock, Placed)
    with world.running(shop, stock):
        shop.place("cap", 0)
        eventually(lambda: stock.count() == 1)
    shop.place("pen", 1, 2)
    shop.place("ink", 3)
    shop.erase("ink")

    with world.running(shop, stock):
        eventually_equal(stock.numbers_by_item, {"cap": [0], "pen": [1, 2], "ink": [LAST]})

    assert shop.data("ink")[0] is None
