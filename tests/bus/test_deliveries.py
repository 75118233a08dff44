"""What became of an event at a subscriber, and when, though nothing is written for each."""

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy import func as sql

from bus.admin import DeadLetterFilter, Deliveries, Delivery, Sent, State, logged_events
from bus.subscription import cursor as cursor_module
from tests.bus.members import (
    Member,
    World,
    eventually,
    eventually_equal,
    failing_when,
    with_attempts,
)


def sent(member: Member) -> list[Sent]:
    """All that the member has published, oldest first."""
    with member.database.snapshot() as connection:
        events = logged_events(connection, member.tables, limit=1000)
    return [
        Sent(source=member.name, epoch=e.epoch, position=e.position, event_id=e.event_id)
        for e in reversed(events)
        if e.epoch and e.position
    ]


def deliveries(source: Member, subscriber: Member) -> list[Delivery]:
    """What became of each of them at the subscriber."""
    return Deliveries(subscriber.participant).of(sent(source))


def states(source: Member, subscriber: Member) -> list[str]:
    """In short."""
    return [delivery.state for delivery in deliveries(source, subscriber)]


def at_the_second(monkeypatch: pytest.MonkeyPatch, second: int) -> str:
    """Let cursors move at this second of a certain minute from now on."""
    time = f"2026-01-31T12:00:{second:02d}.500000Z"
    monkeypatch.setattr(cursor_module, "now", lambda: time)
    return time


def moves(member: Member) -> int:
    """How many moves are remembered."""
    with member.database.snapshot() as connection:
        return connection.scalar(select(sql.count()).select_from(member.tables.moves)) or 0


def test_an_event_that_is_on_its_way_is_not_delivered_yet(world: World) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop):
        shop.place("pen", 1)
        eventually(lambda: bool(sent(shop)))

    assert states(shop, stock) == ["not yet"]


def test_an_applied_event_tells_its_second(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        times = []
        for number in (1, 2, 3):
            times.append(at_the_second(monkeypatch, number))
            shop.place("pen", number)
            eventually_equal(stock.position, number)

    found = deliveries(shop, stock)

    assert [delivery.state for delivery in found] == ["applied"] * 3
    assert [delivery.time for delivery in found] == times
    assert not any(delivery.no_later_than for delivery in found)


def test_many_events_of_a_second_leave_one_row(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, stock = world.shop_and_stock()
    at_the_second(monkeypatch, 1)
    with world.running(shop, stock):
        for number in range(1, 6):
            shop.place("pen", number)
            eventually_equal(stock.position, number)
        before = moves(stock)
        at_the_second(monkeypatch, 2)
        shop.place("pen", 6)
        eventually_equal(stock.position, 6)

    assert moves(stock) == before + 1


def test_old_moves_are_forgotten_and_times_are_no_longer_exact(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cursor_module, "KEPT_MOVES", 2)
    monkeypatch.setattr(cursor_module, "_MOVES_BETWEEN_LOOKS", 1)
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        for number in range(1, 6):
            at_the_second(monkeypatch, number)
            shop.place("pen", number)
            eventually_equal(stock.position, number)

    found = deliveries(shop, stock)

    assert moves(stock) == 2
    assert [delivery.no_later_than for delivery in found] == [True, True, True, False, False]
    assert found[0].time == found[2].time == "2026-01-31T12:00:03.500000Z"


def test_without_moves_from_before_a_time_is_an_upper_bound(world: World) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        shop.place("pen", 1)
        eventually_equal(stock.position, 1)
    with stock.database.transaction() as connection:
        connection.execute(delete(stock.tables.moves))
        connection.execute(update(stock.tables.cursors).values(moved=None))

    [delivery] = deliveries(shop, stock)

    assert (delivery.state, delivery.time, delivery.no_later_than) == ("applied", None, True)


def test_a_failing_event_and_what_waits_behind_it(world: World) -> None:
    shop, stock = world.shop_and_stock()
    stock.temper = failing_when(lambda event: event.item == "pen")
    with world.running(shop, stock, settings=with_attempts(1)):
        shop.place("pen", 1, 2)
        shop.place("cup", 3)
        eventually_equal(stock.position, 3)

        dead, waiting, applied = deliveries(shop, stock)

    assert (dead.state, dead.attempts) == ("dead", 1)
    assert dead.causes[0]["error"] == "RuntimeError: no"
    assert (waiting.state, waiting.behind) == ("waiting", dead.letter)
    assert applied.state == "applied"


def test_an_event_that_is_retried_names_the_next_attempt(world: World) -> None:
    shop, stock = world.shop_and_stock()
    stock.temper = failing_when(lambda _event: True)
    with world.running(shop, stock, settings=with_attempts(50)):
        shop.place("pen", 1)
        eventually(lambda: any(each.attempts >= 2 for each in deliveries(shop, stock)))

        [delivery] = deliveries(shop, stock)

    assert delivery.state == "retrying"
    assert delivery.next_attempt is not None


def test_an_event_applied_after_retries_keeps_how_but_not_what_it_said(world: World) -> None:
    shop, stock = world.shop_and_stock()
    stock.temper = failing_when(lambda _event: True)
    with world.running(shop, stock, settings=with_attempts(1)):
        shop.place("pen", 1, 2)
        letter = stock.only_dead_letter()
        eventually_equal(stock.position, 2)
        stock.temper = failing_when(lambda _event: False)
        stock.letters.redrive(DeadLetterFilter(id=letter.id))
        eventually_equal(stock.numbers, [1, 2])

    first, second = deliveries(shop, stock)
    assert (first.state, first.attempts, len(first.causes)) == ("applied", 2, 1)
    assert first.time is not None
    assert first.time > letter.stored
    assert (second.state, second.attempts) == ("applied", 1)
    assert [message.message for message in stock.stored(State.APPLIED)] == [b"", b""]


def test_a_discarded_event_gives_the_reason(world: World) -> None:
    shop, stock = world.shop_and_stock()
    stock.temper = failing_when(lambda _event: True)
    with world.running(shop, stock, settings=with_attempts(1)):
        shop.place("pen", 1)
        stock.letters.discard("out of print", DeadLetterFilter(id=stock.only_dead_letter().id))

        [delivery] = deliveries(shop, stock)

    assert (delivery.state, delivery.reason) == ("discarded", "out of print")


def test_nothing_waits_behind_an_event_that_was_applied_after_retries(world: World) -> None:
    shop, stock = world.shop_and_stock()
    stock.temper = failing_when(lambda event: event.number == 1)
    with world.running(shop, stock, settings=with_attempts(1)):
        shop.place("pen", 1)
        letter = stock.only_dead_letter()
        stock.temper = failing_when(lambda event: event.item == "cup")
        stock.letters.redrive(DeadLetterFilter(id=letter.id))
        eventually_equal(stock.numbers, [1])
        # Something of the source is in the inbox, so that a batch asks it.
        shop.place("cup", 2)
        stock.only_dead_letter()
        shop.place("pen", 3)
        eventually_equal(stock.numbers, [1, 3])


def test_only_the_latest_of_those_applied_after_retries_are_on_record(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.subscription.inbox.KEPT_APPLIED", 1)
    monkeypatch.setattr("bus.admin.deliveries.KEPT_APPLIED", 1)
    monkeypatch.setattr("bus.subscription.retrier._APPLIED_BETWEEN_PRUNINGS", 1)
    shop, stock = world.shop_and_stock()
    seen: set[int] = set()

    def fails_first(event: object) -> bool:
        number: int = event.number  # type: ignore[attr-defined]  # any event will do
        known = number in seen
        seen.add(number)
        return not known

    stock.temper = failing_when(fails_first)
    with world.running(shop, stock):
        for number in (1, 2, 3):
            shop.place("pen", number)
            eventually_equal(stock.count, number)

    first, _, last = deliveries(shop, stock)
    assert len(stock.stored(State.APPLIED)) == 1
    assert (last.attempts, last.no_later_than) == (2, False)
    assert (first.state, first.no_later_than) == ("applied", True)


def test_erasing_a_subject_takes_what_is_on_record_of_it(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    stock.temper = failing_when(lambda event: event.number == 1)
    with world.running(shop, stock, settings=with_attempts(1)):
        shop.place("pen", 1)
        letter = stock.only_dead_letter()
        stock.temper = failing_when(lambda _event: False)
        stock.letters.redrive(DeadLetterFilter(id=letter.id))
        eventually_equal(stock.numbers, [1])
        shop.erase("pen")
        eventually_equal(stock.position, 2)

    assert stock.stored(State.APPLIED) == []


def test_an_event_of_an_ended_epoch_is_known_to_be_applied(world: World) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        shop.place("pen", 1)
        eventually_equal(stock.position, 1)
        shop.begin_new_epoch()
        shop.place("pen", 2)
        eventually_equal(stock.position, 2)

    assert states(shop, stock) == ["applied", "applied"]
