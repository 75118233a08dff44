"""FastStream with a hand-written outbox and inbox on PostgreSQL: `copy` or `count`.

The relay sends in the order of ids and awaits each confirm; the consumer keeps each message's id in
its inbox, in the transaction of the message's effect, and acknowledges after the commit. One after
the other, because an order's events must take effect in their order.
"""

import asyncio
import sys
import time

from faststream.middlewares import AckPolicy
from faststream.rabbit import (
    Channel,
    ExchangeType,
    QueueType,
    RabbitBroker,
    RabbitExchange,
    RabbitMessage,
    RabbitQueue,
)
from psycopg import AsyncConnection
from pydantic import BaseModel

from benchmarks import orders
from benchmarks.task import COUNT, DATABASE, RABBITMQ, report

SCHEMA = [
    (
        "CREATE TABLE outbox (id BIGSERIAL PRIMARY KEY, event_id UUID DEFAULT gen_random_uuid(),"
        " type TEXT, data TEXT, sent_at TIMESTAMPTZ)"
    ),
    "CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL",
    "CREATE TABLE inbox (message_id TEXT PRIMARY KEY)",
    *(table.format(store="") for table in orders.STORE_TABLES),
]
NAMED = {name: f"%({name})s" for name in ("order_id", "article", "pieces", "note")}
COPY, READ_BACK, ENTER = (
    sql.format(store="", **NAMED) for sql in (orders.COPY, orders.COUNT, orders.ENTER)
)


class OrderPlaced(BaseModel):
    order_id: int
    article: int
    pieces: int
    note: str


async def main(effect: str) -> None:
    """Drain the outbox. The time counts from the start of the broker to the last effect."""
    await fill()
    broker = RabbitBroker(RABBITMQ, default_channel=Channel(prefetch_count=100), logger=None)
    exchange = RabbitExchange("events", type=ExchangeType.TOPIC, durable=True)
    queue = RabbitQueue(
        "store", durable=True, queue_type=QueueType.QUORUM, routing_key=f"{orders.TYPE}"
    )
    store = await AsyncConnection.connect(DATABASE)
    in_order, done = asyncio.Lock(), asyncio.Event()
    applied = 0

    @broker.subscriber(queue, exchange, ack_policy=AckPolicy.NACK_ON_ERROR)
    async def on_order_placed(order: OrderPlaced, message: RabbitMessage) -> None:
        nonlocal applied
        async with in_order, store.transaction():
            kept = await store.execute(
                "INSERT INTO inbox (message_id) VALUES (%s) ON CONFLICT DO NOTHING",
                [message.message_id],
            )
            if kept.rowcount:
                await take_effect(store, effect, order)
        applied += 1
        if applied == COUNT:
            done.set()

    began = time.perf_counter()
    async with broker:
        await broker.start()
        await relay(broker, exchange)
        await done.wait()
        seconds = time.perf_counter() - began
    await store.close()
    report(rate=COUNT / seconds)


async def take_effect(store: AsyncConnection, effect: str, order: OrderPlaced) -> None:
    row = order.model_dump()
    if effect == "copy":
        await store.execute(COPY, row)
    else:
        cursor = await store.execute(READ_BACK, row)
        (pieces,) = await cursor.fetchone() or (0,)
        await store.execute(ENTER, row | {"pieces": pieces})


async def relay(broker: RabbitBroker, exchange: RabbitExchange) -> None:
    """Send unsent rows in batches of 100, and mark a batch when all of it is confirmed."""
    async with await AsyncConnection.connect(DATABASE) as shop:
        while True:
            async with shop.transaction():
                cursor = await shop.execute(
                    "SELECT id, event_id::text, type, data FROM outbox WHERE sent_at IS NULL"
                    " ORDER BY id LIMIT 100 FOR UPDATE"
                )
                rows = await cursor.fetchall()
                for _, event_id, type_, data in rows:
                    await broker.publish(
                        data.encode(),
                        exchange=exchange,
                        routing_key=type_,
                        message_id=event_id,
                        content_type="application/json",
                        persist=True,
                    )
                await shop.execute(
                    "UPDATE outbox SET sent_at = now() WHERE id = ANY(%s)",
                    [[row[0] for row in rows]],
                )
            if not rows:
                return


async def fill() -> None:
    async with await AsyncConnection.connect(DATABASE) as connection:
        for statement in SCHEMA:
            await connection.execute(statement.encode())
        async with (
            connection.cursor() as cursor,
            cursor.copy("COPY outbox (type, data) FROM STDIN") as copy,
        ):
            for number in range(COUNT):
                await copy.write_row((orders.TYPE, orders.order_as_json(number)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
