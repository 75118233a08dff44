"""The JSON API of products."""

from collections.abc import Callable

from litestar import Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation

from bus import Participant
from modules.products.bodies import EditedProduct, NewProduct, owned
from modules.products.domain import Product
from modules.products.service import Products
from modules.products.tables import idempotency_keys
from web.answers import MAY_BE_STORED, created
from web.etag import IfMatch, unless_stale, with_etag
from web.idempotency import ThisIdempotentRequest, idempotent_by_header
from web.injection import provided
from web.paging import Page, paged

ProductsService = SkipValidation[NamedDependency[Products]]


@get("/", cache_control=MAY_BE_STORED, sync_to_thread=True)
def list_products(
    products: ProductsService, page: NamedDependency[Page]
) -> Response[list[Product]]:
    """List the products by id. `q` searches title and description."""
    found, total = products.search(containing=page.q, limit=page.limit, offset=page.offset)
    return paged(found, total, page)


@post("/", sync_to_thread=True)
def create_product(
    products: ProductsService, idempotent: ThisIdempotentRequest, data: JSONBody[NewProduct]
) -> Response[Product]:
    """Add a product."""

    def create() -> Response[Product]:
        product = products.create(
            title=data.title, description=data.description, image=data.image, state=data.state
        )
        return created(product, at=f"/api/products/{product.id}", owned=owned(product))

    return idempotent.answer(data, create)


@get("/{product_id:int}", cache_control=MAY_BE_STORED, sync_to_thread=True)
def show_product(products: ProductsService, product_id: FromPath[int]) -> Response[Product]:
    """Show one product."""
    product = products.find(product_id)
    # If-None-Match is ignored: the ETag does not change with the likes, so 304 would hide them.
    return with_etag(product, owned(product))


@put("/{product_id:int}", sync_to_thread=True)
def replace_product(
    products: ProductsService,
    product_id: FromPath[int],
    data: JSONBody[EditedProduct],
    if_match: IfMatch = None,
) -> Response[Product]:
    """Replace the fields of a product."""
    product = products.replace(
        product_id,
        title=data.title,
        description=data.description,
        image=data.image,
        state=data.state,
        expect=unless_stale(if_match, owned),
    )
    return with_etag(product, owned(product))


@delete("/{product_id:int}", sync_to_thread=True)
def delete_product(
    products: ProductsService, product_id: FromPath[int], if_match: IfMatch = None
) -> None:
    """Delete a product permanently."""
    products.delete(product_id, expect=unless_stale(if_match, owned))


def routes(products: Callable[[], Products], participant: Callable[[], Participant]) -> Router:
    """The JSON routes of the module, for the service that `products` provides."""
    return Router(
        "/api/products",
        route_handlers=[
            list_products,
            create_product,
            show_product,
            replace_product,
            delete_product,
        ],
        dependencies={
            "products": provided(products),
            "idempotent": idempotent_by_header(participant, idempotency_keys),
        },
        tags=["products"],
    )
