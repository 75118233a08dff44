"""The HTML pages of the storefront, where visitors see and like products."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Stream

from bus import Participant
from modules.likes.domain import AlreadyLiked, ProductWithdrawn, StorefrontProduct, UnknownProduct
from modules.likes.service import Likes
from web.etag import etag_of
from web.flash import FlashWords
from web.forms import SentForm
from web.injection import provided
from web.live import LiveStreams
from web.pages import local, page
from web.paging import Page, pages_of, places, relative
from web.session import Visitor

CARDS_PER_PAGE = 24

GONE = "This product has just left the shop: it was withdrawn or deleted."

LikesService = SkipValidation[NamedDependency[Likes]]
ThisParticipant = SkipValidation[NamedDependency[Participant]]
ThisVisitor = SkipValidation[NamedDependency[Visitor]]


@get("/", sync_to_thread=True)
def show_storefront(
    request: Request[Any, Any, Any],
    likes: LikesService,
    visitor: ThisVisitor,
    page_: NamedDependency[Page],
) -> Response[Any]:
    """Show the active products as cards.

    A script gets only the list, or only the likes if it shows the same products already.
    """
    found, total = likes.storefront(
        visitor.id, containing=page_.q, limit=page_.limit, offset=page_.offset
    )
    shown = _fingerprint(found)
    context: dict[str, Any] = {
        "products": found,
        "page": page_,
        "places": places(page_, total),
        "here": relative(request.url),
        "shown": shown,
    }
    if "hx-request" not in request.headers:
        return page("likes/storefront.html", **context)
    if request.headers.get("x-shown") == shown:
        answer = page("likes/counts.html", **context)
        answer.headers["HX-Reswap"] = "none"
        return answer
    return page("likes/list.html", **context)


@post("/products/{product_id:int}/like", sync_to_thread=True)
def like_product(
    request: Request[Any, Any, Any],
    likes: LikesService,
    visitor: ThisVisitor,
    flash: FlashWords,
    form: SentForm,
    product_id: FromPath[int],
) -> Response[Any]:
    """Like a product, if the visitor does not like it already."""
    try:
        with suppress(AlreadyLiked):
            likes.like(product_id, visitor.id)
        product = likes.find(product_id, visitor.id)
    except (UnknownProduct, ProductWithdrawn):
        return _product_gone(request, flash, form["_back"], product_id)
    return _show_product(request, flash, form["_back"], product)


@post("/products/{product_id:int}/unlike", sync_to_thread=True)
def unlike_product(
    request: Request[Any, Any, Any],
    likes: LikesService,
    visitor: ThisVisitor,
    flash: FlashWords,
    form: SentForm,
    product_id: FromPath[int],
) -> Response[Any]:
    """Remove the like, if there is one."""
    try:
        likes.unlike(product_id, visitor.id)
        product = likes.find(product_id, visitor.id)
    except UnknownProduct:
        return _product_gone(request, flash, form["_back"], product_id)
    return _show_product(request, flash, form["_back"], product)


@get("/live/likes", sync_to_thread=False)
def stream_changes(live: LiveStreams, participant: ThisParticipant) -> Stream:
    """Stream an event whenever likes or shown products may have changed."""
    return live.stream(participant.watch)


def _fingerprint(products: Sequence[StorefrontProduct]) -> str:
    """A text that changes with the shown products, but not with their likes."""
    return etag_of([(each.id, each.title, each.description, each.image) for each in products])


def _show_product(
    request: Request[Any, Any, Any], flash: FlashWords, back: str, product: StorefrontProduct
) -> Response[Any]:
    if "hx-request" in request.headers:
        return page("likes/liked.html", product=product, here=local(back))
    return flash.redirect(f"{local(back)}#product-{product.id}")


def _product_gone(
    request: Request[Any, Any, Any], flash: FlashWords, back: str, product_id: int
) -> Response[Any]:
    if "hx-request" in request.headers:
        return page("likes/gone.html", product_id=product_id, text=GONE)
    return flash.redirect(local(back), GONE)


def routes(likes: Callable[[], Likes], participant: Callable[[], Participant]) -> Router:
    """The pages of the module, for the service that `likes` provides."""
    return Router(
        "/",
        route_handlers=[show_storefront, like_product, unlike_product, stream_changes],
        dependencies={
            "likes": provided(likes),
            "participant": provided(participant),
            "page_": pages_of(CARDS_PER_PAGE),
        },
    )
