"""The log is the truth: gapless, in the order of commits, and honest about where it went."""

import threading

import pytest
from sqlalchemy import Connection, update

from bus import UnitOfWork
from bus.admin import State, logged_events
from bus.outbox.epochs import Diverged, LogPosition
from bus.outbox.log import Log
from tests.bus.members import (
    Member,
    Placed,
    World,
    eventually,
    eventually_equal,
    failing_when,
    only_in_memory,
    only_on_postgresql,
    only_on_sqlite,
)
from tests.bus.unreliable_transport import as_it_came


class OpenTransaction:
    """A transaction of the shop's that has written its event and waits to commit."""

    def __init__(self, shop: Member, item: str, number: int) -> None:
        self._connection = Connection(shop.database.engine)
        self._connection.begin()
        with UnitOfWork(self._connection, shop.participant.log) as work:
            work.publish(Placed(item=item, number=number))

    def commit(self) -> None:
        self._connection.commit()
        self._connection.close()

    def roll_back(self) -> None:
        self._connection.rollback()
        self._connection.close()


@only_on_postgresql
def test_transactions_that_commit_out_of_order_leave_no_hole_and_lose_nothing(
    world: World,
) -> None:
    shop, stock = world.shop_and_stock()

    with world.running(shop, stock):
        first = OpenTransaction(shop, "first", 1)
        second = OpenTransaction(shop, "second", 2)
        third = OpenTransaction(shop, "third", 3)
        third.commit()
        shop.place("pen", 4)
        eventually_equal(stock.numbers, [3, 4])
        second.roll_back()
        first.commit()
        shop.place("pen", 5)
        eventually_equal(stock.numbers, [3, 4, 1, 5])

    assert shop.logged() == [(1, "third"), (2, "pen"), (3, "first"), (4, "pen")]


def test_transactions_that_are_rolled_back_among_others_leave_no_hole_and_no_ghost(
    world: World,
) -> None:
    shop, stock = world.shop_and_stock()

    def publish(publisher: int) -> None:
        for number in range(20):
            if number % 4 == 3:
                with pytest.raises(ZeroDivisionError):
                    publish_and_fail(shop)
            else:
                shop.place(f"item-{publisher}", number)

    with world.running(shop, stock):
        publishers = [threading.Thread(target=publish, args=(i,)) for i in range(4)]
        for thread in publishers:
            thread.start()
        for thread in publishers:
            thread.join()
        eventually(lambda: stock.count() >= 60)

    assert [position for position, _ in shop.logged()] == list(range(1, 61))
    kept = [number for number in range(20) if number % 4 != 3]
    assert stock.numbers_by_item() == {f"item-{i}": kept for i in range(4)}


def publish_and_fail(shop: Member) -> None:
    with shop.database.transaction() as connection:
        with shop.participant.unit_of_work_on(connection) as work:
            work.publish(Placed(item="ghost", number=0))
        raise ZeroDivisionError


@only_on_sqlite
def test_what_an_older_version_left_without_a_position_comes_before_what_is_logged_after_it(
    world: World,
) -> None:
    shop, stock = world.shop_and_stock()
    shop.place("pen", 1, 2)
    with shop.database.transaction() as connection:
        connection.execute(update(shop.tables.outbox).values(position=None, epoch=None))
    shop.place("pen", 3, 4)
    with world.running(shop, stock):
        eventually_equal(stock.numbers, [1, 2, 3, 4])
        shop.place("pen", 5)
        eventually_equal(stock.numbers, [1, 2, 3, 4, 5])

    assert [position for position, _ in shop.logged()] == [1, 2, 3, 4, 5]


def test_a_log_that_starts_over_is_not_mistaken_for_duplicates(world: World) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        shop.place("pen", 1, 2, 3)
        eventually(lambda: stock.count() == 3)

    shop.drop_bus_tables()
    fresh = world.twin(shop)
    fresh.participant.create_tables()
    with world.running(fresh, stock):
        fresh.place("pen", 4, 5)
        eventually_equal(stock.numbers, [1, 2, 3, 4, 5])


def test_a_log_restored_from_an_old_dump_is_noticed_and_mended_by_a_new_epoch(
    world: World,
) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        shop.place("pen", 1, 2, 3, 4)
        eventually(lambda: stock.count() == 4)

    shop.restore_log(position=2)
    with world.running(shop, stock):
        shop.place("pen", 30, 40, 50)
        eventually(lambda: stock.fault() is not None)
        before, fault = stock.numbers(), stock.fault()
        shop.begin_new_epoch(after=2)
        shop.place("pen", 60)
        eventually_equal(stock.numbers, [1, 2, 3, 4, 30, 40, 50, 60])

    assert before == [1, 2, 3, 4]
    assert fault is not None
    assert "run new-epoch shop" in fault
    assert stock.fault() is None


def test_a_restored_log_that_grew_past_the_cursor_is_noticed(world: World) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        shop.place("pen", 1, 2, 3)
        eventually(lambda: stock.count() == 3)

    shop.restore_log(position=1)
    shop.place("pen", 20, 30, 40, 50)
    with world.running(shop, stock):
        eventually(lambda: stock.fault() is not None)

    assert stock.numbers() == [1, 2, 3]


def test_a_restored_log_that_grew_back_to_the_cursor_before_its_new_epoch_is_noticed(
    world: World,
) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        shop.place("pen", 1, 2, 3)
        eventually(lambda: stock.count() == 3)

    shop.restore_log(position=1)
    with world.running(shop):
        shop.place("pen", 20, 30)
        eventually(lambda: [position for position, _ in shop.logged()] == [1, 2, 3])
    shop.begin_new_epoch()
    with world.running(shop, stock):
        shop.place("pen", 40)
        eventually(lambda: stock.fault() is not None)

    assert stock.numbers() == [1, 2, 3]


def test_a_log_restored_from_before_its_last_new_epoch_is_noticed(world: World) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        eventually(lambda: stock.count() == 2)
        shop.begin_new_epoch()
        shop.place("pen", 3)
        eventually(lambda: stock.count() == 3)

    shop.restore_log(position=2)
    shop.forget_newest_epoch()
    with world.running(shop, stock):
        shop.place("pen", 30, 40)
        eventually(lambda: stock.fault() is not None)
        before = stock.numbers()
        shop.begin_new_epoch(after=2)
        eventually_equal(stock.numbers, [1, 2, 3, 30, 40])

    assert before == [1, 2, 3]
    assert stock.fault() is None


def test_events_that_move_into_a_new_epoch_are_not_applied_twice(world: World) -> None:
    shop, stock = world.shop_and_stock()
    late = world.member("late", [Placed])
    with world.running(shop, stock, late):
        shop.place("pen", 1, 2, 3)
        eventually(lambda: stock.count() == 3 and late.count() == 3)

    with world.running(shop, stock):
        shop.place("pen", 4)
        eventually(lambda: stock.count() == 4)
        shop.begin_new_epoch(after=1)
        shop.place("pen", 5)
        eventually_equal(stock.numbers, [1, 2, 3, 4, 5])
    with world.running(shop, late):
        eventually_equal(late.numbers, [1, 2, 3, 4, 5])


def test_after_two_new_epochs_in_a_row_subscribers_still_follow(world: World) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        shop.place("pen", 1, 2, 3)
        eventually(lambda: stock.count() == 3)

    shop.restore_log(position=2)
    shop.begin_new_epoch()
    shop.begin_new_epoch()
    late = world.member("late", [Placed])
    with world.running(shop, stock, late):
        shop.place("pen", 30)
        eventually_equal(late.numbers, [1, 2, 30])
        eventually_equal(stock.numbers, [1, 2, 3, 30])


def test_a_new_epoch_before_the_first_event_keeps_nobody_waiting(world: World) -> None:
    shop, stock = world.shop_and_stock()
    shop.begin_new_epoch()

    with world.running(shop, stock):
        shop.place("pen", 1)
        eventually_equal(stock.numbers, [1])


def test_an_event_that_moved_into_a_new_epoch_may_fail_again(world: World) -> None:
    shop, stock = world.shop_and_stock()
    stock.temper = failing_when(lambda event: event.number == 2)
    with world.running(shop, stock):
        shop.place("pen", 1)
        shop.place("bad", 2)
        stock.only_dead_letter()

    shop.begin_new_epoch(after=1)
    with world.running(shop, stock):
        shop.place("pen", 3)
        eventually_equal(stock.numbers, [1, 3])

    assert stock.states()[0] is State.DEAD


@only_in_memory
def test_each_place_of_a_reader_leads_to_where_it_goes_on(world: World) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        shop.place("pen", 1, 2, 3, 4)
        eventually(lambda: stock.count() == 4)
    with shop.database.snapshot() as connection:
        ids = [event.event_id for event in reversed(logged_events(connection, shop.tables))]
    old = stock.cursors()[-1].epoch
    shop.begin_new_epoch(after=2)
    stock.temper = lambda _event, _work: None

    assert world.disturbance.distort is as_it_came
    assert resumes(shop, LogPosition()) == 0
    assert resumes(shop, LogPosition(epoch="0 earlier", position=9, last_event_id="x")) == 0
    assert resumes(shop, LogPosition(epoch=old, position=1, last_event_id=ids[0])) == 1
    assert resumes(shop, LogPosition(epoch=old, position=2, last_event_id=ids[1])) == 2
    assert resumes(shop, LogPosition(epoch=old, position=4, last_event_id=ids[3])) == 4
    assert resumes(shop, LogPosition(epoch=old, position=9, last_event_id="lost")) == 2
    with pytest.raises(Diverged):
        resumes(shop, LogPosition(epoch=old, position=2, last_event_id="another"))
    with pytest.raises(Diverged):
        resumes(shop, LogPosition(epoch="later", position=9, last_event_id="x"))


def resumes(member: Member, place: LogPosition) -> int:
    with member.database.snapshot() as connection:
        return Log(member.name, member.tables).epochs.position_after(connection, place)


@only_in_memory
def test_a_new_epoch_begins_neither_beyond_the_head_nor_inside_an_earlier_one(
    world: World,
) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        shop.place("pen", 1, 2, 3)
        eventually(lambda: stock.count() == 3)
    shop.begin_new_epoch(after=2)

    with pytest.raises(ValueError, match="from 2 to 3, not 4"):
        shop.begin_new_epoch(after=4)
    with pytest.raises(ValueError, match="from 2 to 3, not 1"):
        shop.begin_new_epoch(after=1)
