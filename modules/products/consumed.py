"""The events that products consumes, with only the fields that it uses."""

from bus import Event


class ProductLiked(Event, frozen=True, kw_only=True):
    """A user liked a product."""

    wire_name = "likes.product_liked"

    product_id: int


class ProductUnliked(Event, frozen=True, kw_only=True):
    """A user removed a like."""

    wire_name = "likes.product_unliked"

    product_id: int
