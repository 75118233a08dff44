"""The front door: all that the app mounts of products."""

from collections.abc import Mapping, Sequence

from dependency_injector import containers, providers
from litestar import Router

from bus.database import Database
from bus.participant import Participant
from modules.products import api
from modules.products.domain import UnknownProduct
from modules.products.published import PUBLISHES
from modules.products.reactions import REACTIONS
from modules.products.service import Products
from modules.products.tables import metadata

__all__ = ["PROBLEMS", "REACTIONS", "Container", "metadata", "routes"]

PROBLEMS: Mapping[type[Exception], int] = {UnknownProduct: 404}
"""Which HTTP status each domain error is."""


class Container(containers.DeclarativeContainer):
    """The parts of the module, made once each when first asked for."""

    database: providers.Dependency[Database] = providers.Dependency(instance_of=Database)
    participant = providers.ThreadSafeSingleton(
        Participant, "products", database, REACTIONS, PUBLISHES
    )
    products = providers.ThreadSafeSingleton(Products, participant)


def routes(container: Container) -> Sequence[Router]:
    """What the module serves."""
    return [api.routes(container.products, container.participant)]
