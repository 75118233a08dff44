"""A failure ends well: retried, then a dead letter; in order, and at nobody else's cost."""

import threading
from contextlib import suppress
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import OperationalError

from bus import Event, PermanentError, UnitOfWork
from bus import bus as bus_module
from bus.admin import DeadLetterFilter, State
from bus.events.envelope import Undecodable, decode
from bus.storage.engines import LOCK_SECONDS
from tests.bus.members import (
    Counted,
    Member,
    Placed,
    World,
    eventually,
    eventually_equal,
    failing_when,
    findings_of,
    only_on_postgresql,
    with_attempts,
)


class Misfit(Event, frozen=True):
    """What shop's Placed is not: its item is no number, and it has no colour."""

    wire_name = "shop.placed"
    item: int
    number: int
    colour: str


def first_pen(event: Any) -> bool:
    return bool(event.item == "pen" and event.number == 1)


class Failing:
    """A temper that fails for the first pen until it is cured."""

    def __init__(self) -> None:
        self.cured = threading.Event()
        self.attempts = 0

    def __call__(self, event: Any, _work: UnitOfWork) -> None:
        if first_pen(event) and not self.cured.is_set():
            self.attempts += 1
            raise RuntimeError("not cured yet")


def test_later_events_of_a_subject_wait_while_one_is_retried(world: World) -> None:
    shop, stock = world.shop_and_stock()
    stock.temper = failing = Failing()

    with world.running(shop, stock, settings=with_attempts(1000)):
        shop.place("pen", 1, 2)
        shop.place("pen", 3)
        eventually(lambda: failing.attempts > 3 and stock.position() == 3)
        waiting = stock.states()
        failing.cured.set()
        eventually_equal(stock.numbers, [1, 2, 3])
        eventually(lambda: not stock.stored())

    assert waiting == [State.RETRYING, State.WAITING, State.WAITING]


def test_later_events_of_a_subject_wait_behind_a_dead_letter_until_it_is_redriven(
    world: World,
) -> None:
    shop, stock = world.shop_and_stock()
    stock.temper = failing = Failing()

    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        dead = stock.only_dead_letter()
        shop.place("pen", 3)
        eventually(lambda: stock.position() == 3)
        before = stock.numbers()
        failing.cured.set()
        stock.letters.redrive(DeadLetterFilter(id=dead.id))
        eventually_equal(stock.numbers, [1, 2, 3])
        shop.place("pen", 4)
        eventually_equal(stock.numbers, [1, 2, 3, 4])

    assert before == []
    assert (dead.attempts, len(dead.causes)) == (3, 3)
    assert "not cured yet" in dead.causes[-1]["error"]
    assert stock.cursors()[-1].parked == 0


def test_later_events_of_a_subject_go_on_when_the_dead_letter_is_discarded(world: World) -> None:
    shop, stock = world.shop_and_stock()
    stock.temper = Failing()

    with world.running(shop, stock):
        shop.place("pen", 1, 2, 3)
        dead = stock.only_dead_letter()
        stock.letters.discard("sold out", DeadLetterFilter(id=dead.id))
        eventually_equal(stock.numbers, [2, 3])
        shop.place("pen", 4)
        eventually_equal(stock.numbers, [2, 3, 4])

    (discarded,) = stock.stored()
    assert (discarded.state, discarded.reason) == (State.DISCARDED, "sold out")
    assert stock.cursors()[-1].parked == 0


def test_an_event_on_record_as_discarded_can_be_read_and_fail_again(world: World) -> None:
    shop, stock = world.shop_and_stock()
    stock.temper = Failing()
    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        stock.letters.discard("sold out", DeadLetterFilter(id=stock.only_dead_letter().id))
        eventually_equal(stock.numbers, [2])

    with stock.database.transaction() as connection:
        connection.execute(delete(stock.tables.cursors))
    with world.running(shop, stock):
        shop.place("pen", 3)
        stock.only_dead_letter()
        shop.place("cup", 4)
        eventually_equal(lambda: stock.numbers("cup"), [4])


def test_a_reaction_may_call_a_use_case_of_its_own_module(world: World) -> None:
    shop, desk = world.member("shop"), world.member("desk", [Placed])

    def note_in_a_use_case(event: Any, _work: UnitOfWork) -> None:
        with desk.participant.unit_of_work() as work:
            work.connection.execute(
                insert(desk.ledger).values(item=event.item, number=-event.number)
            )
        if event.number == 2:
            raise PermanentError("the use case is undone with its reaction")

    desk.temper = note_in_a_use_case
    with world.running(shop, desk):
        shop.place("pen", 1)
        shop.place("cup", 2)
        desk.only_dead_letter()
        shop.place("jug", 3)
        eventually_equal(lambda: desk.numbers("jug"), [-3, 3])

    assert desk.numbers_by_item() == {"pen": [-1, 1], "jug": [-3, 3]}


def test_a_reaction_whose_use_case_refuses_may_go_on_without_it(world: World) -> None:
    shop, desk = world.member("shop"), world.member("desk", [Placed])

    def try_a_use_case(event: Any, _work: UnitOfWork) -> None:
        with suppress(LookupError), desk.participant.unit_of_work() as work:
            work.connection.execute(
                insert(desk.ledger).values(item=event.item, number=-event.number)
            )
            raise LookupError("refused")

    desk.temper = try_a_use_case
    with world.running(shop, desk):
        shop.place("pen", 1, 2)
        eventually_equal(desk.numbers, [1, 2])


def test_a_dead_letter_that_fails_again_keeps_its_causes_and_its_place(world: World) -> None:
    shop, stock = world.shop_and_stock()
    stock.temper = Failing()

    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        stock.only_dead_letter()
        stock.letters.redrive()
        eventually(lambda: [len(dead.causes) for dead in stock.dead()] == [6])

    assert stock.states() == [State.DEAD, State.WAITING]
    assert stock.numbers() == []


def test_other_subjects_and_other_subscribers_go_on_beside_a_failing_event(world: World) -> None:
    shop, stock = world.shop_and_stock()
    mail = world.member("mail", [Placed])
    stock.temper = failing = Failing()

    with world.running(shop, stock, mail, settings=with_attempts(1000)):
        shop.place("pen", 1, 2)
        shop.place("ink", 3, 4)
        eventually(lambda: stock.numbers() == [3, 4] and mail.numbers() == [1, 2, 3, 4])
        failing.cured.set()
        eventually_equal(stock.numbers_by_item, {"ink": [3, 4], "pen": [1, 2]})


def test_a_slow_subscriber_holds_up_neither_the_publisher_nor_others(world: World) -> None:
    shop, stock = world.shop_and_stock()
    mail = world.member("mail", [Placed])
    released = threading.Event()

    def wait(_event: object, _work: object) -> None:
        released.wait(20)

    stock.temper = wait

    with world.running(shop, stock, mail):
        for number in range(5):
            shop.place("pen", number)
        eventually_equal(mail.numbers, [0, 1, 2, 3, 4])
        before = stock.numbers()
        released.set()
        eventually_equal(stock.numbers, [0, 1, 2, 3, 4])

    assert before == []


def test_a_permanent_error_makes_a_dead_letter_at_once(world: World) -> None:
    shop, stock = world.shop_and_stock()
    stock.temper = failing_when(first_pen, lambda: PermanentError("never"))

    with world.running(shop, stock):
        shop.place("pen", 1)
        shop.place("ink", 2)
        dead = stock.only_dead_letter()
        eventually_equal(stock.numbers, [2])

    assert (dead.attempts, dead.type, dead.subject) == (1, "shop.placed", "pen")
    assert dead.causes[0]["error"] == "PermanentError: never"


def test_a_permanent_error_of_a_retry_makes_a_dead_letter_at_once(world: World) -> None:
    shop, stock = world.shop_and_stock()

    def worsening() -> Exception:
        # A batch that fails is redone by halves, so the calls tell nothing of the attempts.
        retried = threading.current_thread().name.startswith("retrier")
        return PermanentError("now for good") if retried else RuntimeError("once")

    stock.temper = failing_when(first_pen, worsening)
    with world.running(shop, stock, settings=with_attempts(1000)):
        shop.place("pen", 1)
        dead = stock.only_dead_letter()

    assert [cause["error"] for cause in dead.causes] == [
        "RuntimeError: once",
        "PermanentError: now for good",
    ]


def test_data_that_does_not_fit_the_consumer_makes_a_dead_letter_at_once(world: World) -> None:
    shop, stock = world.member("shop"), world.member("stock", [Misfit])

    with world.running(shop, stock):
        shop.place("pen", 1)
        dead = stock.only_dead_letter()

    assert dead.attempts == 1
    assert "Undecodable" in dead.causes[0]["error"]


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def an_envelope(**attributes: object) -> bytes:
    """What looks like an event of shop's."""
    epoch = "0192f0c1-0000-7000-8000-000000000000"
    envelope: dict[str, object] = {
        "specversion": "1.0",
        "id": epoch,
        "source": "shop",
        "type": "shop.placed",
        "subject": "pen",
        "time": "2026-01-31T12:00:00.000000Z",
        "datacontenttype": "application/json",
        "dataversion": 1,
        "epoch": epoch,
        "sequence": "00000000000000000001",
        "data": {"item": "pen", "number": 1},
    }
    return msgspec.json.encode(envelope | attributes)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff\xfe\x00 no event",
        b"null",
        b'{"specversion":"1.0"}',
        nested(100_000),
        an_envelope(sequence="9" * 5000),
        an_envelope(sequence="9" * 20),
        an_envelope(sequence="-1"),
        an_envelope(subject="long" * 100),
        an_envelope(subject="nul\x00"),
        an_envelope(epoch="e" * 300),
        an_envelope(correlationid="c" * 300),
        an_envelope(epochstart="no number", previousepoch="x"),
        an_envelope(type=7),
    ],
    ids=range(14),
)
def test_bytes_that_are_no_event_are_refused_as_undecodable(message: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(message)


def test_undecodable_bytes_make_a_dead_letter_with_cause_and_bytes(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with world.running(shop, stock):
        shop.place("pen", 1)
        eventually(lambda: stock.count() == 1)
        world.deliver(stock, b"\xff\x00 no event")
        world.deliver(stock, b"\xff\x00 no event")
        dead = stock.only_dead_letter()
        shop.place("pen", 2)
        eventually_equal(stock.numbers, [1, 2])

    assert dead.message == b"\xff\x00 no event"
    assert "Undecodable" in dead.causes[0]["error"]
    assert len(stock.stored()) == 1


def test_an_undecodable_dead_letter_can_be_redriven_and_discarded(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with world.running(shop, stock):
        shop.place("pen", 1)
        eventually(lambda: stock.count() == 1)
        world.deliver(stock, b"no event")
        dead = stock.only_dead_letter()
        stock.letters.redrive(DeadLetterFilter(id=dead.id))
        eventually(lambda: [len(dead.causes) for dead in stock.dead()] == [2])
        stock.letters.discard("not ours")
        shop.place("pen", 2)
        eventually_equal(stock.numbers, [1, 2])

    assert stock.states() == [State.DISCARDED]


def test_a_reaction_that_is_too_slow_fails_its_attempt(world: World) -> None:
    shop, stock = world.shop_and_stock()
    slow = iter([True])

    def be_slow_once(event: Any, _work: UnitOfWork) -> None:
        if first_pen(event) and next(slow, False):
            threading.Event().wait(0.15)

    stock.temper = be_slow_once
    settings = replace(with_attempts(1000), reaction_seconds=0.1)
    with world.running(shop, stock, settings=settings) as bus:
        shop.place("pen", 1)
        eventually_equal(stock.numbers, [1])

        assert bus.hung_seconds() == 0.0


def test_a_reaction_that_is_always_too_slow_becomes_a_dead_letter(world: World) -> None:
    shop, stock = world.shop_and_stock()
    hung: list[float] = []
    said: list[str] = []

    def be_slow(event: Any, _work: UnitOfWork) -> None:
        if first_pen(event):
            threading.Event().wait(0.15)
            hung.append(bus.hung_seconds())
            said.extend(findings_of(bus, stock.participant))

    stock.temper = be_slow
    settings = replace(with_attempts(2), reaction_seconds=0.1)
    with world.running(shop, stock, settings=settings) as bus:
        shop.place("pen", 1)
        dead = stock.only_dead_letter()

    assert {cause["error"].partition(":")[0] for cause in dead.causes} == {"ReactionTimedOut"}
    assert all(seconds > 0 for seconds in hung)
    assert "a reaction has been overdue for 0 s" in said
    assert stock.numbers() == []


@only_on_postgresql
def test_a_consumer_that_waits_for_a_lock_is_told_and_tries_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "SECONDS_FOR_BATCH", 0.5)
    shop, stock = world.shop_and_stock()

    def said(words: str) -> bool:
        return any(words in each for each in findings_of(bus, stock.participant))

    with world.running(shop, stock) as bus:
        shop.place("pen", 1)
        eventually_equal(stock.numbers, [1])
        with stock.database.transaction() as connection:
            connection.execute(select(stock.tables.cursors).with_for_update())
            shop.place("pen", 2)
            eventually(lambda: said("it has been at one batch for"), 5)
            eventually(lambda: said("events wait to be applied"), LOCK_SECONDS + 5)
        eventually_equal(stock.numbers, [1, 2])
        eventually(lambda: not said(""))

    assert stock.stored() == []


@only_on_postgresql
def test_a_statement_that_hangs_is_ended_and_fails_its_attempt(world: World) -> None:
    shop, stock = world.shop_and_stock()

    def hang(event: Any, work: UnitOfWork) -> None:
        if first_pen(event):
            work.connection.execute(text("SELECT pg_sleep(60)"))

    stock.temper = hang
    settings = replace(with_attempts(2), reaction_seconds=0.2)
    with world.running(shop, stock, settings=settings):
        shop.place("pen", 1)
        shop.place("ink", 2)
        dead = stock.only_dead_letter()
        eventually_equal(stock.numbers, [2])

    assert "QueryCanceled" in dead.causes[-1]["error"]


def check_at_commit(member: Member) -> None:
    """Let `marks` hold only what `known` holds; the database looks when a transaction commits."""
    with member.database.transaction() as connection:
        connection.execute(text("CREATE TABLE stock.known (number INTEGER PRIMARY KEY)"))
        # A foreign key of SQLite stays in its own file and names no schema.
        known = "known" if member.database.is_sqlite else "stock.known"
        connection.execute(
            text(
                f"CREATE TABLE stock.marks (number INTEGER REFERENCES {known} "
                "DEFERRABLE INITIALLY DEFERRED)"
            )
        )


def test_a_reaction_that_breaks_a_rule_checked_at_commit_becomes_a_dead_letter(
    world: World,
) -> None:
    shop, stock = world.shop_and_stock()
    check_at_commit(stock)

    def mark(event: Any, work: UnitOfWork) -> None:
        if first_pen(event):
            work.connection.execute(text("INSERT INTO stock.marks VALUES (1)"))

    stock.temper = mark
    with world.running(shop, stock):
        shop.place("ink", 2)
        shop.place("pen", 1)
        shop.place("cap", 3)
        dead = stock.only_dead_letter()
        eventually_equal(lambda: sorted(stock.numbers()), [2, 3])

    assert dead.subject == "pen"
    assert "foreign key" in dead.causes[-1]["error"].lower()


@pytest.mark.parametrize("value", ["nul \x00", object()], ids=["nul", "object"])
@only_on_postgresql
def test_a_value_that_the_database_cannot_take_becomes_a_dead_letter(
    world: World, value: object
) -> None:
    shop, stock = world.shop_and_stock()

    def write(event: Any, work: UnitOfWork) -> None:
        if first_pen(event):
            work.connection.execute(text("SELECT CAST(:value AS text)"), {"value": value})

    stock.temper = write
    with world.running(shop, stock):
        shop.place("pen", 1)
        shop.place("ink", 2)
        eventually_equal(stock.numbers, [2])
        dead = stock.only_dead_letter()

    assert dead.subject == "pen"


@pytest.mark.parametrize("error", [SystemExit])
def test_a_reaction_that_would_end_its_thread_becomes_a_dead_letter(
    world: World, error: type[BaseException]
) -> None:
    shop, stock = world.shop_and_stock()

    def leave(event: Any, _work: UnitOfWork) -> None:
        if first_pen(event):
            raise error

    stock.temper = leave
    with world.running(shop, stock):
        shop.place("pen", 1)
        shop.place("ink", 2)
        dead = stock.only_dead_letter()
        eventually_equal(stock.numbers, [2])

    assert error.__name__ in dead.causes[-1]["error"]


def test_a_lost_race_in_the_database_is_no_attempt(world: World) -> None:
    shop, stock = world.shop_and_stock()
    lost = iter([True])

    def lose_once(event: Any, work: UnitOfWork) -> None:
        if first_pen(event) and next(lost, False):
            raise_transient(work)

    stock.temper = lose_once
    with world.running(shop, stock, settings=with_attempts(1)):
        shop.place("pen", 1)
        eventually_equal(stock.numbers, [1])

    assert stock.stored() == []


def raise_transient(work: UnitOfWork) -> None:
    """Lose the connection, as far as its user can tell."""

    raise OperationalError("UPDATE", {}, Exception("lost"), connection_invalidated=True)


def test_an_attempt_that_a_stop_in_good_order_prevents_is_not_counted(world: World) -> None:
    shop, stock = world.shop_and_stock()
    begun = threading.Event()

    def fail_then_lose(event: Any, work: UnitOfWork) -> None:
        if not threading.current_thread().name.startswith("retrier"):
            raise RuntimeError("once")
        begun.set()
        raise_transient(work)

    stock.temper = fail_then_lose
    with world.running(shop, stock, settings=with_attempts(2)):
        shop.place("pen", 1)
        assert begun.wait(20)
    (left,) = stock.stored()
    stock.temper = lambda _event, _work: None
    with world.running(shop, stock, settings=with_attempts(2)):
        eventually_equal(stock.numbers, [1])

    assert (left.state, left.attempts) == (State.RETRYING, 1)


def be_killed_in_the_first_window(world: World, shop: Member, stock: Member) -> None:
    with world.running(shop, stock):
        shop.place("pen", 0)
        eventually(lambda: stock.count() == 1)
    stock.mark_trial()


def test_after_a_killed_process_the_first_window_is_tried_one_by_one(world: World) -> None:
    shop, stock = world.shop_and_stock()
    be_killed_in_the_first_window(world, shop, stock)
    threads: set[str] = set()
    stock.temper = lambda _event, _work: threads.add(threading.current_thread().name)
    shop.place("pen", 1, 2)
    shop.place("ink", 3)

    with world.running(shop, stock):
        eventually_equal(stock.numbers_by_item, {"pen": [0, 1, 2], "ink": [3]})
        eventually(lambda: not stock.stored())

    assert threads == {"retrier-stock"}


def test_a_process_that_ends_in_good_order_leaves_no_mark(world: World) -> None:
    shop, stock = world.shop_and_stock()

    with world.running(shop, stock):
        shop.place("pen", 1)
        eventually(lambda: stock.count() == 1)

    assert [cursor.trial for cursor in stock.cursors()] == [False, False]


def test_events_parked_while_the_retrier_is_at_work_keep_their_order(world: World) -> None:
    shop, stock = world.shop_and_stock()
    tries: dict[int, int] = {}

    def fail_every_number_once(event: Any, _work: UnitOfWork) -> None:
        tries[event.number] = tries.get(event.number, 0) + 1
        if tries[event.number] == 1 and event.number % 3 == 0:
            raise RuntimeError("once")

    stock.temper = fail_every_number_once
    with world.running(shop, stock, settings=with_attempts(1000)):
        for number in range(30):
            shop.place("pen", number)
        eventually(lambda: stock.count() >= 30)

    assert stock.numbers() == list(range(30))
    assert stock.cursors()[-1].parked == 0


def test_an_event_published_by_a_retried_reaction_is_published_once(world: World) -> None:
    shop, stock = world.shop_and_stock()
    mail = world.member("mail", [Counted])
    failing = Failing()

    def pass_on(event: Any, work: UnitOfWork) -> None:
        work.publish(Counted(item=event.item, number=event.number))
        failing(event, work)

    stock.temper = pass_on
    with world.running(shop, stock, mail):
        shop.place("pen", 1, 2)
        stock.only_dead_letter()
        failing.cured.set()
        stock.letters.redrive()
        eventually_equal(mail.numbers, [1, 2])

    assert len(stock.logged()) == 2
