"""What products does when others' events arrive: it keeps count of the likes."""

from collections import Counter
from collections.abc import Sequence

from bus import BatchReaction, Reactions, UnitOfWork, on
from modules.products.consumed import ProductLiked, ProductUnliked
from modules.products.tables import COUNT_FEWER, COUNT_MORE


def count_likes_when_products_liked(events: Sequence[ProductLiked], work: UnitOfWork) -> None:
    """A like more for each. For a product deleted meanwhile the count is kept but never shown."""
    work.connection.execute(COUNT_MORE, _likes_by_product(events))


def uncount_likes_when_products_unliked(events: Sequence[ProductUnliked], work: UnitOfWork) -> None:
    """A like fewer for each; nothing for a product whose count went with it."""
    work.connection.execute(COUNT_FEWER, _likes_by_product(events))


def _likes_by_product(events: Sequence[ProductLiked | ProductUnliked]) -> list[dict[str, int]]:
    likes = Counter(event.product_id for event in events)
    return [{"product_id": product_id, "likes": likes[product_id]} for product_id in sorted(likes)]


REACTIONS: Reactions = on(ProductLiked, BatchReaction(count_likes_when_products_liked)) | on(
    ProductUnliked, BatchReaction(uncount_likes_when_products_unliked)
)
