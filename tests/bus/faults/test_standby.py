"""Of two that serve the same participants one stands by, in good health, and may take over."""

import random
from contextlib import closing
from dataclasses import replace

import pytest

from bus import Bus
from tests.bus.faults.fixture_types import MakeSite, OpenShop
from tests.bus.faults.shop import ITEMS, Shop
from tests.bus.faults.worker import Worker
from tests.services import wait_until
from tests.services.processes import SECONDS_TO_TAKE_OVER

SECONDS_BETWEEN_CHECKS = 1.0
SECONDS_OF_QUIET = 3.5


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


@pytest.mark.matrix
def test_a_standby_that_is_served_nothing_is_well_all_the_time(
    make_site: MakeSite, open_shop: OpenShop
) -> None:
    site = make_site("rabbitmq", "postgresql")
    site = replace(site, seconds_between_checks=SECONDS_BETWEEN_CHECKS)
    shop = open_shop(site)
    with closing(Shop(site)) as same, shop.bus() as first, same.bus() as second:
        shop.place_many(7)
        shop.wait_until_settled()
        wait_until(lambda: is_consuming(first) and is_consuming(second), what="both to be well")

        with pytest.raises(TimeoutError):
            wait_until(
                lambda: not (is_consuming(first) and is_consuming(second)),
                what="one to be ill",
                timeout=SECONDS_OF_QUIET,
            )


def is_consuming(bus: Bus) -> bool:
    """Whether events can reach every participant that listens."""
    return "away" not in [bus.status(each, brief=True).consumer for each in bus.participants]
