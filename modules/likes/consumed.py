"""What likes listens to, with the fields it uses."""

from bus import Event


class ProductCreated(Event, frozen=True, kw_only=True):
    """A product exists from now on."""

    wire_name = "products.product_created"

    product_id: int
    title: str
    description: str
    image: str
    state: str


class ProductUpdated(Event, frozen=True, kw_only=True):
    """A product was edited; these are its fields now."""

    wire_name = "products.product_updated"

    product_id: int
    title: str
    description: str
    image: str
    state: str


class ProductDeleted(Event, frozen=True, kw_only=True):
    """A product is gone and will not come back."""

    wire_name = "products.product_deleted"

    product_id: int
