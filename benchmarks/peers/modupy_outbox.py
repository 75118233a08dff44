"""modupy with its SQL outbox: `each SQL` a transaction per event, `backlog SQL` what a crash left.

SQL sqlite or postgresql. The listener keeps a copy of each order, once: its row says so. A backlog
is delivered by what modupy does for that at its start, its retry loop.
"""

import asyncio
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from modulith import bootstrap, configure, event, listener, publish
from modulith.adapters.postgres_outbox import Base, PostgresPublicationStore
from modulith.builtin import outbox
from modulith.builtin.outbox import bind_session, unbind_session
from modulith.serializers import JsonEventSerializer
from sqlalchemy import event as sql_event
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine

from benchmarks import orders
from benchmarks.task import COUNT, DATABASE, FOLDER, report

NAMED = {name: f":{name}" for name in ("order_id", "article", "pieces", "note")}
PLACE = text(orders.COPY.format(store="placed_", **NAMED))
COPY = text(orders.COPY.format(store="", **NAMED) + " ON CONFLICT DO NOTHING")

applied = 0
"""The number of copied orders."""


@event
@dataclass(frozen=True)
class OrderPlaced:
    order_id: int
    article: int
    pieces: int
    note: str


sessions: Any = None


@listener
async def copy_order(placed: OrderPlaced) -> None:
    global applied
    async with sessions() as session:
        await session.execute(COPY, asdict(placed))
        await session.commit()
    applied += 1


def main(mode: str, sql: str) -> None:
    asyncio.run(measure(mode, sql))


async def measure(mode: str, sql: str) -> None:
    global sessions
    engine = await database(sql)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    configure(outbox="postgres", auto_discover=False)
    bind(engine)
    bootstrap()
    outbox.start()
    rate = await (each() if mode == "each" else backlog(engine))
    report(rate=rate)
    await outbox.shutdown()


def bind(engine: AsyncEngine) -> None:
    """Use the defaults, but look for undelivered events at once, not every 30 s."""
    outbox.configure(
        PostgresPublicationStore(engine),
        JsonEventSerializer(allowed_event_types=[OrderPlaced]),
        retry_interval_seconds=0.01,
        retry_stale_seconds=0.01,
        claim_batch_size=1000,
    )


async def database(sql: str) -> AsyncEngine:
    url = f"sqlite+aiosqlite:///{FOLDER}/shop.db"
    if sql == "postgresql":
        url = DATABASE.replace("postgresql://", "postgresql+psycopg://")
    engine = create_async_engine(url)
    if sql == "sqlite":
        sql_event.listen(engine.sync_engine, "connect", _make_durable)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        for store in ("", "placed_"):
            await connection.execute(text(orders.STORE_TABLES[0].format(store=store)))
    return engine


async def each() -> float:
    """Place each order in a transaction, until all are copied. Returns orders per second."""
    began = time.perf_counter()
    for number in range(COUNT):
        await place(number)
    await until_applied(COUNT)
    return COUNT / (time.perf_counter() - began)


async def backlog(engine: AsyncEngine) -> float:
    """Deliver the events of a process that died after its commits. Returns orders per second."""
    await place(0)
    await until_applied(1)
    await outbox.shutdown()
    table = Base.metadata.tables["event_publications"]
    async with engine.begin() as connection:
        row = dict((await connection.execute(select(table))).mappings().one())
        left = {name: row[name] for name in ("event_type", "listener", "published_at")}
        zero = str(row["payload"], "utf-8")
        await connection.execute(
            insert(table),
            [{**left, "id": uuid4(), "payload": _numbered(zero, n)} for n in range(1, COUNT)],
        )
    bind(engine)
    began = time.perf_counter()
    outbox.start()
    await until_applied(COUNT)
    return (COUNT - 1) / (time.perf_counter() - began)


async def place(number: int) -> None:
    order: Any = orders.order(number)
    async with sessions() as session:
        token = bind_session(session)
        try:
            await session.execute(PLACE, order)
            await publish(OrderPlaced(**order))
            await session.commit()
        finally:
            unbind_session(token)


async def until_applied(count: int) -> None:
    while applied < count:
        await asyncio.sleep(0.01)


def _numbered(payload: str, number: int) -> bytes:
    payload = payload.replace('"order_id":0', f'"order_id":{number}')
    return payload.replace('"order_id": 0', f'"order_id": {number}').encode()


def _make_durable(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
