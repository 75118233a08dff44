"""The time of a write over RabbitMQ and PostgreSQL while the broker is up, or stopped."""

import sys
import time
from statistics import median

import httpx

from benchmarks import task
from benchmarks.ours.one_at_a_time import PRODUCT, p95, settings
from features.shop import Shop, open_shop
from tests.services import RabbitNode
from tests.services.processes import Lifeline

WARM_UP = 20


def main(broker: str) -> None:
    """Serve with a private broker, and add products one after another. All must be added."""
    folder = task.FOLDER / "broker"
    folder.mkdir(mode=0o700)
    lifeline = Lifeline(task.FOLDER / "lifeline")
    with RabbitNode(folder, lifeline.path) as node:
        chosen = {**settings("rabbitmq", "postgresql"), "APP_RABBITMQ_URL": node.url()}
        with open_shop(task.FOLDER, chosen) as shop:
            write(shop, WARM_UP)
            if broker == "stopped":
                node.stop()
            seconds = write(shop, task.COUNT)
    task.report(p50_ms=median(seconds) * 1e3, p95_ms=p95(seconds) * 1e3)


def write(shop: Shop, writes: int) -> list[float]:
    """The seconds of each write."""
    seconds = []
    with httpx.Client(base_url=shop.url) as client:
        for _ in range(writes):
            began = time.perf_counter()
            answer = client.post("/api/products", json=PRODUCT)
            seconds.append(time.perf_counter() - began)
            answer.raise_for_status()
    return seconds


if __name__ == "__main__":
    main(*sys.argv[1:])
