"""The front door: all that the app mounts of likes."""

from collections.abc import Mapping, Sequence

from dependency_injector import containers, providers
from litestar import Router

from bus import Database, Participant
from modules.likes import api, pages
from modules.likes.domain import AlreadyLiked, ProductWithdrawn, UnknownProduct
from modules.likes.published import PUBLISHES
from modules.likes.reactions import REACTIONS
from modules.likes.service import Likes
from modules.likes.tables import metadata
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

PROBLEMS: Mapping[type[Exception], int] = {
    UnknownProduct: 404,
    ProductWithdrawn: 409,
    AlreadyLiked: 409,
}
"""Which HTTP status each domain error is."""

LINKS: Sequence[Link] = (Link("Storefront", "/"),)
"""What the navigation shows of it."""


class Container(containers.DeclarativeContainer):
    """The parts of the module, made once each when first asked for."""

    database: providers.Dependency[Database] = providers.Dependency(instance_of=Database)
    participant = providers.ThreadSafeSingleton(
        Participant, "likes", database, REACTIONS, PUBLISHES
    )
    likes = providers.ThreadSafeSingleton(Likes, participant)


def routes(container: Container) -> Sequence[Router]:
    """The JSON that the module serves."""
    return [api.routes(container.likes)]


def page_routes(container: Container) -> Sequence[Router]:
    """The pages that the module serves."""
    return [pages.routes(container.likes, container.participant)]
