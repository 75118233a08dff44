"""Reactions to the events of likes: they count the likes of each product."""

from collections import Counter
from collections.abc import Sequence

from bus import BatchReaction, Reactions, UnitOfWork, on
from modules.products.consumed import ProductLiked, ProductUnliked
from modules.products.tables import ADD_LIKES, SUBTRACT_LIKES


def count_likes_when_products_liked(events: Sequence[ProductLiked], work: UnitOfWork) -> None:
    """Add the likes to the counts. The count of a deleted product is kept but never shown."""
    work.connection.execute(ADD_LIKES, _likes_by_product(events))


def subtract_likes_when_products_unliked(
    events: Sequence[ProductUnliked], work: UnitOfWork
) -> None:
    """Subtract the likes from the counts, except for a product whose count was deleted."""
    work.connection.execute(SUBTRACT_LIKES, _likes_by_product(events))


def _likes_by_product(events: Sequence[ProductLiked | ProductUnliked]) -> list[dict[str, int]]:
    likes = Counter(event.product_id for event in events)
    return [{"product_id": product_id, "likes": likes[product_id]} for product_id in sorted(likes)]


REACTIONS: Reactions = {
    **on(ProductLiked, BatchReaction(count_likes_when_products_liked)),
    **on(ProductUnliked, BatchReaction(subtract_likes_when_products_unliked)),
}
