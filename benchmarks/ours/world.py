"""The benchmark's world: a shop that logs orders, and a store that reacts to them."""

import dataclasses
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec
from msgspec.structs import asdict
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, insert, text, update
from sqlalchemy.dialects import postgresql
from uuid_utils import uuid7

from benchmarks import orders
from benchmarks.task import DATABASE, FOLDER, RABBITMQ
from bus import (
    BatchReaction,
    Bus,
    Database,
    Event,
    MemoryTransport,
    Participant,
    Reactions,
    UnitOfWork,
)
from bus.storage.tables import now
from bus.subscription.cursor import Cursor
from bus.transports import Transport
from bus.transports.rabbitmq import RabbitMQTransport

AT_ONCE = 10_000
ORDERS = "orders"


class OrderPlaced(Event, frozen=True, kw_only=True):
    """An order, as `orders.order` describes it."""

    wire_name = orders.TYPE
    subject_fields = ("order_id",)
    order_id: int
    article: int
    pieces: int
    note: str


metadata = MetaData(schema="store")
copies = Table(
    "orders",
    metadata,
    Column("order_id", BigInteger, primary_key=True, autoincrement=False),
    Column("article", BigInteger),
    Column("pieces", BigInteger),
    Column("note", Text),
)
stock = Table(
    "stock",
    metadata,
    Column("article", BigInteger, primary_key=True, autoincrement=False),
    Column("pieces", BigInteger),
)
entries = Table(
    "entries",
    metadata,
    Column("order_id", BigInteger, primary_key=True, autoincrement=False),
    Column("article", BigInteger),
    Column("pieces", BigInteger),
)
NAMED = {name: f":{name}" for name in ("order_id", "article", "pieces", "note")}
# The same as orders.COUNT and orders.ENTER.
COUNTING = postgresql.insert(stock)
READ_BACK = COUNTING.on_conflict_do_update(
    index_elements=[stock.c.article],
    set_={"pieces": stock.c.pieces + COUNTING.excluded.pieces},
).returning(stock.c.pieces)
ENTER = insert(entries).inline()
COPY_ALL = text(orders.COPY_ALL.format(store="store.", orders=":orders"))


def copy_orders_when_placed(events: Sequence[OrderPlaced], work: UnitOfWork) -> None:
    """Store the orders."""
    work.connection.info[ORDERS] = events[-1].order_id + 1
    if work.connection.dialect.name == "sqlite":
        work.connection.execute(insert(copies), [asdict(event) for event in events])
    else:
        placed = msgspec.json.encode(events).decode()
        work.connection.execute(COPY_ALL, {"orders": placed})


def count_pieces_when_order_placed(event: OrderPlaced, work: UnitOfWork) -> None:
    """Count the pieces of the article, and store the new count."""
    ordered = {"article": event.article, "pieces": event.pieces}
    pieces = work.connection.execute(READ_BACK, ordered).scalar_one()
    entry = {"order_id": event.order_id, "article": event.article, "pieces": pieces}
    work.connection.execute(ENTER, entry)
    work.connection.info[ORDERS] = event.order_id + 1


EFFECTS: dict[str, Reactions] = {
    "copy": {OrderPlaced: BatchReaction(copy_orders_when_placed)},
    "count": {OrderPlaced: count_pieces_when_order_placed},
}


class Watched(Database):
    """A database that knows the last order of its committed reactions."""

    def __init__(self, url: str, schema: str) -> None:
        super().__init__(url, schema)
        self.committed = threading.Condition()
        self.orders = 0

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Connection]:
        with super().transaction(durable=durable) as connection:
            yield connection
            orders = connection.info.pop(ORDERS, self.orders)
        with self.committed:
            self.orders = orders
            self.committed.notify_all()


class World:
    """The two participants with their tables, and a bus between them.

    In memory it uses SQLite, over RabbitMQ it uses PostgreSQL.
    """

    def __init__(self, transport: str, effect: str) -> None:
        # In memory not even if the measure has a database for another contestant, such as modupy.
        self._database_url = DATABASE if transport == "rabbitmq" else ""
        self.shop = Participant("shop", self._database("shop"))
        self.store = Participant("store", self._database("store"), EFFECTS[effect])
        for participant in (self.shop, self.store):
            self._create(participant)
        with self.store.database.transaction() as connection:
            for table in orders.STORE_TABLES:
                connection.execute(text(table.format(store="store.")))
        carrier: Transport = MemoryTransport()
        if transport == "rabbitmq":
            carrier = RabbitMQTransport(RABBITMQ, {"store": ["shop"]})
        self.bus = Bus([self.shop, self.store], carrier)

    def log(self, first: int, count: int) -> None:
        """Log orders, with the same rows as from one unit of work per order."""
        outbox = insert(self.shop.tables.outbox).inline()
        for start in range(first, first + count, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, first + count))
            with self.shop.database.transaction() as connection:
                connection.execute(outbox, [_row(number) for number in numbers])

    def assign_positions(self) -> None:
        """Make the log look as if all of it was sent and applied long ago."""
        shop, store = self.shop, self.store
        head = 0
        with shop.database.transaction() as connection:
            while assigned := shop.log.assign_positions(connection, head, 100_000):
                head += assigned
            epoch = connection.execute(text("SELECT epoch FROM shop.log")).scalar_one()
            connection.execute(update(shop.tables.log).values(confirmed=head))
        if not shop.database.is_sqlite:
            # As after a million single events. Otherwise autovacuum would run while it is measured.
            with shop.database.autocommit() as connection:
                connection.execute(text("VACUUM (ANALYZE) shop.outbox"))
                connection.execute(text("CHECKPOINT"))
        cursor = dataclasses.asdict(Cursor("shop", epoch, head))
        with store.database.transaction() as connection:
            connection.execute(insert(store.tables.cursors).values(cursor))

    def wait_for_position(self, position: int) -> None:
        """Wait until the store has applied the shop's log up to this position."""
        store = self.store.database
        assert isinstance(store, Watched)
        with store.committed:
            store.committed.wait_for(lambda: store.orders >= position)

    def _database(self, schema: str) -> Database:
        return Watched(self._database_url or f"sqlite:///{FOLDER}/{schema}.db", schema)

    @staticmethod
    def _create(participant: Participant) -> None:
        participant.create_tables()


def _row(number: int) -> dict[str, object]:
    return {
        "event_id": str(uuid7()),
        "type": orders.TYPE,
        "version": 1,
        "subject": str(number),
        "time": now(),
        "correlation_id": str(uuid7()),
        "data": orders.order_as_json(number),
    }
