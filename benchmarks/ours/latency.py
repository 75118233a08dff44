"""The time from the start of an order's transaction to its effect: `latency TRANSPORT`."""

import sys
import time
from statistics import median

from sqlalchemy import text

from benchmarks import orders
from benchmarks.ours.each import place
from benchmarks.ours.world import World
from benchmarks.task import COUNT, report


def main(transport: str) -> None:
    """Place orders, each after the effect of the one before."""
    world = World(transport, "copy")
    with world.shop.database.transaction() as connection:
        connection.execute(text(orders.STORE_TABLES[0].format(store="shop.")))
    seconds = []
    with world.bus:
        for number in range(COUNT):
            began = time.perf_counter()
            place(world, number)
            world.wait_for_position(number + 1)
            seconds.append(time.perf_counter() - began)
    report(p50=median(seconds[COUNT // 10 :]) * 1e3)


if __name__ == "__main__":
    main(*sys.argv[1:])
