"""The findings about a participant, in sentences."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from bus.admin import State, module_status
from bus.subscription.cursor import Cursor
from bus.subscription.inbox import Inbox
from tests.bus.members import Member, Placed


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
    return [each.sentence for each in module_status(member.participant, by_name).findings]


def store(member: Member, state: State, item: str, attempts: int = 0) -> None:
    """Put an order of an item into the inbox, as if it came an hour ago."""
    with member.database.transaction() as connection:
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
                attempts=attempts,
                causes="[]",
                stored="2026-01-31T12:00:00.000000Z",
                next_attempt=0.0 if state is State.RETRYING else None,
            )
        )


def store_unreadable(member: Member, message: bytes) -> None:
    with member.database.transaction() as connection:
        Inbox(member.participant).store_undecodable(connection, message, ValueError("no event"))


def test_few_dead_letters_are_told_of_one_by_one_readable_or_not(stock: Member) -> None:
    store(stock, State.DEAD, "pen")
    store_unreadable(stock, b"no event")

    of_pen, of_bytes = module_status(stock.participant, {}).findings

    assert re.match(
        "shop.placed pen has been dead for .* d .*: redrive or discard pen$", of_pen.sentence
    )
    assert (of_pen.severity, of_pen.letter) == ("bad", "pen")
    assert of_bytes.sentence.startswith("a message that is no event has been dead for 0 s ")


@pytest.mark.parametrize(
    ("state", "severity", "told"),
    [
        (State.DEAD, "bad", "11 are dead, the oldest for .*: redrive or discard them$"),
        (State.RETRYING, "busy", "11 are being retried, the oldest for .* the next is overdue "),
    ],
)
def test_of_many_one_sentence_tells(stock: Member, state: State, severity: str, told: str) -> None:
    for number in range(11):
        store(stock, state, f"pen {number}")

    (finding,) = module_status(stock.participant, {}).findings

    assert re.match(told, finding.sentence)
    assert (finding.severity, finding.state, finding.letter) == (severity, state, None)


def test_a_letter_that_is_no_event_is_told_of_with_its_cause(stock: Member) -> None:
    store_unreadable(stock, b"no event")

    (told,) = sentences(stock)

    assert told.startswith(
        "a message that is no event has been dead for 0 s (ValueError: no event)"
    )


@pytest.mark.parametrize(("attempts", "told"), [(1, "1 attempt so far"), (2, "2 attempts so far")])
def test_attempts_so_far_are_counted(stock: Member, attempts: int, told: str) -> None:
    store(stock, State.RETRYING, "pen", attempts)

    assert f"is being retried, {told}, " in sentences(stock)[0]


def test_in_brief_neither_the_inbox_nor_another_log_is_read(shop: Member, stock: Member) -> None:
    store(stock, State.DEAD, "pen")
    with stock.database.transaction() as connection:
        stopped = asdict(Cursor("shop", fault="another log"))
        connection.execute(insert(stock.tables.cursors).values(stopped))

    whole, brief = (
        module_status(stock.participant, {"shop": shop.participant}, brief=brief)
        for brief in (False, True)
    )

    assert [each.about for each in whole.findings] == ["source", "inbox"]
    assert [each.sentence for each in brief.findings] == ["another log"]
    assert (whole.sources[0].behind, brief.sources[0].behind) == (0, None)


def test_a_retry_that_nobody_makes_is_told_of(stock: Member) -> None:
    store(stock, State.RETRYING, "pen")

    (told,) = sentences(stock)

    assert re.search("overdue for .* d: is a process serving stock", told)


def test_events_that_nobody_applies_are_told_of_though_nothing_is_parked(
    shop: Member, stock: Member
) -> None:
    shop.place("pen", 1, 2)
    with shop.database.transaction() as connection:
        shop.log.assign_positions(connection, 0, 10)
        connection.execute(update(shop.tables.outbox).values(time="2026-01-31T12:00:00.000000Z"))

    (told,) = sentences(stock, shop)

    assert told.startswith("2 events wait to be applied from shop, the oldest for ")
    assert "is a process serving stock" in told
