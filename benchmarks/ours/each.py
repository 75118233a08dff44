"""Places orders with a transaction and an event each, until the store has all: `each`."""

import time

from sqlalchemy import text

from benchmarks import orders
from benchmarks.ours.world import NAMED, OrderPlaced, World
from benchmarks.task import COUNT, report

PLACE = text(orders.COPY.format(store="shop.", **NAMED))


def main() -> None:
    """Place orders one after another, while the store copies them."""
    world = World("memory", "copy")
    with world.shop.database.transaction() as connection:
        connection.execute(text(orders.STORE_TABLES[0].format(store="shop.")))
    with world.bus:
        began = time.perf_counter()
        for number in range(COUNT):
            place(world, number)
        world.wait_for_position(COUNT)
        report(rate=COUNT / (time.perf_counter() - began))


def place(world: World, number: int) -> None:
    """Place one order and publish its event."""
    order = orders.order(number)
    with world.shop.unit_of_work() as work:
        work.connection.execute(PLACE, order)
        work.publish(OrderPlaced(**order))  # type: ignore[arg-type]  # its values have many types


if __name__ == "__main__":
    main()
