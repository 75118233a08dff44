"""The costs of a mode: the time from a like's answer to its effect, and database connections.

The effect is reached when the list of products counts the like, so it includes the time of a GET.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import httpx
import psycopg

from benchmarks import task
from benchmarks.ours.one_at_a_time import PRODUCT, p95, settings
from features.eventually import eventually
from features.shop import Shop, open_shop

AT_ONCE = 16
REQUESTS_EACH = 5 if task.SHORT else 50
WARM_UP = 20


def main(bus: str, database: str, processes: str) -> None:
    """Serve, like one after another, then read and write from many clients."""
    with open_shop(task.FOLDER, settings(bus, database), split=processes == "split") as shop:
        idle = connections()
        product = add_product(shop)
        seconds = [seconds_to_effect(shop, product, n + 1) for n in range(WARM_UP + task.COUNT)]
        measured = seconds[WARM_UP:]
        task.report(
            p50_ms=median(measured) * 1e3,
            p95_ms=p95(measured) * 1e3,
            idle_connections=idle,
            busy_connections=most_connections(shop),
        )


def add_product(shop: Shop) -> int:
    """The id of a new product that can be liked."""
    product = int(httpx.post(f"{shop.url}/api/products", json=PRODUCT).json()["id"])
    eventually(lambda: is_in_storefront(shop, product))
    return product


def is_in_storefront(shop: Shop, product: int) -> None:
    """Assert that the likes module has copied the product."""
    assert product in [each["id"] for each in httpx.get(f"{shop.url}/api/likes").json()]


def seconds_to_effect(shop: Shop, product: int, count: int) -> float:
    """The seconds from the answer to a new visitor's like until the list of products counts it."""
    with httpx.Client(base_url=shop.url) as visitor:
        visitor.post(f"/api/products/{product}/like").raise_for_status()
        answered = time.perf_counter()
        while visitor.get("/api/products").json()[0]["likes"] < count:
            pass
        return time.perf_counter() - answered


def most_connections(shop: Shop) -> int:
    """The most database connections while many clients read and write."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asking = [pool.submit(ask, shop) for _ in range(AT_ONCE)]
        most = 0
        while not all(each.done() for each in asking):
            most = max(most, connections())
    for each in asking:
        each.result()
    return most


def ask(shop: Shop) -> None:
    """Read and write as one of many clients."""
    with httpx.Client(base_url=shop.url, timeout=30) as client:
        for _ in range(REQUESTS_EACH):
            for path in ("/api/products", "/api/likes", "/api/person"):
                client.get(path).raise_for_status()
            client.post("/api/products", json=PRODUCT).raise_for_status()


def connections() -> int:
    """The number of the shop's connections to its database, without this one."""
    counting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    with psycopg.connect(task.DATABASE) as connection:
        [count] = connection.execute(counting).fetchone() or (0,)
    return int(count)


if __name__ == "__main__":
    main(*sys.argv[1:])
