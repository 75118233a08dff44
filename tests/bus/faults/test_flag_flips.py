"""The flag of the distributed mode is flipped both ways while events are under way."""

from dataclasses import replace

import pytest

from tests.bus.faults.fixture_types import MakeSite, NewVhost, OpenShop
from tests.bus.faults.shop import Shop, Site
from tests.services import wait_until

WAITING = 1_000


@pytest.mark.matrix
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_flipping_the_flag_both_ways_loses_and_doubles_nothing(
    make_site: MakeSite, open_shop: OpenShop, new_vhost: NewVhost, database: str
) -> None:
    in_memory = make_site("memory", database)
    first_broker = replace(in_memory, broker=new_vhost())
    # The first broker is gone for good when the flag goes back: this one has seen nothing.
    second_broker = replace(in_memory, broker=new_vhost())
    shop = open_shop(in_memory)

    with shop.bus(first_broker, members=["shop"]):
        shop.place_many(WAITING)
        wait_until(lambda: not shop.status("shop").unsent, what="events in broker queues")
    shop.place_many(WAITING)
    for site in (in_memory, second_broker, in_memory):
        deliver_some(shop, site)
    assert 0 < shop.total("audit") < shop.total("shop")
    # Its queues still hold what the subscribers have had by other ways.
    with shop.bus(first_broker):
        shop.wait_until_settled()

    shop.assert_everything_in_effect_once_and_in_order()


def deliver_some(shop: Shop, site: Site) -> None:
    """Let the subscribers go on for a while, and stop in the middle of it."""
    counted, tallied = shop.total("stock"), shop.total("audit")
    with shop.bus(site):
        wait_until(
            lambda: shop.total("stock") >= counted + 100 and shop.total("audit") >= tallied + 50,
            what=f"some deliveries by {site.broker or 'memory'}",
        )
