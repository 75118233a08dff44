"""A database server that dies and comes back is all that happens: the bus goes on by itself."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.bus.faults.fixture_types import MakeSite, OpenShop
from tests.bus.faults.shop import ITEMS
from tests.bus.faults.worker import Worker
from tests.bus.members import World, eventually_equal
from tests.services import PostgresCluster, wait_until


@pytest.fixture
def cluster(own_postgres_cluster: Callable[[], PostgresCluster]) -> PostgresCluster:
    """A database server to be mistreated."""
    return own_postgres_cluster()


@pytest.mark.matrix
@pytest.mark.parametrize("transport", ["memory", "rabbitmq"])
@pytest.mark.parametrize("fault", ["killed", "stopped"])
def test_a_database_server_that_dies_and_returns_loses_and_doubles_nothing(
    make_site: MakeSite,
    open_shop: OpenShop,
    cluster: PostgresCluster,
    transport: str,
    fault: str,
) -> None:
    site = replace(make_site(transport, "sqlite"), database=cluster.new_database())
    shop = open_shop(site)
    with Worker(site) as worker:
        worker.order([*ITEMS] * 40)
        wait_until(lambda: shop.total("audit") > 50, what="deliveries to begin")

        if fault == "killed":
            cluster.kill()
        else:
            cluster.stop()
        worker.order([*ITEMS] * 5)
        cluster.start()
        worker.order([*ITEMS] * 40)

        wait_until(lambda: worker.answered == 85 * len(ITEMS), what="every order answered")
        shop.wait_until_settled()

    placed = shop.numbers("shop")
    ledger = [(item, number) for item, numbers in placed.items() for number in numbers]
    assert set(worker.accepted) <= set(ledger)
    shop.assert_everything_in_effect_once_and_in_order()


@pytest.mark.matrix
def test_effects_outlast_a_server_that_dies_at_once(
    cluster: PostgresCluster, tmp_path: Path
) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        # So it would forget what nobody waits for.
        connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.execute("SELECT pg_reload_conf()")
    world = World("memory-postgresql", tmp_path, cluster.new_database(), "")
    shop, stock = world.shop_and_stock()
    with world.running(shop, stock):
        shop.place("pen", 1, 2)
        eventually_equal(stock.numbers, [1, 2])

        cluster.kill()
        cluster.start()

        eventually_equal(stock.numbers, [1, 2])
    world.close()
