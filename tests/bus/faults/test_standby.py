"""Of two processes that serve the same participants, one may be killed: the other takes over."""

import random

import pytest

from tests.bus.faults.conftest import MakeSite, OpenShop
from tests.bus.faults.shop import ITEMS
from tests.bus.faults.worker import Worker
from tests.services import wait_until

SECONDS_TO_TAKE_OVER = 5


@pytest.mark.parametrize("when", ["idle", "busy"])
def test_a_standby_takes_over_within_seconds_and_nothing_is_lost_or_doubled(
    make_site: MakeSite, open_shop: OpenShop, when: str
) -> None:
    site = make_site("rabbitmq", "postgresql")
    shop = open_shop(site)
    first = Worker(site)
    wait_until(lambda: all(first.relays().values()), what="the first process to relay")
    first.order(ITEMS)
    # The first to consume is the active consumer.
    shop.wait_until_settled()
    with Worker(site) as second:
        assert not any(second.relays().values())
        first.order(random.choices(ITEMS, k=200))
        if when == "idle":
            shop.wait_until_settled()
        else:
            wait_until(lambda: shop.total("stock") > 60, what="the first process to be busy")

        first.kill()
        counted = shop.total("stock")
        second.order([1])
        wait_until(
            lambda: all(second.relays().values()) and shop.total("stock") > counted,
            what="the standby to take over",
            timeout=SECONDS_TO_TAKE_OVER,
        )
        shop.wait_until_settled()

    shop.assert_everything_in_effect_once_and_in_order()
