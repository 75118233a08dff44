"""A shop on the bus, small enough to check every row: placed, then counted, then tallied.

`shop` places orders for items and announces each; `stock` counts what was placed and announces
that; `audit` tallies what was counted. Each keeps what it saw, in order, so that after any fault
the three must have written the same numbers per item.
"""

import os
import signal
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    func,
    insert,
    select,
    update,
)

from bus import (
    BatchLimits,
    Bus,
    BusSettings,
    Database,
    Event,
    MemoryTransport,
    Participant,
    Reactions,
    RetrySchedule,
    UnitOfWork,
)
from bus.admin import DeadLetters, ModuleStatus, module_status
from bus.transports import Transport
from bus.transports.rabbitmq import RabbitMQTransport
from bus.transports.rabbitmq.consumer import SECONDS_BETWEEN_CHECKS
from tests.bus.recorded_tables import create_tables
from tests.services import wait_until

ITEMS = range(1, 8)
NAMES = ("shop", "stock", "audit")
TOPOLOGY = {"stock": ["shop"], "audit": ["stock"]}
ERASURE = 0
"""The number that an item's erasure has in the books; orders count from 1."""


class Placed(Event, frozen=True, kw_only=True):
    wire_name = "shop.placed"
    subject_fields = ("item",)
    item: int
    number: int


class Counted(Event, frozen=True, kw_only=True):
    wire_name = "stock.counted"
    subject_fields = ("item",)
    item: int
    number: int


class Erased(Event, frozen=True, kw_only=True):
    wire_name = "shop.erased"
    subject_fields = ("item",)
    erases = True
    item: int


class Uncounted(Event, frozen=True, kw_only=True):
    wire_name = "stock.uncounted"
    subject_fields = ("item",)
    erases = True
    item: int


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where a shop runs, and how; `broker` is nothing for the transport in memory.

    Counting the order `(item, number)` that is `deadly` kills the process, and the one that is
    `unspeakable` fails with a text that no encoding takes.
    """

    database: str
    broker: str | None = None
    attempts: int = 8
    messages_per_batch: int = 50
    seconds_between_checks: float = SECONDS_BETWEEN_CHECKS
    deadly: tuple[int, int] | None = None
    unspeakable: tuple[int, int] | None = None


class Books:
    """What one participant wrote down: a count per item, and each number in the order it came."""

    def __init__(self, schema: str) -> None:
        self.metadata = MetaData(schema=schema)
        self.counts = Table(
            "counts",
            self.metadata,
            Column("item", Integer, primary_key=True),
            Column("count", Integer, nullable=False),
        )
        self.entries = Table(
            "entries",
            self.metadata,
            Column("id", Integer, primary_key=True),
            Column("item", Integer, nullable=False),
            Column("number", Integer, nullable=False),
        )

    def begin(self, connection: Connection) -> None:
        """Make the tables, with every item at 0."""
        self.metadata.create_all(connection)
        connection.execute(insert(self.counts), [{"item": item, "count": 0} for item in ITEMS])

    def count(self, connection: Connection, item: int) -> int:
        """Count the item once more; locks it until the transaction ends."""
        counts = self.counts
        raised = update(counts).where(counts.c.item == item).values(count=counts.c.count + 1)
        number: int = connection.execute(raised.returning(counts.c.count)).scalar_one()
        return number

    def enter(self, connection: Connection, item: int, number: int) -> None:
        """Write down that this number came."""
        connection.execute(insert(self.entries).values(item=item, number=number))

    def numbers(self, connection: Connection) -> dict[int, list[int]]:
        """Per item the numbers in the order in which they came."""
        numbers: dict[int, list[int]] = defaultdict(list)
        for row in connection.execute(select(self.entries).order_by(self.entries.c.id)):
            numbers[row.item].append(row.number)
        return dict(numbers)

    def total(self, connection: Connection) -> int:
        """The sum of the counts."""
        return connection.scalar(select(func.sum(self.counts.c.count))) or 0


class Shop:
    """The three participants on one site, and what a test asks of them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.books = {name: Books(name) for name in NAMES}
        reactions: dict[str, Reactions] = {
            "shop": {},
            "stock": {Placed: self._count, Erased: self._uncount},
            "audit": {Counted: self._tally, Uncounted: self._untally},
        }
        self.participants = {
            name: Participant(name, Database(site.database.format(name=name), name), do)
            for name, do in reactions.items()
        }

    # What a test does

    def create_tables(self) -> None:
        """Make every schema and table, empty."""
        for name, participant in self.participants.items():
            create_tables(participant)
            with participant.database.transaction() as connection:
                self.books[name].begin(connection)

    def place(self, item: int) -> int:
        """LogPosition an order; its number among the orders for the item."""
        with self.participants["shop"].unit_of_work() as work:
            number = self.books["shop"].count(work.connection, item)
            self.books["shop"].enter(work.connection, item, number)
            work.publish(Placed(item=item, number=number))
        return number

    def place_many(self, count: int) -> None:
        """LogPosition orders for one item after the other."""
        for order in range(count):
            self.place(ITEMS[order % len(ITEMS)])

    def erase(self, item: int) -> None:
        """Forget an item; it must not be ordered any more."""
        with self.participants["shop"].unit_of_work() as work:
            work.publish(Erased(item=item))

    def bus(self, site: Site | None = None, *, members: Iterable[str] = NAMES) -> Bus:
        """The bus of a process that hosts these participants, here or as another site wants it."""
        site = site or self.site
        settings = BusSettings(
            retry=RetrySchedule(attempts=site.attempts, first=0.05, longest=1.0),
            batch=BatchLimits(messages=site.messages_per_batch),
            gap_patience=0.2,
        )
        return Bus([self.participants[name] for name in members], _transport(site), settings)

    def close(self) -> None:
        """Give every database connection back."""
        for participant in self.participants.values():
            participant.database.dispose()

    # What a test sees

    def total(self, name: str) -> int:
        """How many events a participant has counted."""
        with self.participants[name].database.snapshot() as connection:
            return self.books[name].total(connection)

    def numbers(self, name: str) -> dict[int, list[int]]:
        """Per item the numbers that a participant wrote down, in order."""
        with self.participants[name].database.snapshot() as connection:
            return self.books[name].numbers(connection)

    def letters(self, name: str) -> DeadLetters:
        """What a participant could not apply."""
        return DeadLetters(self.participants[name])

    def status(self, name: str) -> ModuleStatus:
        """The status of a participant, as an operator sees it."""
        return module_status(self.participants[name], self.participants)

    def is_settled(self) -> bool:
        """Whether all that was placed is counted and tallied, and nothing waits anywhere."""
        placed = self.total("shop")
        if self.total("stock") != placed or self.total("audit") != placed:
            return False
        return all(_is_at_rest(self.status(name)) for name in NAMES)

    def is_caught_up(self) -> bool:
        """Whether everybody has heard everything, and nothing waits anywhere."""
        told = [self.status(name) for name in NAMES]
        behind = any(source.behind for status in told for source in status.sources)
        return not behind and all(map(_is_at_rest, told))

    def wait_until_placed(self, count: int) -> None:
        """Return when so many orders are placed; raise when none is for a while."""
        self._wait_while_it_goes_on(lambda: self.total("shop") >= count, f"{count} orders placed")

    def wait_until_settled(self, patience: float = 20) -> None:
        """Return when everything is in effect; raise when nothing moves for `patience` seconds."""
        self._wait_while_it_goes_on(self.is_settled, "every order counted and tallied", patience)

    def wait_until_caught_up(self) -> None:
        """Return when everybody has heard everything; raise when nothing moves for a while."""
        self._wait_while_it_goes_on(self.is_caught_up, "everybody to hear everything")

    def assert_everything_in_effect_once_and_in_order(self) -> None:
        """Each order is counted once and tallied once, per item in the order of placing."""
        placed = self.numbers("shop")
        assert placed == {item: list(range(1, len(n) + 1)) for item, n in placed.items()}
        for name in ("stock", "audit"):
            assert self.numbers(name) == placed
            assert self.total(name) == self.total("shop")

    # Inside

    def _wait_while_it_goes_on(
        self, condition: Callable[[], bool], what: str, patience: float = 20
    ) -> None:
        # How long all takes depends on the machine; that it goes on does not.
        totals: list[int] = []
        while not condition():
            before, totals = totals, [self.total(name) for name in NAMES]
            if totals == before:
                told = [self.status(name) for name in NAMES]
                raise TimeoutError(f"{what}: nothing moved for {patience:g} s; {totals}; {told}")
            with suppress(TimeoutError):
                wait_until(condition, what=what, timeout=patience)

    def _count(self, event: Placed, work: UnitOfWork) -> None:
        if (event.item, event.number) == self.site.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        if (event.item, event.number) == self.site.unspeakable:
            raise ValueError("\ud800")
        books = self.books["stock"]
        number = books.count(work.connection, event.item)
        books.enter(work.connection, event.item, event.number)
        work.publish(Counted(item=event.item, number=number))

    def _uncount(self, event: Erased, work: UnitOfWork) -> None:
        self.books["stock"].enter(work.connection, event.item, ERASURE)
        work.publish(Uncounted(item=event.item))

    def _untally(self, event: Uncounted, work: UnitOfWork) -> None:
        self.books["audit"].enter(work.connection, event.item, ERASURE)

    def _tally(self, event: Counted, work: UnitOfWork) -> None:
        books = self.books["audit"]
        books.count(work.connection, event.item)
        books.enter(work.connection, event.item, event.number)


def _transport(site: Site) -> Transport:
    if site.broker is None:
        return MemoryTransport()
    return RabbitMQTransport(
        site.broker, TOPOLOGY, seconds_between_checks=site.seconds_between_checks
    )


def _is_at_rest(status: ModuleStatus) -> bool:
    return not (status.unsent or status.retrying or status.waiting or status.dead)
