"""What a write takes while the broker is away, against the same while it is there.

    python -m benchmarks.broker_away [WRITES]

A server on RabbitMQ and PostgreSQL, both its own, gets products one after another, in turns with
the broker up and stopped.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import httpx

from features.eventually import eventually
from features.shop import Shop, open_shop
from tests.services import PostgresCluster, RabbitNode
from tests.services.processes import Lifeline

ROUNDS = 3
PRODUCT = {"title": "mug", "description": "", "image": "image"}


def main(writes: int = 300) -> None:
    """Measure and print the table."""
    with running_shop() as (shop, node):
        measure(shop, writes)  # not counted: it warms up
        seconds: dict[str, list[float]] = {"up": [], "stopped": []}
        for _ in range(ROUNDS):
            seconds["up"] += measure(shop, writes)
            node.stop()
            seconds["stopped"] += measure(shop, writes)
            node.start()
            eventually(lambda: nothing_waits(shop), within=60)
    print(f"{ROUNDS} rounds of {writes} writes each   p50 ms   p95 ms")
    for name, measured in seconds.items():
        print(f"{'broker ' + name:31} {median(measured) * 1e3:8.2f} {p95(measured) * 1e3:8.2f}")
    print(f"ratio of the medians {median(seconds['stopped']) / median(seconds['up']):18.2f}")


@contextmanager
def running_shop() -> Iterator[tuple[Shop, RabbitNode]]:
    """A served shop, and the broker that it uses."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)  # the database server runs as another user
        (folder / "broker").mkdir(mode=0o700)
        (folder / "database").mkdir(mode=0o700)
        (folder / "shop").mkdir()
        lifeline = Lifeline(folder / "lifeline")
        with (
            RabbitNode(folder / "broker", lifeline.path) as node,
            PostgresCluster(folder / "database", lifeline.path) as cluster,
        ):
            settings = {
                "APP_BUS": "rabbitmq",
                "APP_RABBITMQ_URL": node.url(),
                "APP_DATABASE_URL": cluster.new_database(),
            }
            with open_shop(folder / "shop", settings) as shop:
                yield shop, node


def measure(shop: Shop, writes: int) -> list[float]:
    """Seconds that each write took; all must succeed."""
    seconds = []
    with httpx.Client(base_url=shop.url) as client:
        for _ in range(writes):
            began = time.perf_counter()
            answer = client.post("/api/products", json=PRODUCT)
            seconds.append(time.perf_counter() - began)
            answer.raise_for_status()
    return seconds


def nothing_waits(shop: Shop) -> None:
    """Every event was delivered."""
    products, copies = (
        httpx.get(f"{shop.url}{path}", params={"limit": 1}).headers["X-Total-Count"]
        for path in ("/api/products", "/api/likes")
    )
    assert products == copies


def p95(measured: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(measured, n=20)[-1]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
