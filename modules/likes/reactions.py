"""What likes does when others' events arrive: it keeps copies of the products."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete

from bus import BatchReaction, Reactions, UnitOfWork, on
from modules.likes.consumed import ProductCreated, ProductDeleted, ProductUpdated
from modules.likes.tables import BURY_PRODUCT, COPY_PRODUCT, like_tallies, product_user
from web.text import folded


def copy_products_when_created_or_updated(
    events: Sequence[ProductCreated | ProductUpdated], work: UnitOfWork
) -> None:
    """Each product as it is now; one that is deleted stays so."""
    work.connection.execute(COPY_PRODUCT, [_copy(event) for event in events])


def _copy(event: ProductCreated | ProductUpdated) -> dict[str, Any]:
    return {
        "product_id": event.product_id,
        "title": event.title,
        "description": event.description,
        "image": event.image,
        "state": event.state,
        "folded": folded(f"{event.title}\n{event.description}"),
    }


def bury_product_when_deleted(event: ProductDeleted, work: UnitOfWork) -> None:
    """Leave a tombstone, and forget who liked the product: nobody can ask any more."""
    product_id = event.product_id
    work.connection.execute(BURY_PRODUCT, {"product_id": product_id})
    work.connection.execute(delete(product_user).where(product_user.c.product_id == product_id))
    work.connection.execute(delete(like_tallies).where(like_tallies.c.product_id == product_id))


COPY_PRODUCTS = BatchReaction(copy_products_when_created_or_updated)

REACTIONS: Reactions = (
    on(ProductCreated, COPY_PRODUCTS)
    | on(ProductUpdated, COPY_PRODUCTS)
    | on(ProductDeleted, bury_product_when_deleted)
)
