"""The bare drivers with the same rows and messages as the bus: `drain EFFECT`.

One thread assigns positions, reads and sends batches, and does not wait for single confirms.
Another takes batches from the queue, writes them with the cursor in one transaction, and
acknowledges them.
"""

import json
import sys
import threading
import time
from typing import Any
from uuid import uuid4

import pika
import psycopg
from pika.adapters.select_connection import SelectConnection
from pika.spec import BasicProperties
from psycopg import Connection

from benchmarks import orders
from benchmarks.task import COUNT, DATABASE, RABBITMQ, report

SENT_AT_ONCE, APPLIED_AT_ONCE, PREFETCH = 1000, 500, 1500
PERSISTENT = BasicProperties(content_type="application/json", delivery_mode=2)
SCHEMA = [
    (
        "CREATE TABLE outbox (id BIGSERIAL PRIMARY KEY, position BIGINT, epoch TEXT, event_id TEXT,"
        " type TEXT, version INT, subject TEXT, time TEXT, correlation_id TEXT, data TEXT)"
    ),
    "CREATE UNIQUE INDEX outbox_position ON outbox (position)",
    "CREATE INDEX outbox_unstamped ON outbox (id) WHERE position IS NULL",
    "CREATE TABLE log (confirmed BIGINT)",
    "INSERT INTO log VALUES (0)",
    "CREATE TABLE cursors (source TEXT PRIMARY KEY, position BIGINT, last_event_id TEXT)",
    "INSERT INTO cursors VALUES ('shop', 0, NULL)",
    *(table.format(store="") for table in orders.STORE_TABLES),
]
STAMP = (
    "UPDATE outbox SET position = %s + numbered.number, epoch = %s FROM (SELECT id, row_number()"
    " OVER (ORDER BY id) AS number FROM (SELECT id FROM outbox WHERE position IS NULL ORDER BY id"
    " LIMIT %s) AS unstamped) AS numbered WHERE outbox.id = numbered.id"
)
NAMED = {name: f"%({name})s" for name in ("order_id", "article", "pieces", "note", "orders")}
COPY_ALL, READ_BACK, ENTER = (
    sql.format(store="", **NAMED) for sql in (orders.COPY_ALL, orders.COUNT, orders.ENTER)
)


def main(effect: str) -> None:
    """Fill the log, then drain it."""
    fill()
    began = time.perf_counter()
    store = Store(effect)
    declared = threading.Event()
    consumer = threading.Thread(target=store.consume, args=(declared,), daemon=True)
    consumer.start()
    declared.wait()
    Shop().send_all()
    consumer.join()
    report(rate=COUNT / (time.perf_counter() - began))


class Shop:
    """Sends the log to the broker."""

    def __init__(self) -> None:
        self._database = psycopg.connect(DATABASE)
        self._connection = SelectConnection(
            pika.URLParameters(RABBITMQ),
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._opened),
        )
        self._epoch = str(uuid4())
        self._sent = self._unconfirmed = 0

    def send_all(self) -> None:
        """Send the log. Returns when all of it is confirmed."""
        self._connection.ioloop.start()
        self._database.close()

    def _opened(self, channel: Any) -> None:
        self._channel = channel
        channel.confirm_delivery(self._confirmed, callback=lambda _: self._send_batch())

    def _send_batch(self) -> None:
        with self._database.transaction():
            self._database.execute(STAMP, [self._sent, self._epoch, SENT_AT_ONCE])
        rows = self._database.execute(
            "SELECT * FROM outbox WHERE position > %s ORDER BY position LIMIT %s",
            [self._sent, SENT_AT_ONCE],
        ).fetchall()
        self._unconfirmed = len(rows)
        for row in rows:
            self._channel.basic_publish("events", row[4], message(row), PERSISTENT, mandatory=True)
        self._sent += len(rows)

    def _confirmed(self, frame: Any) -> None:
        tag = frame.method.delivery_tag
        self._unconfirmed = self._sent - tag if frame.method.multiple else self._unconfirmed - 1
        if self._unconfirmed:
            return
        with self._database.transaction():
            self._database.execute("UPDATE log SET confirmed = %s", [self._sent])
        if self._sent < COUNT:
            self._send_batch()
        else:
            self._connection.ioloop.stop()


class Store:
    """Writes the effects of the received orders."""

    def __init__(self, effect: str) -> None:
        self._effect = effect
        self._batch: list[dict[str, Any]] = []
        self._applied = 0

    def consume(self, declared: threading.Event) -> None:
        """Consume the queue. Returns when all orders are applied."""
        database = psycopg.connect(DATABASE)
        connection = pika.BlockingConnection(pika.URLParameters(RABBITMQ))
        channel = connection.channel()
        channel.exchange_declare("events", "topic", durable=True)
        channel.queue_declare("store", durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind("store", "events", "shop.#")
        channel.basic_qos(prefetch_count=PREFETCH)
        declared.set()
        tag = 0
        for method, _, body in channel.consume("store", inactivity_timeout=0.02):
            if method:
                tag = method.delivery_tag
                self._batch.append(json.loads(body))
            if self._batch and (method is None or len(self._batch) == APPLIED_AT_ONCE):
                self._apply(database)
                channel.basic_ack(tag, multiple=True)
            if self._applied == COUNT:
                return

    def _apply(self, database: Connection) -> None:
        rows = [event["data"] for event in self._batch]
        with database.transaction(), database.cursor() as cursor:
            cursor.execute("SELECT * FROM cursors WHERE source = 'shop' FOR UPDATE")
            if self._effect == "copy":
                cursor.execute(COPY_ALL, {"orders": json.dumps(rows)})
            else:
                for row in rows:
                    (pieces,) = cursor.execute(READ_BACK, row).fetchone() or (0,)
                    cursor.execute(ENTER, {**row, "pieces": pieces})
            self._applied += len(rows)
            cursor.execute(
                "UPDATE cursors SET position = %s, last_event_id = %s WHERE source = 'shop'",
                [self._applied, self._batch[-1]["id"]],
            )
        self._batch.clear()


def message(row: tuple[Any, ...]) -> bytes:
    """The event as the bus sends it."""
    _, position, epoch, event_id, type_, version, subject, time_, correlation_id, data = row
    return (
        f'{{"specversion":"1.0","id":"{event_id}","source":"shop","type":"{type_}",'
        f'"subject":"{subject}","time":"{time_}","datacontenttype":"application/json",'
        f'"dataversion":{version},"epoch":"{epoch}","sequence":"{position:020d}",'
        f'"correlationid":"{correlation_id}","data":{data}}}'
    ).encode()


def fill() -> None:
    """Log the orders."""
    with psycopg.connect(DATABASE) as connection, connection.cursor() as cursor:
        for statement in SCHEMA:
            cursor.execute(statement.encode())
        columns = "event_id, type, version, subject, time, correlation_id, data"
        with cursor.copy(f"COPY outbox ({columns}) FROM STDIN".encode()) as copy:
            for number in range(COUNT):
                copy.write_row(
                    (
                        str(uuid4()),
                        orders.TYPE,
                        1,
                        str(number),
                        "2026-01-31T12:00:00.000000Z",
                        str(uuid4()),
                        orders.order_as_json(number),
                    )
                )


if __name__ == "__main__":
    main(*sys.argv[1:])
