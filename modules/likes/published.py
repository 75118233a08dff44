"""What likes announces."""

from bus import Event


class ProductLiked(Event, frozen=True, kw_only=True):
    """A user likes a product who did not before."""

    wire_name = "likes.product_liked"
    subject_fields = ("product_id", "user_id")

    product_id: int
    user_id: str


class ProductUnliked(Event, frozen=True, kw_only=True):
    """A user took a like back."""

    wire_name = "likes.product_unliked"
    subject_fields = ("product_id", "user_id")

    product_id: int
    user_id: str


PUBLISHES = (
    ProductLiked,
    ProductUnliked,
)
"""All of them, for whoever asks what this module publishes."""
