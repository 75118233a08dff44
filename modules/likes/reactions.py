"""Reactions to the events of products: they keep the copies of the products current."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete

from bus import BatchReaction, Reactions, UnitOfWork, on
from modules.likes.consumed import ProductCreated, ProductDeleted, ProductUpdated
from modules.likes.tables import COPY_PRODUCT, LEAVE_TOMBSTONE, like_tallies, product_user
from web.text import folded


def copy_products_when_created_or_updated(
    events: Sequence[ProductCreated | ProductUpdated], work: UnitOfWork
) -> None:
    """Copy the fields of each product. A deleted product stays deleted."""
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


def leave_tombstone_when_product_deleted(event: ProductDeleted, work: UnitOfWork) -> None:
    """Leave a tombstone, and delete the likes of the product, which cannot be read any more."""
    product_id = event.product_id
    work.connection.execute(LEAVE_TOMBSTONE, {"product_id": product_id})
    work.connection.execute(delete(product_user).where(product_user.c.product_id == product_id))
    work.connection.execute(delete(like_tallies).where(like_tallies.c.product_id == product_id))


COPY_PRODUCTS = BatchReaction(copy_products_when_created_or_updated)

REACTIONS: Reactions = {
    **on(ProductCreated, COPY_PRODUCTS),
    **on(ProductUpdated, COPY_PRODUCTS),
    **on(ProductDeleted, leave_tombstone_when_product_deleted),
}
