"""What each mode costs: from a like's commit to its effect, and connections to PostgreSQL.

    python -m benchmarks.modes [LIKES]

Each mode in turn on a broker and a database server of its own. The effect is seen when the list of
products shows the like, so the time of one GET is part of it.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx
import psycopg

from benchmarks.broker_away import PRODUCT, p95
from features.eventually import eventually
from features.shop import Shop, open_shop
from tests.services import PostgresCluster, RabbitNode
from tests.services.processes import Lifeline

AT_ONCE = 16
REQUESTS_EACH = 50
WARM_UP = 20

MODES: Mapping[str, tuple[str, bool, bool]] = {
    "memory, SQLite": ("memory", False, False),
    "memory, PostgreSQL": ("memory", True, False),
    "RabbitMQ, PostgreSQL, one process": ("rabbitmq", True, False),
    "RabbitMQ, PostgreSQL, a process per module": ("rabbitmq", True, True),
}
"""Per mode the bus, whether it is on PostgreSQL, and whether it is split."""


def main(likes: int = 200) -> None:
    """Measure and print the table."""
    print(
        f"{likes} likes; {AT_ONCE} requests at once   p50 ms   p95 ms   idle   busy (connections)"
    )
    with tempfile.TemporaryDirectory() as name, services(Path(name)) as (node, cluster):
        for mode, (bus, on_postgresql, split) in MODES.items():
            folder = Path(name) / mode.replace(", ", "-").replace(" ", "-")
            folder.mkdir()
            url = cluster.new_database() if on_postgresql else f"sqlite:///{folder}/{{module}}.db"
            settings = {
                "APP_BUS": bus,
                "APP_RABBITMQ_URL": node.new_vhost(),
                "APP_DATABASE_URL": url,
            }
            with open_shop(folder, settings, split=split) as shop:
                print(f"{mode:43}{figures(shop, likes, on_postgresql)}", flush=True)


@contextmanager
def services(folder: Path) -> Iterator[tuple[RabbitNode, PostgresCluster]]:
    """A broker and a database server in this folder."""
    folder.chmod(0o711)  # the database server runs as another user
    for name in ("broker", "database"):
        (folder / name).mkdir(mode=0o700)
    lifeline = Lifeline(folder / "lifeline")
    with (
        RabbitNode(folder / "broker", lifeline.path) as node,
        PostgresCluster(folder / "database", lifeline.path) as cluster,
    ):
        yield node, cluster


def figures(shop: Shop, likes: int, on_postgresql: bool) -> str:
    """One line of the table."""
    idle = connections(shop) if on_postgresql else ""
    product = add_product(shop)
    seconds = [seconds_to_effect(shop, product, count + 1) for count in range(WARM_UP + likes)]
    measured = seconds[WARM_UP:]
    busy = most_connections(shop) if on_postgresql else ""
    return f"{median(measured) * 1e3:8.1f} {p95(measured) * 1e3:8.1f} {idle:>6} {busy:>6}"


def add_product(shop: Shop) -> int:
    """The id of a product that can be liked already."""
    product = int(httpx.post(f"{shop.url}/api/products", json=PRODUCT).json()["id"])
    eventually(lambda: is_in_storefront(shop, product))
    return product


def is_in_storefront(shop: Shop, product: int) -> None:
    """The likes module has heard of it."""
    assert product in [each["id"] for each in httpx.get(f"{shop.url}/api/likes").json()]


def seconds_to_effect(shop: Shop, product: int, count: int) -> float:
    """How long after the answer to a new visitor's like the list of products counts it."""
    with httpx.Client(base_url=shop.url) as visitor:
        visitor.post(f"/api/products/{product}/like").raise_for_status()
        answered = time.perf_counter()
        while visitor.get("/api/products").json()[0]["likes"] < count:
            pass
        return time.perf_counter() - answered


def most_connections(shop: Shop) -> int:
    """The most of them while all modules that have lists are asked at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asking = [pool.submit(ask, shop) for _ in range(AT_ONCE)]
        most = 0
        while not all(each.done() for each in asking):
            most = max(most, connections(shop))
    for each in asking:
        each.result()
    return most


def ask(shop: Shop) -> None:
    """Read and write, as one of many."""
    with httpx.Client(base_url=shop.url, timeout=30) as client:
        for _ in range(REQUESTS_EACH):
            for path in ("/api/products", "/api/likes", "/api/person"):
                client.get(path).raise_for_status()
            client.post("/api/products", json=PRODUCT).raise_for_status()


def connections(shop: Shop) -> int:
    """How many clients this shop is of its database."""
    server, _, database = shop.database_url.rpartition("/")
    counting = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(f"{server}/postgres") as connection:
        [count] = connection.execute(counting, (database,)).fetchone() or (0,)
    return int(count)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
