"""Whatever the transport loses, repeats, reorders or delays, the effect is the same."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

import msgspec
import pytest

from bus import Event
from bus.transports.rabbitmq import outlet, topology
from tests.bus.members import (
    Counted,
    Member,
    Placed,
    World,
    eventually,
    eventually_equal,
    only_over_rabbitmq,
)
from tests.bus.unreliable_transport import Chaos, as_it_came, nothing


def twice(messages: Sequence[bytes]) -> Sequence[bytes]:
    return [*messages, *messages]


def backwards(messages: Sequence[bytes]) -> Sequence[bytes]:
    return messages[::-1]


class Losing:
    """Loses the first messages that come, so many and no more."""

    def __init__(self, count: int) -> None:
        self.left = count

    def __call__(self, messages: Sequence[bytes]) -> Sequence[bytes]:
        lost = min(self.left, len(messages))
        self.left -= lost
        return messages[lost:]


def test_duplicates_have_no_second_effect(world: World) -> None:
    shop, stock = world.shop_and_stock()
    world.disturbance.distort = twice

    with world.running(shop, stock):
        for start in range(0, 30, 3):
            shop.place("pen", *range(start, start + 3))
        eventually(lambda: stock.position() == 30)

    assert stock.numbers() == list(range(30))


def test_reordered_messages_take_effect_in_their_order(world: World) -> None:
    shop, stock = world.shop_and_stock()
    world.disturbance.distort = backwards

    with world.running(shop, stock):
        for start in range(0, 9, 3):
            shop.place("pen", *range(start, start + 3))
        eventually(lambda: len(shop.logged()) == 9)
        world.disturbance.distort = as_it_came
        eventually_equal(stock.numbers, list(range(9)))


def test_a_gap_is_refilled_from_the_log(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with world.running(shop, stock):
        shop.place("pen", 0)
        eventually(lambda: stock.count() == 1)
        world.disturbance.distort = Losing(3)
        for number in range(1, 10):
            shop.place("pen", number)
        eventually_equal(stock.numbers, list(range(10)))


def test_chaos_on_the_way_changes_nothing(world: World) -> None:
    shop, stock = world.shop_and_stock()
    mail = world.member("mail", [Placed])
    world.disturbance.distort = Chaos(seed=7)

    with world.running(shop, stock, mail):
        for number in range(40):
            shop.place(f"item-{number % 3}", number)
        world.disturbance.distort = as_it_came
        shop.place("last", 40)
        eventually(lambda: stock.position() == mail.position() == 41)

    expected = {f"item-{i}": list(range(i, 40, 3)) for i in range(3)} | {"last": [40]}
    assert stock.numbers_by_item() == mail.numbers_by_item() == expected


def test_a_subscriber_added_later_is_fed_from_the_log(world: World) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        shop.place("pen", 1, 2, 3)
        eventually(lambda: stock.count() == 3)

    late = world.member("late", [Placed])
    with world.running(shop, stock, late):
        eventually_equal(late.numbers, [1, 2, 3])
        shop.place("pen", 4)
        eventually_equal(late.numbers, [1, 2, 3, 4])

    assert stock.numbers() == [1, 2, 3, 4]


def test_events_resent_at_the_operators_wish_have_no_second_effect(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        eventually(lambda: stock.count() == 2)
    stock.wish_resend()
    with world.running(shop, stock):
        shop.place("pen", 3)
        eventually_equal(stock.numbers, [1, 2, 3])
        eventually(lambda: not any(cursor.resend for cursor in stock.cursors()))


def test_events_that_were_delivered_to_nobody_are_asked_for_after_a_restart(world: World) -> None:
    shop, stock = world.shop_and_stock()
    world.disturbance.distort = nothing
    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        eventually(lambda: len(shop.logged()) == 2)
        before = stock.count()

    world.disturbance.distort = as_it_came
    with world.running(shop, stock):
        eventually_equal(stock.numbers, [1, 2])

    assert before == 0


@only_over_rabbitmq
def test_a_lost_tail_is_noticed_when_the_source_announces_its_head(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet, "_FIRST_ANNOUNCEMENT_SECONDS", 0.3)
    shop, stock = world.shop_and_stock()

    with world.running(shop, stock):
        shop.place("pen", 1)
        eventually(lambda: stock.count() == 1)
        world.disturbance.distort = lost = Losing(1)
        shop.place("pen", 2)
        eventually(lambda: not lost.left)
        eventually_equal(stock.numbers, [1, 2])


@only_over_rabbitmq
def test_a_queue_that_is_lost_while_it_is_consumed_is_refilled(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with world.running(shop, stock):
        shop.place("pen", 1)
        eventually(lambda: stock.count() == 1)
        world.broker.delete("events.stock")
        shop.place("pen", 2, 3)
        eventually_equal(stock.numbers, [1, 2, 3])
        shop.place("pen", 4)
        eventually_equal(stock.numbers, [1, 2, 3, 4])


@only_over_rabbitmq
@pytest.mark.parametrize("lose", ["purge", "delete"])
def test_a_queue_that_is_lost_while_nobody_consumes_is_refilled(world: World, lose: str) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop):
        shop.place("pen", 1, 2)
        eventually(lambda: world.broker.waiting("events.stock") >= 2)
    getattr(world.broker, lose)("events.stock")

    with world.running(stock), world.running(shop):
        eventually_equal(stock.numbers, [1, 2])


@only_over_rabbitmq
def test_one_of_two_queues_that_is_lost_is_refilled_at_no_cost_to_the_other(world: World) -> None:
    shop, stock = world.shop_and_stock()
    mail = world.member("mail", [Placed])

    with world.running(shop, stock, mail):
        shop.place("pen", 1)
        eventually(lambda: stock.count() == mail.count() == 1)
        world.broker.delete("events.stock")
        shop.place("pen", 2)
        eventually_equal(mail.numbers, [1, 2])
        eventually_equal(stock.numbers, [1, 2])


@only_over_rabbitmq
def test_a_lost_queue_of_requests_is_made_again(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with world.running(shop, stock):
        shop.place("pen", 1)
        eventually(lambda: stock.count() == 1)
        world.broker.delete("requests.shop")
        world.disturbance.distort = Losing(1)
        shop.place("pen", 2, 3)
        eventually_equal(stock.numbers, [1, 2, 3])


@only_over_rabbitmq
def test_events_that_the_broker_refuses_are_sent_again_in_order(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with world.running(shop, stock):
        shop.place("pen", 0)
        eventually(lambda: stock.count() == 1)
        with world.broker.refusing("shop"):
            for number in range(1, 10):
                shop.place("pen", number)
            eventually(lambda: stock.count() >= 2)
            refused_at = confirmed(shop)
        eventually(lambda: confirmed(shop) == 10)
        eventually_equal(stock.numbers, list(range(10)))

    assert refused_at == 1


def confirmed(member: Member) -> int | None:
    with member.database.snapshot() as connection:
        return member.log.confirmed(connection)


@only_over_rabbitmq
def test_events_that_no_queue_takes_are_sent_again_in_order(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with world.running(shop):
        shop.place("pen", 1)
        eventually(lambda: confirmed(shop) == 1)
        world.broker.delete("events.stock")
        for number in range(2, 6):
            shop.place("pen", number)
        eventually(lambda: confirmed(shop) == 5)
        waiting = world.broker.waiting("events.stock")
    with world.running(shop, stock):
        eventually_equal(stock.numbers, [1, 2, 3, 4, 5])

    assert waiting >= 4


class OldPriced(Event, frozen=True):
    """The first version had its price in whole euros, and said so in another field."""

    wire_name = "shop.priced"
    subject_fields = ("item",)
    item: str
    number: int
    euros: int


class Priced(Event, frozen=True):
    """The second version counts cents."""

    wire_name = "shop.priced"
    version: ClassVar[int] = 2
    subject_fields = ("item",)
    item: str
    number: int
    cents: int

    @classmethod
    def upcast(cls, data: dict[str, object], version: int) -> dict[str, object]:
        assert version == 1
        return {**data, "cents": 100 * int(str(data["euros"]))}


def test_unknown_fields_are_ignored(world: World) -> None:
    shop, stock = world.member("shop"), world.member("stock", [FewerFields])

    with world.running(shop, stock):
        shop.publish(OldPriced(item="pen", number=1, euros=2))
        eventually_equal(stock.numbers, [1])


class FewerFields(Event, frozen=True):
    """A consumer's own class, with the fields that it uses."""

    wire_name = "shop.priced"
    item: str
    number: int


def test_an_old_version_is_lifted_live_waiting_redriven_and_resent(world: World) -> None:
    shop, stock = world.member("shop"), world.member("stock", [Priced])
    heard: dict[int, int] = {}
    cured: list[bool] = []

    def note(event: Priced, _work: object) -> None:
        if event.item == "pen" and not cured:
            raise RuntimeError("not cured yet")
        heard[event.number] = event.cents

    stock.temper = note
    with world.running(shop, stock):
        shop.publish(OldPriced(item="ink", number=1, euros=1))
        shop.publish(OldPriced(item="pen", number=2, euros=2))
        shop.publish(OldPriced(item="pen", number=3, euros=3))
        shop.publish(Priced(item="ink", number=4, cents=400))
        stock.only_dead_letter()
        eventually(lambda: stock.position() == 4)
        cured.append(True)
        stock.letters.redrive()
        eventually(lambda: len(heard) == 4)
        world.disturbance.distort = Losing(1)
        shop.publish(OldPriced(item="ink", number=5, euros=5))
        shop.publish(OldPriced(item="ink", number=6, euros=6))
        eventually(lambda: len(heard) == 6)

    assert heard == {number: 100 * number for number in range(1, 7)}


def test_an_old_version_that_cannot_be_lifted_becomes_a_dead_letter_at_once(world: World) -> None:
    shop, stock = world.member("shop"), world.member("stock", [Priced])

    class Unpriced(Event, frozen=True):
        wire_name = "shop.priced"
        subject_fields = ("item",)
        item: str
        number: int

    with world.running(shop, stock):
        shop.publish(Unpriced(item="pen", number=1))
        dead = stock.only_dead_letter()

    assert dead.attempts == 1
    assert "KeyError" in dead.causes[0]["error"]


def test_two_sources_are_followed_independently(world: World) -> None:
    shop, stock = world.shop_and_stock()
    mail = world.member("mail", [Placed, Counted])
    stock.temper = lambda event, work: work.publish(
        Counted(item=event.item, number=100 + event.number)
    )

    with world.running(shop, stock, mail):
        world.disturbance.distort = Chaos(1)
        for number in range(10):
            shop.place("pen", number)
        world.disturbance.distort = as_it_came
        shop.place("pen", 10)
        eventually(lambda: mail.count() == 22)

    assert [number for number in mail.numbers() if number < 100] == list(range(11))
    assert [number for number in mail.numbers() if number >= 100] == list(range(100, 111))


def counts_more_than(member: Member, number: int) -> bool:
    return member.count() > number


@only_over_rabbitmq
def test_the_wish_of_a_subscriber_that_is_gone_holds_up_nobody(world: World) -> None:
    shop, stock = world.shop_and_stock()
    wish = topology.Request(subscriber="gone", resend=True)

    with world.running(shop, stock):
        shop.place("pen", 0)
        eventually(lambda: stock.count() == 1)
        world.broker.publish("requests.shop", msgspec.json.encode(wish))
        for number in range(1, 20):
            shop.place("pen", number)
            eventually(partial(counts_more_than, stock, number), seconds=10)
        eventually(lambda: confirmed(shop) == 20)
