"""A small world to see the bus's promises in: members with a ledger each, on any combination.

A combination is a transport and a database, `memory-sqlite` for one. A member is a participant that
writes every event it applies into its ledger, in its own schema and in the reaction's transaction.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy import func as sql

from bus import (
    BatchReaction,
    Bus,
    BusSettings,
    Database,
    Event,
    MemoryTransport,
    Participant,
    RetrySchedule,
    UnitOfWork,
    current_trace,
)
from bus.admin import DeadLetters, State, StoredMessage, logged_events
from bus.storage import BUS_TABLES, migrating
from bus.subscription.cursor import Cursor
from bus.transports import Transport
from bus.transports.rabbitmq import RabbitMQTransport
from tests.bus.broker import Broker
from tests.bus.recorded_tables import create_tables
from tests.bus.unreliable_transport import Disturbance, Disturbed
from tests.services import wait_until
from tests.services.processes import PATIENCE_SECONDS

QUICK = BusSettings(
    retry=RetrySchedule(attempts=3, first=0.02, longest=0.1),
    reaction_seconds=5.0,
    gap_patience=0.1,
)
"""Settings that keep a test short."""

COMBINATIONS = [
    "memory-sqlite",
    "rabbitmq-postgresql",
    # Each transport and each database has run by now; these cross them.
    pytest.param("memory-postgresql", marks=pytest.mark.matrix, id="memory-postgresql"),
    pytest.param("rabbitmq-sqlite", marks=pytest.mark.matrix, id="rabbitmq-sqlite"),
]


def _only(word: str) -> pytest.MarkDecorator:
    combinations = [combination for combination in COMBINATIONS if word in str(combination)]
    return pytest.mark.parametrize("world", combinations, indirect=True)


only_in_memory = _only("memory")
only_over_rabbitmq = _only("rabbitmq")
only_on_sqlite = _only("sqlite")
only_on_postgresql = _only("postgresql")

T = TypeVar("T")


def eventually(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Return as soon as the condition holds; fails when it does not within so many seconds."""
    wait_until(condition, what="the awaited condition", timeout=seconds)


def eventually_equal(read: Callable[[], T], expected: T, seconds: float = PATIENCE_SECONDS) -> None:
    """Return as soon as `read` gives what is expected; fails showing what it gave last."""
    with suppress(TimeoutError):
        wait_until(lambda: read() == expected, what="a value", timeout=seconds)
    assert read() == expected


def findings_of(bus: Bus, participant: Participant) -> list[str]:
    """What readiness says of a participant, beside what it says of the broker."""
    findings = bus.status(participant, brief=True).findings
    return [each.sentence for each in findings if each.about != "broker"]


class Placed(Event, frozen=True):
    """An order for an item; the item is the subject, the numbers of an item count up."""

    wire_name = "shop.placed"
    subject_fields = ("item",)
    item: str
    number: int


LAST = 99
"""The number that an item's erasure has in a ledger."""


class Erased(Event, frozen=True):
    """An item is forgotten; this is the last of it."""

    wire_name = "shop.erased"
    subject_fields = ("item",)
    erases = True
    item: str
    number: int = LAST


class Counted(Event, frozen=True):
    """What a member that passes events on says of each order."""

    wire_name = "stock.counted"
    subject_fields = ("item",)
    item: str
    number: int


Temper = Callable[[Any, UnitOfWork], None]


class Member:
    """A participant with a ledger; `temper` runs first in each reaction and may misbehave."""

    def __init__(self, name: str, url: str, hears: Sequence[type[Event]] = ()) -> None:
        self.name = name
        self.url = url
        self.hears = hears
        self.temper: Temper = lambda _event, _work: None
        self.participant = Participant(
            name, Database(url, name), dict.fromkeys(hears, self._write_down)
        )
        self.database = self.participant.database
        self.tables = self.participant.tables
        self.log = self.participant.log
        self.letters = DeadLetters(self.participant)
        self.ledger = Table(
            "ledger",
            MetaData(schema=name),
            Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
            Column("event_id", Text),
            Column("correlation_id", Text),
            Column("traceparent", Text),
            Column("item", Text),
            Column("number", Integer),
        )
        self._entry = insert(self.ledger).inline()

    def create_tables(self) -> None:
        """Make its schema with a ledger and the bus's tables, all empty."""
        create_tables(self.participant)
        with self.database.transaction() as connection:
            self.ledger.metadata.create_all(connection)

    def drop_bus_tables(self) -> None:
        """Lose the log, the cursors and the inbox."""
        with migrating(self.database) as connection:
            BUS_TABLES.downgrade(connection, self.name)

    def publish(self, *events: Event) -> None:
        """Publish events in one unit of work."""
        with self.participant.unit_of_work() as work:
            for event in events:
                work.publish(event)

    def place(self, item: str, *numbers: int) -> None:
        """Publish that orders with these numbers are placed for an item, in one unit of work."""
        self.publish(*[Placed(item=item, number=number) for number in numbers])

    def erase(self, item: str) -> None:
        """Publish that an item is forgotten."""
        self.publish(Erased(item=item))

    def numbers(self, item: str | None = None) -> list[int]:
        """The numbers in the ledger in the order of their effect, of one item or of all."""
        return [row.number for row in self.entries() if item in (None, row.item)]

    def numbers_by_item(self) -> dict[str, list[int]]:
        """The numbers of each item in the order of their effect."""
        numbers: dict[str, list[int]] = defaultdict(list)
        for row in self.entries():
            numbers[row.item].append(row.number)
        return dict(numbers)

    def count(self) -> int:
        """How many effects the ledger shows."""
        with self.database.snapshot() as connection:
            return connection.scalar(select(sql.count()).select_from(self.ledger)) or 0

    def entries(self) -> Sequence[Any]:
        """The rows of the ledger."""
        with self.database.snapshot() as connection:
            return connection.execute(select(self.ledger).order_by(self.ledger.c.id)).all()

    def stored(self, state: State | None = None) -> Sequence[StoredMessage]:
        """What is in the inbox."""
        return self.letters.messages(state=state, limit=1000)[1]

    def states(self) -> list[State]:
        """The states of what is in the inbox, in order."""
        return [message.state for message in self.stored()]

    def dead(self) -> Sequence[StoredMessage]:
        """The dead letters."""
        return self.stored(State.DEAD)

    def only_dead_letter(self) -> StoredMessage:
        """The one dead letter there is, awaited."""
        eventually(lambda: len(self.dead()) == 1)
        return self.dead()[0]

    def logged(self) -> list[tuple[int | None, str]]:
        """Position and subject of each event in the log, in the order of positions."""
        outbox = self.tables.outbox
        with self.database.snapshot() as connection:
            rows = connection.execute(select(outbox).order_by(outbox.c.position)).all()
        return [(row.position, row.subject) for row in rows]

    def data(self, item: str | None = None) -> list[Any]:
        """The data of each event in the log, of one item or of all, oldest first."""
        with self.database.snapshot() as connection:
            events = logged_events(connection, self.tables, subject=item)
        return [event.data for event in reversed(events)]

    def parked(self, source: str = "shop") -> int:
        """How many messages of a source its cursors count in the inbox."""
        return sum(cursor.parked for cursor in self.cursors(source))

    def cursors(self, source: str = "shop") -> list[Cursor]:
        """Its cursors on a source, the newest last."""
        table = self.tables.cursors
        query = select(table).where(table.c.source == source).order_by(table.c.epoch)
        with self.database.snapshot() as connection:
            return [Cursor(*row) for row in connection.execute(query)]

    def position(self, source: str = "shop") -> int:
        """How far it has applied a source, 0 before the first event."""
        cursors = self.cursors(source)
        return cursors[-1].position if cursors else 0

    def fault(self, source: str = "shop") -> str | None:
        """What is wrong with the source, as the newest cursor says."""
        cursors = self.cursors(source)
        return cursors[-1].fault if cursors else None

    def begin_new_epoch(self, after: int | None = None) -> None:
        """Do what the operator's command does to its log."""
        with self.database.transaction() as connection:
            self.log.epochs.begin_new(connection, after)

    def restore_log(self, position: int) -> None:
        """Make the log what it was when it ended at `position`, as restoring a dump does."""
        outbox, log = self.tables.outbox, self.tables.log
        with self.database.transaction() as connection:
            connection.execute(
                delete(outbox).where(outbox.c.position.is_(None) | (outbox.c.position > position))
            )
            connection.execute(
                update(log).where(log.c.confirmed > position).values(confirmed=position)
            )

    def forget_newest_epoch(self) -> None:
        """Go back to the epoch before, as restoring a dump from before a new epoch does."""
        epochs, log = self.tables.epochs, self.tables.log
        with self.database.transaction() as connection:
            newest, before = connection.scalars(
                select(epochs.c.epoch).order_by(epochs.c.epoch.desc())
            )
            connection.execute(delete(epochs).where(epochs.c.epoch == newest))
            connection.execute(update(log).values(epoch=before))

    def mark_trial(self) -> None:
        """Leave the marks of a process that was killed while it applied its first window."""
        with self.database.transaction() as connection:
            connection.execute(update(self.tables.cursors).values(trial=True))

    def wish_resend(self) -> None:
        """Do what the operator's command does."""
        with self.database.transaction() as connection:
            connection.execute(update(self.tables.cursors).values(resend=True))

    def write_down_buffer(self) -> None:
        """From now on write what has arrived together in one statement; `temper` is not asked."""

        def write_down(events: Sequence[Any], work: UnitOfWork) -> None:
            entries = [{"item": event.item, "number": event.number} for event in events]
            work.connection.execute(self._entry, entries)

        for event_type in self.hears:
            together = event_type, BatchReaction(write_down)
            self.participant.reactions[event_type.wire_name] = together

    def _write_down(self, event: Any, work: UnitOfWork) -> None:
        self.temper(event, work)
        trace = current_trace()
        work.connection.execute(
            self._entry,
            {
                "event_id": trace.causation_id,
                "correlation_id": trace.correlation_id,
                "traceparent": trace.traceparent,
                "item": event.item,
                "number": event.number,
            },
        )


class World:
    """Where members live: a folder or a database, and a broker or none."""

    def __init__(self, combination: str, folder: Path, postgres: str, rabbitmq: str) -> None:
        self.transport, self.database = combination.split("-")
        self.disturbance = Disturbance()
        self._postgres = postgres
        self._rabbitmq = rabbitmq
        self._folder = folder
        self._members: list[Member] = []

    @property
    def broker(self) -> Broker:
        """The real broker under this world."""
        return Broker(self._rabbitmq)

    def member(self, name: str, hears: Sequence[type[Event]] = ()) -> Member:
        """A new member with empty tables."""
        url = self._postgres or f"sqlite:///{self._folder}/{name}.db"
        member = Member(name, url, hears)
        self._members.append(member)
        member.create_tables()
        return member

    def shop_and_stock(self) -> tuple[Member, Member]:
        """The usual two: one that publishes Placed, and one that hears it."""
        return self.member("shop"), self.member("stock", [Placed])

    def shop_and_forgetful_stock(self) -> tuple[Member, Member]:
        """The usual two, and the second forgets what the first has erased."""
        return self.member("shop"), self.member("stock", [Placed, Erased])

    def twin(self, member: Member) -> Member:
        """The same member as another process would have it: nothing shared but the database."""
        twin = Member(member.name, member.url, member.hears)
        self._members.append(twin)
        return twin

    def bus(
        self, *members: Member, settings: BusSettings = QUICK, rabbitmq: str | None = None
    ) -> Bus:
        """The bus of a process that hosts these members, not started yet."""
        topology = {m.name: m.participant.sources for m in self._members if m.hears}
        transport: Transport = (
            MemoryTransport()
            if self.transport == "memory"
            else RabbitMQTransport(rabbitmq or self._rabbitmq, topology)
        )
        participants = [member.participant for member in members]
        return Bus(participants, Disturbed(transport, self.disturbance), settings)

    @contextmanager
    def running(self, *members: Member, settings: BusSettings = QUICK) -> Iterator[Bus]:
        """Run the bus for the length of a block."""
        with self.bus(*members, settings=settings) as bus:
            yield bus

    def deliver(self, member: Member, message: bytes) -> None:
        """Put bytes into the member's way, whoever may have sent them."""
        if self.transport == "rabbitmq":
            self.broker.publish(f"events.{member.name}", message)
        else:
            self.disturbance.insert(member.name, message)

    def close(self) -> None:
        """Give every connection back."""
        for member in self._members:
            member.database.dispose()


def with_attempts(attempts: int) -> BusSettings:
    """Quick settings with so many attempts."""
    return replace(QUICK, retry=replace(QUICK.retry, attempts=attempts))


def failing_when(
    fails: Callable[[Any], bool], error: Callable[[], Exception] = lambda: RuntimeError("no")
) -> Temper:
    """A temper that raises for some events."""

    def temper(event: Any, _work: UnitOfWork) -> None:
        if fails(event):
            raise error()

    return temper
