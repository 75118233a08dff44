"""The events that likes consumes, with only the fields that it uses."""

from bus import Event


class ProductCreated(Event, frozen=True, kw_only=True):
    """A product was created."""

    wire_name = "products.product_created"

    product_id: int
    title: str
    description: str
    image: str
    state: str


class ProductUpdated(Event, frozen=True, kw_only=True):
    """A product was edited. All its fields are given."""

    wire_name = "products.product_updated"

    product_id: int
    title: str
    description: str
    image: str
    state: str


class ProductDeleted(Event, frozen=True, kw_only=True):
    """A product was deleted permanently."""

    wire_name = "products.product_deleted"

    product_id: int
