"""The ways in which a shop is set up: its transport, its database, and how many processes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from features.shop import Shop, open_shop
from tests.services.plugin import empty_database, empty_vhost

TOPOLOGIES = [
    "memory-sqlite",
    "rabbitmq-postgresql",
    pytest.param("memory-postgresql", marks=pytest.mark.matrix),
    # One process per module.
    pytest.param("rabbitmq-postgresql-split", marks=pytest.mark.matrix),
]


@contextmanager
def open_shop_on(
    topology: str, request: pytest.FixtureRequest, folder: Path, **settings: str
) -> Iterator[Shop]:
    """A shop on a topology, with a database and a virtual host of its own, until the block ends."""
    parts = topology.split("-")
    with ExitStack() as stack:
        settings["APP_DATABASE_URL"] = f"sqlite:///{folder}/{{module}}.db"
        if "postgresql" in parts:
            settings["APP_DATABASE_URL"] = stack.enter_context(empty_database(request))
        if "rabbitmq" in parts:
            settings["APP_BUS"] = "rabbitmq"
            settings["APP_RABBITMQ_URL"] = stack.enter_context(empty_vhost(request))
        yield stack.enter_context(open_shop(folder, settings, split="split" in parts))
