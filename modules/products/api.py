"""The products over HTTP."""

from collections.abc import Callable
from typing import Annotated, Any

from litestar import Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from pydantic import Field

from modules.products.domain import (
    DESCRIPTION_LENGTH,
    IMAGE_LENGTH,
    TITLE_LENGTH,
    Product,
    State,
)
from modules.products.service import Products
from web.answers import created
from web.bodies import Body
from web.injection import provided
from web.paging import Page, Searched, paged

ProductsService = SkipValidation[NamedDependency[Products]]


class NewProduct(Body):
    """What a product is made of."""

    title: Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH)]
    description: Annotated[str, Field(max_length=DESCRIPTION_LENGTH)] = ""
    image: Annotated[str, Field(min_length=1, max_length=IMAGE_LENGTH)]
    state: State = State.ACTIVE


class EditedProduct(Body):
    """What a product shall be made of; it keeps its state when none is given."""

    title: Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH)]
    description: Annotated[str, Field(max_length=DESCRIPTION_LENGTH)] = ""
    image: Annotated[str, Field(min_length=1, max_length=IMAGE_LENGTH)]
    state: State | None = None
    id: Annotated[Any, Field(description="Ignored, so that an answer may be sent back.")] = None
    likes: Annotated[Any, Field(description="Ignored, so that an answer may be sent back.")] = None


@get("/", sync_to_thread=True)
def list_products(
    products: ProductsService, page: NamedDependency[Page], q: Searched = ""
) -> Response[list[Product]]:
    """The products by id; `q` keeps those that have it in the title or description."""
    found, total = products.search(containing=q, limit=page.limit, offset=page.offset)
    return paged(found, total, page)


@post("/", sync_to_thread=True)
def create_product(products: ProductsService, data: JSONBody[NewProduct]) -> Response[Product]:
    """Add a product."""
    product = products.create(
        title=data.title, description=data.description, image=data.image, state=data.state
    )
    return created(product, at=f"/api/products/{product.id}")


@get("/{product_id:int}", sync_to_thread=True)
def show_product(products: ProductsService, product_id: FromPath[int]) -> Product:
    """One product."""
    return products.find(product_id)


@put("/{product_id:int}", sync_to_thread=True)
def replace_product(
    products: ProductsService, product_id: FromPath[int], data: JSONBody[EditedProduct]
) -> Product:
    """Give a product new fields."""
    return products.replace(
        product_id,
        title=data.title,
        description=data.description,
        image=data.image,
        state=data.state,
    )


@delete("/{product_id:int}", sync_to_thread=True)
def delete_product(products: ProductsService, product_id: FromPath[int]) -> None:
    """Remove a product for good."""
    products.delete(product_id)


def routes(products: Callable[[], Products]) -> Router:
    """The module's JSON routes, working on the service that `products` gives."""
    return Router(
        "/api/products",
        route_handlers=[
            list_products,
            create_product,
            show_product,
            replace_product,
            delete_product,
        ],
        dependencies={"products": provided(products)},
        tags=["products"],
    )
