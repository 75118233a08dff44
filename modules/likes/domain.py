"""Products of the storefront, and the errors of liking them."""

from dataclasses import dataclass

ACTIVE = "active"
"""The state of products that are shown and can be liked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontProduct:
    """A product as one visitor sees it; `liked` is True if that visitor likes it."""

    id: int
    title: str
    description: str
    image: str
    likes: int
    liked: bool


class UnknownProduct(Exception):
    """No product has this id, it was deleted, or its creation was not applied yet."""

    def __init__(self, product_id: int) -> None:
        super().__init__(f"There is no product {product_id}.")


class ProductWithdrawn(Exception):
    """The product is withdrawn from the storefront and cannot be liked."""

    def __init__(self, product_id: int) -> None:
        super().__init__(f"Product {product_id} is withdrawn and cannot be liked.")


class AlreadyLiked(Exception):
    """The user likes the product already: one like per user and product."""

    def __init__(self, product_id: int) -> None:
        super().__init__(f"You like product {product_id} already.")
