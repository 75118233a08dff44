"""The latency of one order with bare drivers.

`latency memory` runs two transactions on SQLite files; with `one wait` only the first waits for the
disk. `latency rabbitmq` runs a transaction, publish, confirm, consume, and a transaction on
PostgreSQL.
"""

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from statistics import median

import pika
import psycopg

from benchmarks import orders
from benchmarks.task import COUNT, DATABASE, FOLDER, RABBITMQ, report

OUTBOX = "CREATE TABLE outbox (id BIGINT PRIMARY KEY, data TEXT)"
CURSOR = "CREATE TABLE cursors (source TEXT PRIMARY KEY, position BIGINT)"
MOVE = "UPDATE cursors SET position = position + 1 WHERE source = 'shop'"
START = "INSERT INTO cursors VALUES ('shop', 0)"
COLUMNS = ("order_id", "article", "pieces", "note")


def main(transport: str, waits: str = "") -> None:
    """Place one order after another."""
    do = memory("NORMAL" if waits else "FULL") if transport == "memory" else rabbitmq()
    seconds = []
    for number in range(COUNT):
        began = time.perf_counter()
        do(number)
        seconds.append(time.perf_counter() - began)
    report(p50=median(seconds[COUNT // 10 :]) * 1e3)


def memory(synchronous: str) -> Callable[[int], None]:
    """Use two SQLite files; `synchronous` is the durability of the second one's commits."""
    shop, store = _sqlite("shop", "FULL"), _sqlite("store", synchronous)
    shop.execute(OUTBOX)
    for statement in (CURSOR, START):
        store.execute(statement)
    copy = orders.COPY.format(store="", **{name: f":{name}" for name in COLUMNS})

    def do(number: int) -> None:
        shop.execute("BEGIN IMMEDIATE")
        shop.execute(copy, orders.order(number))
        shop.execute("INSERT INTO outbox VALUES (?, ?)", (number, orders.order_as_json(number)))
        shop.execute("COMMIT")
        (data,) = shop.execute("SELECT data FROM outbox WHERE id = ?", (number,)).fetchone()
        store.execute("BEGIN IMMEDIATE")
        store.execute(copy, json.loads(data))
        store.execute(MOVE)
        store.execute("COMMIT")

    return do


def rabbitmq() -> Callable[[int], None]:
    """Use two schemas in one database, and a quorum queue."""
    database = psycopg.connect(DATABASE)
    for schema in ("shop", "store"):
        database.execute(f"CREATE SCHEMA {schema}".encode())
        database.execute(orders.STORE_TABLES[0].format(store=f"{schema}.").encode())
    for statement in (OUTBOX, CURSOR, START):
        database.execute(statement.encode())
    database.commit()
    channels = [pika.BlockingConnection(pika.URLParameters(RABBITMQ)).channel() for _ in range(2)]
    sending, receiving = channels
    sending.confirm_delivery()
    receiving.queue_declare("store", durable=True, arguments={"x-queue-type": "quorum"})
    deliveries = receiving.consume("store")
    properties = pika.BasicProperties(delivery_mode=2)
    named = {name: f"%({name})s" for name in COLUMNS}
    place, copy = (orders.COPY.format(store=f"{s}.", **named).encode() for s in ("shop", "store"))

    def do(number: int) -> None:
        with database.transaction():
            database.execute(place, orders.order(number))
            row = [number, orders.order_as_json(number)]
            database.execute("INSERT INTO outbox VALUES (%s, %s)", row)
        sending.basic_publish("", "store", orders.order_as_json(number), properties)
        method, _, body = next(deliveries)
        with database.transaction():
            database.execute(copy, json.loads(body or b""))
            database.execute(MOVE.encode())
        receiving.basic_ack(method.delivery_tag if method else 0)

    return do


def _sqlite(name: str, synchronous: str) -> sqlite3.Connection:
    connection = sqlite3.connect(FOLDER / f"{name}.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute(orders.STORE_TABLES[0].format(store=""))
    return connection


if __name__ == "__main__":
    main(*sys.argv[1:])
