"""Two programs that share nothing but a broker: the shop's orders become the store's parcels.

In one terminal, and in another one:

    python two_processes.py store postgresql://localhost/test amqp://localhost
    python two_processes.py shop postgresql://localhost/test amqp://localhost

An order typed into the shop, as `pen 3`, becomes one parcel, whichever program is killed when.
"""

import sys

from sqlalchemy import Column, Integer, MetaData, String, Table, insert

from bus import Bus, Database, Event, Participant, UnitOfWork, on
from bus.transports.rabbitmq import RabbitMQTransport

SUBSCRIBERS = {"store": ["shop"]}  # in every program: nothing is sent before all queues exist


class OrderPlaced(Event, frozen=True, kw_only=True):  # the store may have a copy of its own
    wire_name = "shop.order_placed"
    subject_fields = ("article",)
    article: str
    pieces: int


def table(name: str, schema: str) -> Table:
    columns = Column("article", String), Column("pieces", Integer)
    return Table(name, MetaData(schema=schema), *columns)


orders, parcels = table("orders", "shop"), table("parcels", "store")


def pack_parcel_when_order_placed(event: OrderPlaced, work: UnitOfWork) -> None:
    parcel = {"article": event.article, "pieces": event.pieces}
    work.connection.execute(insert(parcels).values(parcel))


def make_tables(participant: Participant, own: Table) -> None:
    participant.create_tables()  # those of the bus, and the schema
    with participant.unit_of_work() as work:
        own.metadata.create_all(work.connection)


def store(database: str, broker: str) -> None:
    reactions = on(OrderPlaced, pack_parcel_when_order_placed)
    participant = Participant("store", Database(database, "store"), reactions)
    make_tables(participant, parcels)
    with Bus([participant], RabbitMQTransport(broker, SUBSCRIBERS)):
        input("The store packs parcels until you press Enter.\n")


def shop(database: str, broker: str) -> None:
    participant = Participant("shop", Database(database, "shop"), publishes=[OrderPlaced])
    make_tables(participant, orders)
    with Bus([participant], RabbitMQTransport(broker, SUBSCRIBERS)):
        for line in sys.stdin:
            article, pieces = line.split()
            with participant.unit_of_work() as work:  # both are committed, or neither
                work.connection.execute(insert(orders).values(article=article, pieces=int(pieces)))
                work.publish(OrderPlaced(article=article, pieces=int(pieces)))


if __name__ == "__main__":
    {"store": store, "shop": shop}[sys.argv[1]](*sys.argv[2:])
