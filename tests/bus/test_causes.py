"""Dead letters by what they died of."""

from typing import Any

import pytest

from bus.participant import PermanentError
from bus.unit_of_work import UnitOfWork
from tests.bus.world import Member, World, eventually, eventually_equal


class Broken(PermanentError):
    """Another kind of error."""


SAID = {"pen": "no ink\0", "ink": "dry"}


def fail(event: Any, _work: UnitOfWork) -> None:
    if event.item in SAID:
        raise PermanentError(SAID[event.item])
    raise Broken("its handle")


@pytest.fixture
def stock(world: World) -> Member:
    """It has three dead letters; two of them died alike."""
    shop, stock = world.shop_and_stock()
    stock.temper = fail
    with world.running(shop, stock):
        for number, item in enumerate(("pen", "ink", "jug")):
            shop.place(item, number)
        eventually(lambda: len(stock.dead()) == 3)
    return stock


def test_those_that_died_alike_are_a_group(stock: Member) -> None:
    alike, other = stock.letters.groups()

    assert (alike.count, other.count) == (2, 1)
    assert (alike.type, alike.error, other.error) == (
        "shop.placed",
        "PermanentError: no ink\\x00",
        "Broken: its handle",
    )
    assert alike.cause.startswith("PermanentError at tests.bus.world:")
    assert alike.since <= other.since


def test_a_group_alone_is_listed_redriven_and_discarded(world: World, stock: Member) -> None:
    alike, other = stock.letters.groups()

    listed = stock.letters.messages(cause=alike.cause)
    discarded = stock.letters.discard("no use", cause=alike.cause)
    stock.temper = lambda _event, _work: None
    redriven = stock.letters.redrive(cause=other.cause)
    with world.running(stock):
        eventually_equal(stock.numbers_by_item, {"jug": [2]})

    assert (listed[0], sorted(each.subject for each in listed[1])) == (2, ["ink", "pen"])
    assert (discarded, redriven) == (2, 1)
    assert stock.letters.groups() == []
