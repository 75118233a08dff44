"""The events that products publishes. Created and updated carry all fields of the product."""

from bus import Event


class ProductCreated(Event, frozen=True, kw_only=True):
    """A product was created."""

    wire_name = "products.product_created"
    subject_fields = ("product_id",)

    product_id: int
    title: str
    description: str
    image: str
    state: str


class ProductUpdated(Event, frozen=True, kw_only=True):
    """A product was edited, withdrawn or offered again."""

    wire_name = "products.product_updated"
    subject_fields = ("product_id",)

    product_id: int
    title: str
    description: str
    image: str
    state: str


class ProductDeleted(Event, frozen=True, kw_only=True):
    """A product was deleted permanently."""

    wire_name = "products.product_deleted"
    subject_fields = ("product_id",)

    product_id: int


PUBLISHES = (
    ProductCreated,
    ProductUpdated,
    ProductDeleted,
)
"""Every event class that this module publishes."""
