"""The events that likes publishes."""

from bus import Event


class ProductLiked(Event, frozen=True, kw_only=True):
    """A user liked a product."""

    wire_name = "likes.product_liked"
    subject_fields = ("product_id", "user_id")

    product_id: int
    user_id: str


class ProductUnliked(Event, frozen=True, kw_only=True):
    """A user removed a like."""

    wire_name = "likes.product_unliked"
    subject_fields = ("product_id", "user_id")

    product_id: int
    user_id: str


PUBLISHES = (
    ProductLiked,
    ProductUnliked,
)
"""Every event class that this module publishes."""
