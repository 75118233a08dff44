"""The JSON API of likes and the storefront."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from modules.likes.domain import AlreadyLiked, ProductWithdrawn, StorefrontProduct
from modules.likes.service import Likes
from web.answers import created
from web.injection import provided
from web.paging import Page, paged
from web.session import Visitor

LikesService = SkipValidation[NamedDependency[Likes]]
ThisVisitor = SkipValidation[NamedDependency[Visitor]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Liked:
    """The answer to a like, with the number of likes that the product has now."""

    message: Literal["success"] = "success"
    likes: int


@get("/api/likes", sync_to_thread=True)
def show_storefront(
    likes: LikesService, visitor: ThisVisitor, page: NamedDependency[Page]
) -> Response[list[StorefrontProduct]]:
    """List the active products with their likes. `q` searches title and description."""
    found, total = likes.storefront(
        visitor.id, containing=page.q, limit=page.limit, offset=page.offset
    )
    return paged(found, total, page)


@post(
    "/api/products/{product_id:int}/like",
    sync_to_thread=True,
    problems=[ProductWithdrawn, AlreadyLiked],
)
def like_product(
    likes: LikesService, visitor: ThisVisitor, product_id: FromPath[int]
) -> Response[Liked]:
    """Like a product, once."""
    count = likes.like(product_id, visitor.id)
    return created(Liked(likes=count), at=f"/api/products/{product_id}")


@delete("/api/products/{product_id:int}/like", sync_to_thread=True)
def unlike_product(likes: LikesService, visitor: ThisVisitor, product_id: FromPath[int]) -> None:
    """Remove the like, if there is one."""
    likes.unlike(product_id, visitor.id)


def routes(likes: Callable[[], Likes]) -> Router:
    """The JSON routes of the module, for the service that `likes` provides."""
    return Router(
        "/",
        route_handlers=[show_storefront, like_product, unlike_product],
        dependencies={"likes": provided(likes)},
        tags=["likes"],
    )
