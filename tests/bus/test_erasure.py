"""What is forgotten is gone from log and inboxes, and its erasure waits behind nothing."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlalchemy import select, text, update

from bus import Event, UnitOfWork
from bus.admin import DeadLetterFilter, MustErase, State
from bus.subscription.inbox import Inbox
from tests.bus.members import (
    LAST,
    Erased,
    Member,
    Placed,
    World,
    eventually,
    eventually_equal,
    failing_when,
    only_in_memory,
    only_on_postgresql,
    only_on_sqlite,
    with_attempts,
)
from tests.bus.unreliable_transport import as_it_came, nothing


def placed(item: str, number: int) -> dict[str, Any]:
    return {"item": item, "number": number}


def erased(item: str) -> dict[str, Any]:
    return {"item": item, "number": LAST}


class FailingUntilCured:
    """A temper that fails for some events until it is cured."""

    def __init__(self, *numbers: int) -> None:
        self.cured = threading.Event()
        self._numbers = numbers

    def __call__(self, event: Any, _work: UnitOfWork) -> None:
        if event.number in self._numbers and not self.cured.is_set():
            raise RuntimeError("not cured yet")


class Holding:
    """Holds back every message until an erasing one comes."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def __call__(self, messages: Sequence[bytes]) -> Sequence[bytes]:
        self._held += messages
        return self._held if self.count("shop.erased") else []

    def count(self, type: str) -> int:
        """How many messages of a type came."""
        return sum(type.encode() in message for message in self._held)


# In the subscriber's inbox.


def test_an_erasing_event_passes_a_dead_letter_and_what_waits_behind_it(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    stock.temper = FailingUntilCured(2)

    with world.running(shop, stock):
        shop.place("pen", 1, 2, 3)
        stock.only_dead_letter()
        eventually(lambda: stock.position() == 3)
        before = stock.states()
        shop.erase("pen")
        eventually_equal(stock.numbers, [1, LAST])
        shop.place("pen", 4)
        eventually_equal(stock.numbers, [1, LAST, 4])

    assert before == [State.DEAD, State.WAITING]
    assert (stock.stored(), stock.parked()) == ([], 0)


def test_an_erasing_event_passes_one_that_is_retried(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    stock.temper = FailingUntilCured(1)

    with world.running(shop, stock, settings=with_attempts(1000)):
        shop.place("pen", 1, 2)
        eventually(lambda: stock.position() == 2)
        shop.erase("pen")
        eventually_equal(stock.numbers, [LAST])

    assert (stock.stored(), stock.parked()) == ([], 0)


def test_an_erasing_event_passes_those_that_come_in_the_same_batch(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    stock.temper = FailingUntilCured(1)

    with world.running(shop, stock):
        shop.place("pen", 1)
        stock.only_dead_letter()
        world.disturbance.distort = held = Holding()
        shop.place("pen", 2)
        shop.place("ink", 3)
        eventually(lambda: held.count("shop.placed") == 2)
        shop.erase("pen")
        eventually_equal(stock.numbers, [3, LAST])

    assert (stock.stored(), stock.parked()) == ([], 0)


def test_an_erasing_event_takes_discarded_letters_with_it(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    stock.temper = FailingUntilCured(1)

    with world.running(shop, stock):
        shop.place("pen", 1)
        stock.letters.discard("sold out", DeadLetterFilter(id=stock.only_dead_letter().id))
        before = stock.states()
        shop.erase("pen")
        eventually_equal(stock.numbers, [LAST])

    assert before == [State.DISCARDED]
    assert (stock.stored(), stock.parked()) == ([], 0)


def test_messages_of_other_subjects_stay_in_the_inbox_and_in_order(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    stock.temper = failing = FailingUntilCured(1)

    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        shop.place("ink", 1, 2)
        eventually(lambda: len(stock.dead()) == 2)
        shop.erase("pen")
        eventually_equal(stock.numbers, [LAST])
        kept, parked = stock.states(), stock.parked()
        failing.cured.set()
        stock.letters.redrive()
        shop.place("ink", 3)
        eventually_equal(stock.numbers_by_item, {"pen": [LAST], "ink": [1, 2, 3]})

    assert (kept, parked) == ([State.DEAD, State.WAITING], 2)


def test_messages_of_the_same_subject_from_another_source_stay(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    mail = world.member("mail", [OfferedByStock, Erased])
    mail.temper = failing_when(lambda event: event.number == 1)

    with world.running(shop, stock, mail):
        stock.publish(OfferedByStock(item="pen", number=1))
        mail.only_dead_letter()
        shop.erase("pen")
        eventually_equal(mail.numbers, [LAST])

    assert mail.states() == [State.DEAD]
    assert (mail.parked("stock"), mail.parked("shop")) == (1, 0)


class OfferedByStock(Event, frozen=True):
    """Another source's word on an item."""

    wire_name = "stock.offered"
    subject_fields = ("item",)
    item: str
    number: int


def test_what_is_stored_of_several_epochs_is_deleted(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    stock.temper = FailingUntilCured(1)

    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        stock.only_dead_letter()
        shop.begin_new_epoch()
        shop.place("pen", 3)
        shop.place("ink", 4)
        eventually_equal(stock.numbers, [4])
        before = [cursor.parked for cursor in stock.cursors() if cursor.epoch]
        shop.erase("pen")
        eventually_equal(stock.numbers, [4, LAST])

    assert before == [2, 1]
    assert [cursor.parked for cursor in stock.cursors() if cursor.epoch] == [0, 0]
    assert stock.stored() == []


# When the erasure itself fails.


def test_an_erasing_reaction_that_fails_is_retried_before_what_follows_it(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    stock.temper = failing = FailingUntilCured(1, LAST)

    with world.running(shop, stock, settings=with_attempts(1000)):
        shop.place("pen", 1, 2)
        shop.erase("pen")
        shop.place("pen", 3)
        eventually(lambda: stock.position() == 4)
        stored = [(message.type, message.state) for message in stock.stored()]
        failing.cured.set()
        eventually_equal(stock.numbers, [LAST, 3])
        eventually(lambda: not stock.stored())

    assert stored == [("shop.erased", State.RETRYING), ("shop.placed", State.WAITING)]
    assert stock.parked() == 0


def test_an_erasing_reaction_that_fails_for_good_is_the_only_dead_letter(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    stock.temper = failing = FailingUntilCured(1, LAST)

    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        shop.erase("pen")
        eventually(lambda: [dead.type for dead in stock.dead()] == ["shop.erased"])
        stored = stock.states()
        failing.cured.set()
        stock.letters.redrive()
        eventually_equal(stock.numbers, [LAST])

    assert stored == [State.DEAD]


def test_an_erasing_dead_letter_is_not_discarded_nor_are_others_with_it(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    stock.temper = failing = FailingUntilCured(1, LAST)

    with world.running(shop, stock):
        shop.place("ink", 1)
        shop.erase("pen")
        eventually(lambda: len(stock.dead()) == 2)
        (erasing,) = [dead for dead in stock.dead() if dead.type == "shop.erased"]
        with pytest.raises(MustErase, match=f"redrive {erasing.id}"):
            stock.letters.discard("no use", DeadLetterFilter(id=erasing.id))
        with pytest.raises(MustErase, match="leave personal data"):
            stock.letters.discard("no use")
        after = stock.states()
        stock.letters.discard("no use", DeadLetterFilter(type="shop.placed"))
        failing.cured.set()
        stock.letters.redrive()
        eventually_equal(stock.numbers, [LAST])

    assert after == [State.DEAD, State.DEAD]


def test_after_a_killed_process_the_erasing_event_still_passes(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    stock.temper = FailingUntilCured(1)
    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        stock.only_dead_letter()
    stock.mark_trial()
    shop.place("ink", 3)
    shop.erase("pen")

    with world.running(shop, stock):
        eventually_equal(stock.numbers_by_item, {"ink": [3], "pen": [LAST]})
        eventually(lambda: not stock.stored())

    assert stock.parked() == 0


# At the same moment.


@pytest.mark.parametrize("fails", [False, True], ids=["succeeds", "fails"])
def test_an_erasing_event_waits_for_the_retry_under_way_and_no_longer(
    world: World, fails: bool
) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    under_way, go_on = threading.Event(), threading.Event()

    def fail_then_linger(event: Any, _work: UnitOfWork) -> None:
        if event.number == 1:
            if not threading.current_thread().name.startswith("retrier"):
                raise RuntimeError("once")
            under_way.set()
            go_on.wait(20)
            if fails:
                raise RuntimeError("again")

    stock.temper = fail_then_linger
    with world.running(shop, stock, settings=with_attempts(1000)):
        shop.place("pen", 1, 2)
        assert under_way.wait(20)
        erasing = threading.Thread(target=shop.erase, args=("pen",))
        erasing.start()
        eventually(lambda: len(shop.logged()) == 3)
        go_on.set()
        erasing.join()
        eventually(lambda: LAST in stock.numbers())
        eventually(lambda: not stock.stored())

    assert stock.numbers() in ([LAST], [1, LAST], [1, 2, LAST])
    assert fails or stock.numbers() != [LAST]
    assert stock.parked() == 0


@only_on_postgresql
def test_an_erasing_event_gives_way_to_an_operator_who_is_settling_the_letter(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    stock.temper = FailingUntilCured(1)
    inbox = stock.tables.inbox

    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        dead = stock.only_dead_letter()
        eventually(lambda: stock.position() == 2)
        with stock.database.transaction() as connection:
            theirs = select(inbox).where(inbox.c.id == dead.id).with_for_update()
            row = connection.execute(theirs).one()
            shop.erase("pen")
            eventually(lambda: "events wait" in caplog.text)
            Inbox(stock.participant).mark_applied(connection, row)
        eventually(lambda: LAST in stock.numbers())
        eventually(lambda: not stock.stored())

    assert stock.numbers() in ([LAST], [2, LAST])
    assert "eadlock" not in caplog.text
    assert stock.parked() == 0


# In the publisher's log.


def test_the_log_keeps_nothing_of_what_was_erased_and_all_of_the_rest(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()

    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        shop.place("ink", 3)
        eventually_equal(stock.numbers, [1, 2, 3])
        shop.erase("pen")
        shop.place("pen", 4)
        eventually_equal(stock.numbers, [1, 2, 3, LAST, 4])

    assert shop.data() == [None, None, placed("ink", 3), erased("pen"), placed("pen", 4)]


def test_events_erased_before_they_are_sent_are_sent_empty_and_stepped_over(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    shop.place("pen", 1)
    shop.publish(Placed(item="pen", number=2), Erased(item="pen"))

    with world.running(shop, stock):
        eventually_equal(stock.numbers, [LAST])

    assert shop.data() == [None, None, erased("pen")]
    assert (stock.position(), stock.stored()) == (3, [])


def test_events_erased_before_they_are_sent_again_are_stepped_over(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    world.disturbance.distort = lost = Holding()

    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        eventually(lambda: lost.count("shop.placed") == 2)
        world.disturbance.distort = nothing
        shop.erase("pen")
        world.disturbance.distort = as_it_came
        shop.place("ink", 3)
        eventually_equal(stock.numbers_by_item, {"pen": [LAST], "ink": [3]})

    assert stock.stored() == []


class Priced(Event, frozen=True):
    """A later version of Placed, that cannot be lifted out of nothing."""

    wire_name = "shop.placed"
    version: ClassVar[int] = 2
    item: str
    number: int
    price: int

    @classmethod
    def upcast(cls, data: dict[str, Any], version: int) -> dict[str, Any]:
        return {**data, "price": 0}


@pytest.mark.parametrize("heard", [Placed, Priced], ids=["same_version", "later_version"])
def test_a_subscriber_added_later_is_fed_from_the_log_without_dead_letters(
    world: World, heard: type[Event]
) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        shop.place("ink", 3)
        eventually_equal(stock.numbers, [1, 2, 3])
        shop.erase("pen")
        eventually_equal(stock.numbers, [1, 2, 3, LAST])

    late = world.member("late", [heard])
    with world.running(shop, stock, late):
        eventually(lambda: late.position() == 4)

    assert late.numbers() == [3]
    assert late.stored() == []


@only_on_postgresql
def test_forgetting_waits_for_the_relay_that_is_stamping_and_holds_nothing_meanwhile(
    world: World,
) -> None:
    shop = world.member("shop")
    shop.place("pen", 1, 2)
    first, second = (update(shop.tables.outbox).where(shop.tables.outbox.c.id == n) for n in (1, 2))
    erasing = threading.Thread(target=shop.erase, args=("pen",))

    with shop.database.transaction() as connection:
        connection.execute(select(shop.tables.log).with_for_update())
        connection.execute(second.values(position=2))
        erasing.start()
        eventually(lambda: waits_for_a_lock(shop))
        connection.execute(first.values(position=1))
    erasing.join()

    assert shop.data() == [None, None, erased("pen")]


def waits_for_a_lock(member: Member) -> bool:
    with member.database.snapshot() as connection:
        return bool(connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_forgetting_twice_is_harmless(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    stock.temper = FailingUntilCured(1)

    with world.running(shop, stock):
        shop.place("pen", 1)
        stock.only_dead_letter()
        shop.erase("pen")
        eventually_equal(stock.numbers, [LAST])
        shop.erase("pen")
        eventually_equal(stock.numbers, [LAST, LAST])

    assert shop.data() == [None, None, erased("pen")]
    assert (stock.stored(), stock.parked()) == ([], 0)


def test_a_module_may_forget_without_announcing_it(world: World) -> None:
    shop, stock = world.shop_and_stock()
    shop.place("pen", 1)
    shop.place("ink", 2)
    with shop.participant.unit_of_work() as work:
        work.publish(Placed(item="pen", number=3))
        work.forget("pen")
        work.publish(Placed(item="pen", number=4))

    with world.running(shop, stock):
        eventually_equal(stock.numbers, [2, 4])

    assert shop.data() == [None, placed("ink", 2), None, placed("pen", 4)]


def test_a_reaction_may_forget_what_its_module_said_of_the_subject(world: World) -> None:
    shop, stock = world.shop_and_forgetful_stock()
    mail = world.member("mail", [OfferedByStock])

    def offer_and_forget(event: Any, work: UnitOfWork) -> None:
        if event.number == LAST:
            work.forget(event.item)
        else:
            work.publish(OfferedByStock(item=event.item, number=event.number))

    stock.temper = offer_and_forget
    with world.running(shop, stock, mail):
        shop.place("pen", 1, 2)
        shop.place("ink", 3)
        eventually_equal(mail.numbers, [1, 2, 3])
        shop.erase("pen")
        eventually_equal(stock.numbers, [1, 2, 3, LAST])

    assert stock.data() == [None, None, placed("ink", 3)]


@only_in_memory
def test_forgetting_that_is_rolled_back_forgets_nothing(world: World) -> None:
    shop = world.member("shop")
    shop.place("pen", 1)

    with pytest.raises(ZeroDivisionError):
        erase_and_fail(shop)

    assert shop.data() == [placed("pen", 1)]


def erase_and_fail(shop: Member) -> None:
    with shop.participant.unit_of_work() as work:
        work.publish(Erased(item="pen"))
        raise ZeroDivisionError


# In the files.


class Noted(Event, frozen=True):
    """Something personal about an item."""

    wire_name = "shop.noted"
    subject_fields = ("item",)
    item: str
    number: int
    note: str


@only_on_sqlite
def test_no_file_of_sqlite_keeps_what_was_erased(world: World, tmp_path: Path) -> None:
    shop = world.member("shop")
    stock = world.member("stock", [Noted, Erased])
    stock.temper = FailingUntilCured(*range(50))

    with world.running(shop, stock):
        for number in range(50):
            shop.publish(Noted(item="pen", number=number, note="sealed lips " * number * 10))
        eventually(lambda: stock.position() == 50)
        in_the_files = holders_of(b"sealed lips", tmp_path)
        shop.erase("pen")
        eventually_equal(stock.numbers, [LAST])
    for member in (shop, stock):
        member.database.dispose()

    assert {path.name.split(".")[0] for path in in_the_files} == {"shop", "stock"}
    assert holders_of(b"sealed lips", tmp_path) == []


def holders_of(secret: bytes, folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file() and secret in path.read_bytes()]
