"""A process killed at random moments leaves nothing behind of what was erased meanwhile."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bus.admin import logged_events
from tests.bus.faults.fixture_types import MakeSite, OpenShop
from tests.bus.faults.shop import ERASURE, ITEMS, Shop, Site
from tests.bus.faults.worker import Worker
from tests.services import wait_until
from tests.services.processes import PATIENCE_SECONDS

ERASED, KEPT = ITEMS[:5], ITEMS[5:]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("transport", "database"),
    [
        ("memory", "sqlite"),
        pytest.param("rabbitmq", "postgresql", marks=pytest.mark.matrix),
        pytest.param("memory", "postgresql", marks=pytest.mark.matrix),
        pytest.param("rabbitmq", "sqlite", marks=pytest.mark.matrix),
    ],
)
def test_nothing_is_left_of_what_was_erased_while_processes_were_killed(
    make_site: MakeSite, open_shop: OpenShop, transport: str, database: str
) -> None:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    chance = random.Random(seed)
    # The first item to be erased has a dead letter, and all its other events wait behind it.
    site = replace(make_site(transport, database), unspeakable=(ERASED[0], 1))
    shop = open_shop(site)
    shop.place_many(70)
    with Worker(replace(site, attempts=2)):
        wait_until(lambda: shop.status("stock").dead == 1, what="the dead letter")

    for item in ERASED:
        one_life(site, shop, item, range(item + 1, ITEMS.stop), chance)
    with Worker(site):
        shop.wait_until_caught_up()

    for name in ("stock", "audit"):
        numbers = shop.numbers(name)
        for item in ERASED:
            assert_in_order_then_erased(numbers.pop(item))
        assert numbers == {item: shop.numbers("shop")[item] for item in KEPT}
        assert shop.letters(name).messages(state=None) == (0, [])
    for name in ("shop", "stock"):
        assert {item for item in ERASED if not is_empty(shop, name, item)} == set()


def one_life(
    site: Site, shop: Shop, item: int, others: Sequence[int], chance: random.Random
) -> None:
    """Kill a worker at some moment, an item being erased while others are ordered."""
    worker = Worker(site)
    worker.ready.wait(PATIENCE_SECONDS)
    worker.order(chance.choices(others, k=chance.randint(0, 10)))
    shop.erase(item)
    worker.order(chance.choices(others, k=chance.randint(0, 10)))
    # A broker takes a moment to connect to.
    worker.gone.wait(chance.uniform(0, 0.12 if site.broker is None else 0.5))
    worker.kill()


def assert_in_order_then_erased(numbers: list[int]) -> None:
    # How many depends on what had been delivered when they were forgotten.
    assert numbers == [*sorted(set(numbers) - {ERASURE}), ERASURE]


def is_empty(shop: Shop, name: str, item: int) -> bool:
    """Whether the log has nothing of an item but its erasure."""
    participant = shop.participants[name]
    with participant.database.snapshot() as connection:
        events = logged_events(connection, participant.tables, subject=str(item), limit=1000)
    return [event.data for event in events if event.data] == [{"item": item}]
