"""What an operator is told of a participant, in sentences."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from bus.diagnosis import diagnose
from bus.inbox import Inbox, State
from tests.bus.world import Member, Placed


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Member]:
    yield from a_member("shop", tmp_path)


@pytest.fixture
def stock(tmp_path: Path) -> Iterator[Member]:
    """It hears of shop's orders, and nobody serves it."""
    yield from a_member("stock", tmp_path, Placed)


def a_member(name: str, folder: Path, *hears: type[Placed]) -> Iterator[Member]:
    member = Member(name, f"sqlite:///{folder}/{name}.db", hears)
    member.create_tables()
    yield member
    member.database.dispose()


def sentences(member: Member, *others: Member) -> list[str]:
    by_name = {other.name: other.participant for other in others}
    return list(diagnose(member.participant, by_name).sentences)


def store(member: Member, state: State, item: str) -> None:
    """Put an order of an item into the inbox, as if it came an hour ago."""
    with member.database.writing() as connection:
        connection.execute(
            insert(member.tables.inbox).values(
                id=item,
                state=state,
                source="shop",
                epoch="",
                position=1,
                subject=item,
                type="shop.placed",
                message=b"",
                attempts=0,
                causes="[]",
                stored="2026-01-31T12:00:00.000000Z",
                next_attempt=0.0 if state is State.RETRYING else None,
            )
        )


def store_unreadable(member: Member, message: bytes) -> None:
    with member.database.writing() as connection:
        Inbox(member.participant).store_undecodable(connection, message, ValueError("no event"))


def test_every_dead_letter_is_told_once_readable_or_not(stock: Member) -> None:
    for number in range(11):
        store(stock, State.DEAD, f"pen {number}")
    for number in range(3):
        store_unreadable(stock, b"%d" % number)

    told = sentences(stock)

    assert len(told) == 11
    assert all("is dead since" in sentence for sentence in told[:10])
    assert told[10] == "and 4 more dead"


def test_a_letter_that_is_no_event_is_told_of_with_its_cause(stock: Member) -> None:
    store_unreadable(stock, b"no event")

    (told,) = sentences(stock)

    assert told.startswith("a message that is no event is dead since 0 s (ValueError: no event)")


def test_a_retry_that_nobody_makes_is_told_of(stock: Member) -> None:
    store(stock, State.RETRYING, "pen")

    (told,) = sentences(stock)

    assert re.search("overdue for .* d: is a process serving stock", told)


def test_events_that_nobody_applies_are_told_of_though_nothing_is_parked(
    shop: Member, stock: Member
) -> None:
    shop.place("pen", 1, 2)
    with shop.database.writing() as connection:
        shop.log.stamp(connection, 0, 10)
        connection.execute(update(shop.tables.outbox).values(time="2026-01-31T12:00:00.000000Z"))

    (told,) = sentences(stock, shop)

    assert told.startswith("2 events wait to be applied from shop, the oldest for ")
    assert "is a process serving stock" in told
