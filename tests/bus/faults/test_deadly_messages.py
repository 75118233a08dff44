"""A message that kills its process ends as a dead letter, and holds up its own subject alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bus.admin import DeadLetterFilter, State
from tests.bus.faults.fixture_types import MakeSite, OpenShop
from tests.bus.faults.shop import ITEMS, Shop, Site
from tests.bus.faults.worker import Worker
from tests.services import wait_until

ORDERS_PER_ITEM = 12
MOST_LIVES = 30
matrix = pytest.mark.matrix


@pytest.mark.parametrize(
    ("transport", "database", "number"),
    [
        pytest.param("memory", "sqlite", 1, id="memory-the_first"),
        pytest.param(
            "memory",
            "sqlite",
            8,
            id="memory-beyond_the_first_window",
            marks=matrix,
        ),
        pytest.param("rabbitmq", "postgresql", 1, id="rabbitmq-the_first", marks=matrix),
        pytest.param(
            "rabbitmq",
            "postgresql",
            8,
            id="rabbitmq-beyond_the_first_window",
            marks=matrix,
        ),
    ],
)
def test_a_message_that_kills_its_process_ends_as_a_dead_letter(
    make_site: MakeSite, open_shop: OpenShop, transport: str, database: str, number: int
) -> None:
    healthy = replace(make_site(transport, database), attempts=3)
    deadly = replace(healthy, deadly=(3, number))
    shop = open_shop(healthy)
    shop.place_many(ORDERS_PER_ITEM * len(ITEMS))
    letters = shop.letters("stock")

    supervise(deadly, shop)

    total, (dead,) = letters.messages(state=State.DEAD)
    assert (total, dead.subject, dead.attempts) == (1, "3", 3)
    assert "ProcessDied" in dead.causes[-1]["error"]
    assert letters.messages(state=State.WAITING)[0] == ORDERS_PER_ITEM - number
    placed, counted = shop.numbers("shop"), shop.numbers("stock")
    assert counted.pop(3, []) == placed.pop(3)[: number - 1]
    assert counted == placed

    with Worker(healthy):
        letters.redrive(DeadLetterFilter(id=dead.id))
        shop.wait_until_settled()
    shop.assert_everything_in_effect_once_and_in_order()


def supervise(site: Site, shop: Shop) -> None:
    """Start the process again whenever it dies, until all that can be done is done."""

    def is_done() -> bool:
        stock, audit = shop.status("stock"), shop.status("audit")
        return (
            stock.dead == 1
            and shop.total("stock") + stock.waiting + 1 == shop.total("shop")
            and shop.total("audit") == shop.total("stock")
            and not (stock.retrying or audit.retrying or audit.waiting)
        )

    for _ in range(MOST_LIVES):
        worker = Worker(site)
        if has_survived(worker, is_done):
            worker.stop()
            return
        worker.kill()
    raise AssertionError(f"the process still dies after {MOST_LIVES} lives")


def has_survived(worker: Worker, is_done: Callable[[], bool]) -> bool:
    """Wait until the worker died or all is done; whether it lives."""
    wait_until(lambda: worker.gone.is_set() or is_done(), what="the dead letter")
    return not worker.gone.is_set()
