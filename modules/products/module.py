"""The front door: all that the app mounts of products."""

from collections.abc import Mapping, Sequence

from dependency_injector import containers, providers
from litestar import Router

from bus import Database, Participant
from modules.products import api, pages
from modules.products.domain import UnknownProduct
from modules.products.published import PUBLISHES
from modules.products.reactions import REACTIONS
from modules.products.service import Products
from modules.products.tables import metadata
from web.pages import Link

__all__ = [
    "LINKS",
    "PROBLEMS",
    "PUBLISHES",
    "REACTIONS",
    "Container",
    "metadata",
    "page_routes",
    "routes",
]

PROBLEMS: Mapping[type[Exception], int] = {UnknownProduct: 404}
"""Which HTTP status each domain error is."""

LINKS: Sequence[Link] = (Link("Products", "/admin/products", "admin"),)
"""What the navigation shows of it."""


class Container(containers.DeclarativeContainer):
    """The parts of the module, made once each when first asked for."""

    database: providers.Dependency[Database] = providers.Dependency(instance_of=Database)
    participant = providers.ThreadSafeSingleton(
        Participant, "products", database, REACTIONS, PUBLISHES
    )
    products = providers.ThreadSafeSingleton(Products, participant)


def routes(container: Container) -> Sequence[Router]:
    """The JSON that the module serves."""
    return [api.routes(container.products, container.participant)]


def page_routes(container: Container) -> Sequence[Router]:
    """The pages that the module serves."""
    return [pages.routes(container.products, container.participant)]
