"""Dead letters by what they died of."""

from typing import Any

import pytest

from bus import PermanentError, UnitOfWork
from bus.admin import DeadLetterFilter
from tests.bus.members import Member, World, eventually, eventually_equal


class Broken(PermanentError):
    """Another kind of error."""


SAID = {
    "pen": "no ink\0 in 'a pen' 7:\nof shelf 1",
    "ink": 'no ink\0 in "x" 01f-9a:\r\nof shelf 2',
    "cap": "no cap",
}
"""The first two differ in what is of one alone; all are raised on one line."""


def fail(event: Any, _work: UnitOfWork) -> None:
    if event.item in SAID:
        raise PermanentError(SAID[event.item])
    raise Broken("its handle")


@pytest.fixture
def stock(world: World) -> Member:
    """It has four dead letters; two of them died alike, a third of another error on that line."""
    shop, stock = world.shop_and_stock()
    stock.temper = fail
    with world.running(shop, stock):
        for number, item in enumerate((*SAID, "jug")):
            shop.place(item, number)
        eventually(lambda: len(stock.dead()) == 4)
    return stock


def test_those_that_died_alike_are_a_group_with_an_error_of_its_own(stock: Member) -> None:
    alike, *others = stock.letters.groups()

    assert (alike.type, alike.count) == ("shop.placed", 2)
    assert alike.cause.startswith("PermanentError: no ink\\… in … …:… at tests.bus.members:")
    assert alike.error.startswith("PermanentError: no ink\\x00 in ")
    assert [(each.count, each.error) for each in others] == [
        (1, "PermanentError: no cap"),
        (1, "Broken: its handle"),
    ]
    assert alike.since <= others[0].since


def test_a_group_alone_is_listed_redriven_and_discarded(world: World, stock: Member) -> None:
    alike, _, other = stock.letters.groups()

    listed = stock.letters.messages(DeadLetterFilter(cause=alike.cause))
    discarded = stock.letters.discard("no use", DeadLetterFilter(cause=alike.cause))
    stock.temper = lambda _event, _work: None
    redriven = stock.letters.redrive(DeadLetterFilter(cause=other.cause))
    with world.running(stock):
        eventually_equal(stock.numbers_by_item, {"jug": [3]})

    assert (listed[0], sorted(each.subject for each in listed[1])) == (2, ["ink", "pen"])
    assert (discarded, redriven) == (2, 1)
    assert [each.error for each in stock.letters.groups()] == ["PermanentError: no cap"]
