"""On SQLite what was committed is on the disk before anybody relies on it."""

import errno
import itertools
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bus import Database
from bus.signals.topics import Topic
from bus.storage import group_commit, is_transient
from tests.bus.members import Member, Placed, World, eventually, eventually_equal, only_on_sqlite


class Disk:
    """The disk under the members: it can be busy, and tells what it has for sure."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._kept = folder / "kept"
        self._kept.mkdir()
        self._sync: Callable[[int], None] = group_commit.sync
        self._flush = Database.flush
        self._idle: dict[Path, threading.Event] = {}
        self._refused: set[Path] = set()
        self.refusals = 0
        self.flushes: list[Path] = []
        self.syncs: list[Path] = []
        self.stands_still = threading.Lock()
        monkeypatch.setattr(group_commit, "sync", self._sync_and_keep)
        monkeypatch.setattr(Database, "flush", lambda database: self._note_flush(database))

    def block(self, member: Member) -> threading.Event:
        """Be busy with this member's file until the event is set."""
        return self._idle.setdefault(member.database.path, threading.Event())

    def set_idle(self) -> None:
        """Be busy no longer."""
        for idle in self._idle.values():
            idle.set()

    @contextmanager
    def refusing(self, member: Member) -> Iterator[None]:
        """Fail to write this member's file while the block runs."""
        self._refused.add(member.database.path)
        yield
        self._refused.clear()

    def rescue(self, member: Member, folder: Path, *, only_what_it_has_for_sure: bool) -> None:
        """Copy the member's file as the machine finds it when it is up again."""
        path = member.database.path
        _copy(self._kept / path.name if only_what_it_has_for_sure else path, folder)

    def _note_flush(self, database: Database) -> None:
        self.flushes.append(database.path)
        self._flush(database)

    def _sync_and_keep(self, file: int) -> None:
        path = self._path(file)
        self.syncs.append(path)
        if idle := self._idle.get(path):
            assert idle.wait(20)
        if path in self._refused:
            self.refusals += 1
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        with self.stands_still:
            self._sync(file)
            _copy(path, self._kept)

    def _path(self, file: int) -> Path:
        logs = self._folder.rglob("*-wal")
        [log] = [log for log in logs if os.path.samestat(log.stat(), os.fstat(file))]
        return log.with_name(log.name.removesuffix("-wal"))


def _copy(path: Path, folder: Path) -> None:
    for part in (path, Path(f"{path}-wal")):
        shutil.copy(part, folder)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """The disk under the members, idle at first."""
    disk = Disk(tmp_path, monkeypatch)
    yield disk
    disk.set_idle()


@only_on_sqlite
def test_a_unit_of_work_ends_when_the_disk_has_what_it_did(world: World, disk: Disk) -> None:
    shop, _ = world.shop_and_stock()
    disk.block(shop)

    with ThreadPoolExecutor() as pool:
        placed = pool.submit(shop.place, "pen", 1)
        eventually(lambda: len(shop.logged()) == 1)
        assert not placed.done()
        disk.set_idle()
        placed.result(20)


@only_on_sqlite
def test_who_commits_while_the_disk_is_busy_shares_the_next_wait(world: World, disk: Disk) -> None:
    shop, _ = world.shop_and_stock()
    disk.block(shop)
    disk.flushes.clear()
    disk.syncs.clear()

    with ThreadPoolExecutor(9) as pool:
        placed = [pool.submit(shop.place, "pen", 0)]
        eventually(lambda: len(disk.syncs) == 1)
        placed += [pool.submit(shop.place, "pen", number) for number in range(1, 9)]
        eventually(lambda: len(disk.flushes) == 9)
        disk.set_idle()
        wait(placed)

    assert len(shop.logged()) == 9
    assert len(disk.syncs) == 2


@only_on_sqlite
def test_nobody_acts_on_an_event_before_the_disk_has_it(world: World, disk: Disk) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock), ThreadPoolExecutor() as pool:
        shop.place("pen", 1)
        eventually_equal(stock.numbers, [1])
        disk.block(shop)
        disk.flushes.clear()
        pool.submit(shop.place, "pen", 2)
        eventually(lambda: len(shop.logged()) == 2)
        shop.participant.waker.wake_here(Topic.OUTBOX)
        # The second one is by the thread that carries the event on.
        eventually(lambda: disk.flushes.count(shop.database.path) == 2)
        assert stock.numbers() == [1]
        disk.set_idle()

        eventually_equal(stock.numbers, [1, 2])


@pytest.mark.matrix
@pytest.mark.parametrize("world", ["rabbitmq-sqlite"], indirect=True)
def test_what_was_logged_before_a_broker_was_used_waits_for_the_disk_too(
    world: World, disk: Disk
) -> None:
    shop, stock = world.shop_and_stock()
    disk.block(shop)
    disk.flushes.clear()
    with ThreadPoolExecutor() as pool:
        pool.submit(shop.place, "pen", 1)
        eventually(lambda: len(shop.logged()) == 1)

        with world.running(shop, stock):
            # The second one is by the thread that tells the broker how far the log goes.
            eventually(lambda: disk.flushes.count(shop.database.path) == 2)
            assert stock.numbers() == []
            disk.set_idle()
            eventually_equal(stock.numbers, [1])


@only_on_sqlite
def test_an_event_that_the_disk_refused_is_acted_on_when_it_has_it(
    world: World, disk: Disk
) -> None:
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        shop.place("pen", 1)
        eventually_equal(stock.numbers, [1])

        with disk.refusing(shop):
            with pytest.raises(OperationalError) as refused:
                shop.place("pen", 2)
            # The second one by the thread that carries the event on.
            eventually(lambda: disk.refusals >= 2)
            assert stock.numbers() == [1]

        eventually_equal(stock.numbers, [1, 2])
    assert is_transient(refused.value)


@pytest.mark.parametrize("world", ["memory-sqlite"], indirect=True)
def test_what_the_disk_refused_once_is_written_elsewhere(
    world: World, disk: Disk, tmp_path: Path
) -> None:
    shop = world.member("shop")
    with disk.refusing(shop), pytest.raises(OperationalError):
        shop.place("pen", 1)

    shop.place("pen", 2)

    # Without its log, of which the system may have forgotten what it could not write.
    shutil.copy(shop.database.path, tmp_path / "copy.db")
    copy = Member("shop", f"sqlite:///{tmp_path}/copy.db")
    assert len(copy.logged()) == 2
    copy.database.dispose()


@pytest.mark.parametrize("world", ["memory-sqlite"], indirect=True)
def test_a_file_that_a_link_leads_to_is_brought_to_the_disk(
    world: World, disk: Disk, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "shop.db").symlink_to(tmp_path / "elsewhere" / "shop.db")
    shop = world.member("shop")
    disk.syncs.clear()

    shop.place("pen", 1)

    assert disk.syncs == [tmp_path / "elsewhere" / "shop.db"]


@pytest.mark.parametrize("world", ["memory-sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("shop_has_all", "stock_has_all"), [(False, False), (False, True), (True, False)]
)
def test_a_machine_that_goes_down_loses_nothing_that_was_answered(
    world: World, disk: Disk, tmp_path: Path, shop_has_all: bool, stock_has_all: bool
) -> None:
    after = tmp_path / "after"
    after.mkdir()
    shop, stock = world.shop_and_stock()
    answered: list[int] = []
    numbers = itertools.count()

    def place(_turn: int) -> None:
        number = next(numbers)
        shop.place(f"item {number}", number)
        answered.append(number)

    with world.running(shop, stock), ThreadPoolExecutor(4) as pool:
        # So few that SQLite does not move them into the database, which could not be copied then.
        placing = [pool.submit(place, turn) for turn in range(80)]
        eventually(lambda: len(answered) > 40 and stock.count() > 20)
        with disk.stands_still:
            known = list(answered)
            disk.rescue(shop, after, only_what_it_has_for_sure=not shop_has_all)
            disk.rescue(stock, after, only_what_it_has_for_sure=not stock_has_all)
        wait(placing)

    shop = Member("shop", f"sqlite:///{after}/shop.db")
    stock = Member("stock", f"sqlite:///{after}/stock.db", [Placed])
    with world.running(shop, stock):
        shop.place("last item", 80)
        logged = [subject for _, subject in shop.logged()]
        eventually_equal(lambda: [entry.item for entry in stock.entries()], logged)
        assert stock.fault() is None
    assert {f"item {number}" for number in known} <= set(logged)
    for member in (shop, stock):
        member.database.dispose()
