"""What products does when others' events arrive: it keeps count of the likes."""

from sqlalchemy import update

from bus.participant import Reactions
from bus.unit_of_work import UnitOfWork
from modules.products.consumed import ProductLiked, ProductUnliked
from modules.products.tables import COUNT_ONE_MORE, like_counts


def count_like_when_product_liked(event: ProductLiked, work: UnitOfWork) -> None:
    """One like more. For a product deleted meanwhile the count is kept but never shown."""
    work.session.execute(COUNT_ONE_MORE, {"product_id": event.product_id})


def uncount_like_when_product_unliked(event: ProductUnliked, work: UnitOfWork) -> None:
    """One like fewer; nothing for a product whose count went with it."""
    counted = like_counts.c.product_id == event.product_id
    work.session.execute(update(like_counts).where(counted).values(likes=like_counts.c.likes - 1))


REACTIONS: Reactions = {
    ProductLiked: count_like_when_product_liked,
    ProductUnliked: uncount_like_when_product_unliked,
}
