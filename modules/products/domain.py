"""Products, the limits of their fields, and their errors."""

from dataclasses import dataclass
from enum import StrEnum

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 5_000
IMAGE_LENGTH = 20_000
"""Longest texts, in characters. An image is an address, or a small picture as a `data:` address."""


class State(StrEnum):
    """The state of a product: the storefront shows active ones only."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product with the number of likes that were counted so far."""

    id: int
    title: str
    description: str
    image: str
    state: State
    likes: int


class UnknownProduct(Exception):
    """No product has this id, or it was deleted."""

    def __init__(self, product_id: int) -> None:
        super().__init__(f"There is no product {product_id}.")
