"""What products listens to, with the fields it uses."""

from bus import Event


class ProductLiked(Event, frozen=True, kw_only=True):
    """A user likes a product who did not before."""

    wire_name = "likes.product_liked"

    product_id: int


class ProductUnliked(Event, frozen=True, kw_only=True):
    """A user took a like back."""

    wire_name = "likes.product_unliked"

    product_id: int
