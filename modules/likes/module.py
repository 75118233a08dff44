"""The front door: all that the app mounts of likes."""

from dependency_injector import providers

from modules import Module, Parts
from modules.likes import api, pages
from modules.likes.domain import AlreadyLiked, ProductWithdrawn, UnknownProduct
from modules.likes.published import PUBLISHES
from modules.likes.reactions import REACTIONS
from modules.likes.service import Likes
from modules.likes.tables import metadata
from web.pages import Link


class LikesParts(Parts):
    """The service of the module."""

    likes = providers.ThreadSafeSingleton(Likes, Parts.participant)


MODULE = Module(
    tables=metadata,
    parts=LikesParts,
    publishes=PUBLISHES,
    reactions=REACTIONS,
    optional_sources=["products"],
    problems={UnknownProduct: 404, ProductWithdrawn: 409, AlreadyLiked: 409},
    routes=lambda parts: [api.routes(parts.likes)],
    pages=lambda parts: [pages.routes(parts.likes, parts.participant)],
    public=[
        "GET /api/likes",
        "POST /api/products/{product_id}/like",
        "DELETE /api/products/{product_id}/like",
        "GET /",
        "POST /products/{product_id}/like",
        "POST /products/{product_id}/unlike",
        "GET /live/likes",
    ],
    links=[Link("Storefront", "/", place=1)],
)
