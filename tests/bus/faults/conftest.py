"""A shop on each pairing of transport and database."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bus.faults.fixture_types import MakeSite, NewVhost, OpenShop
from tests.bus.faults.shop import Shop, Site
from tests.services.plugin import empty_vhost


@pytest.fixture
def make_site(request: pytest.FixtureRequest, tmp_path: Path) -> MakeSite:
    """Name a site by its transport (memory, rabbitmq) and database (sqlite, postgresql)."""

    def make(transport: str, database: str) -> Site:
        files = f"sqlite:///{tmp_path}/{{name}}.db"
        return Site(
            broker=None if transport == "memory" else request.getfixturevalue("rabbitmq_url"),
            database=files if database == "sqlite" else request.getfixturevalue("postgres_url"),
        )

    return make


@pytest.fixture
def open_shop() -> Iterator[OpenShop]:
    """Open a shop with empty tables on a site."""
    shops: list[Shop] = []

    def open_on(site: Site) -> Shop:
        shop = Shop(site)
        shops.append(shop)
        shop.create_tables()
        return shop

    yield open_on
    for shop in shops:
        shop.close()


@pytest.fixture
def new_vhost(request: pytest.FixtureRequest) -> Iterator[NewVhost]:
    """Make as many empty virtual hosts as wanted; for one another they are different brokers."""
    with ExitStack() as vhosts:
        yield lambda: vhosts.enter_context(empty_vhost(request))
