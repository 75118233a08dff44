"""A process killed at random moments loses and doubles nothing that it accepted."""

import random

import pytest

from tests.bus.faults.fixture_types import MakeSite, OpenShop
from tests.bus.faults.shop import ITEMS, Site
from tests.bus.faults.worker import Worker
from tests.services.processes import PATIENCE_SECONDS


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("transport", "database", "kills", "orders"),
    [
        ("memory", "sqlite", 10, 200),
        pytest.param("memory", "sqlite", 50, 1_000, marks=pytest.mark.matrix),
        pytest.param("memory", "postgresql", 50, 1_000, marks=pytest.mark.matrix),
        pytest.param("rabbitmq", "sqlite", 50, 1_000, marks=pytest.mark.matrix),
        pytest.param("rabbitmq", "postgresql", 50, 1_000, marks=pytest.mark.matrix),
    ],
)
def test_events_under_random_kills_equal_the_ledger_of_accepted_commands(
    make_site: MakeSite, open_shop: OpenShop, transport: str, database: str, kills: int, orders: int
) -> None:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    chance = random.Random(seed)
    site = make_site(transport, database)
    shop = open_shop(site)
    accepted: list[tuple[int, int]] = []

    for _ in range(kills):
        accepted += one_life(site, chance, most_orders=int(1.8 * orders / kills))
    with Worker(site) as worker:
        worker.order(chance.choices(ITEMS, k=orders - shop.total("shop")))
        shop.wait_until_placed(orders)
        shop.wait_until_settled()
    accepted += worker.accepted

    placed = shop.numbers("shop")
    ledger = [(item, number) for item, numbers in placed.items() for number in numbers]
    assert len(ledger) == orders
    assert len(accepted) == len(set(accepted))
    assert set(accepted) <= set(ledger)
    shop.assert_everything_in_effect_once_and_in_order()


def one_life(site: Site, chance: random.Random, most_orders: int) -> list[tuple[int, int]]:
    """Start a worker, give it some orders, kill it at some moment; what it accepted."""
    worker = Worker(site)
    # Now and then death comes in the middle of the start.
    if chance.random() < 0.85:
        worker.ready.wait(PATIENCE_SECONDS)
    worker.order(chance.choices(ITEMS, k=chance.randint(0, most_orders)))
    # A broker takes a moment to connect to.
    worker.gone.wait(chance.uniform(0, 0.12 if site.broker is None else 0.5))
    worker.kill()
    return worker.accepted
