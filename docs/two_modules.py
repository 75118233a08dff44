"""Two modules and the bus, without a web server or an injector.

python -m docs.two_modules
"""

import tempfile
import time
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, update

from bus import Bus, Database, Event, MemoryTransport, Participant, UnitOfWork, on


class OrderPlaced(Event, frozen=True, kw_only=True):  # in the shop's published.py
    wire_name = "shop.order_placed"
    subject_fields = ("article",)
    article: str
    pieces: int


stock = Table("stock", MetaData(schema="store"), Column("article", String), Column("left", Integer))


def take_from_stock_when_order_placed(event: OrderPlaced, work: UnitOfWork) -> None:
    left = stock.c.left - event.pieces
    work.connection.execute(update(stock).where(stock.c.article == event.article).values(left=left))


def order_three_pens_of_ten(folder: Path) -> int:
    shop = Participant("shop", Database(f"sqlite:///{folder}/shop.db", "shop"))
    reactions = on(OrderPlaced, take_from_stock_when_order_placed)
    store = Participant("store", Database(f"sqlite:///{folder}/store.db", "store"), reactions)
    shop.create_tables()
    store.create_tables()
    with store.unit_of_work() as work:
        stock.metadata.create_all(work.connection)
        work.connection.execute(insert(stock).values(article="pen", left=10))
    with Bus([shop, store], MemoryTransport()):
        with shop.unit_of_work() as work:  # the order's own row would be written here as well
            work.publish(OrderPlaced(article="pen", pieces=3))
        while (left := pens_left(store)) == 10:
            time.sleep(0.001)
    return left


def pens_left(store: Participant) -> int:
    with store.database.snapshot() as connection:
        left: int = connection.execute(select(stock.c.left)).scalar_one()
    return left


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(order_three_pens_of_ten(Path(folder)), "pens left")
