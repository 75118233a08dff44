"""What products announces; created and updated carry all fields as they are then."""

from bus import Event


class ProductCreated(Event, frozen=True, kw_only=True):
    """A product exists from now on."""

    wire_name = "products.product_created"
    subject_fields = ("product_id",)

    product_id: int
    title: str
    description: str
    image: str
    state: str


class ProductUpdated(Event, frozen=True, kw_only=True):
    """A product was edited; these are its fields now."""

    wire_name = "products.product_updated"
    subject_fields = ("product_id",)

    product_id: int
    title: str
    description: str
    image: str
    state: str


class ProductDeleted(Event, frozen=True, kw_only=True):
    """A product is gone and will not come back."""

    wire_name = "products.product_deleted"
    subject_fields = ("product_id",)

    product_id: int


PUBLISHES = (
    ProductCreated,
    ProductUpdated,
    ProductDeleted,
)
"""All of them, for whoever asks what this module publishes."""
