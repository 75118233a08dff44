"""A product, its limits and what can go wrong."""

from dataclasses import dataclass
from enum import StrEnum

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 5_000
IMAGE_LENGTH = 20_000
"""In characters; an image is an address or a small picture written out as a `data:` address."""


class State(StrEnum):
    """Whether the storefront shows a product."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product as anyone may see it, with the likes that have been announced so far."""

    id: int
    title: str
    description: str
    image: str
    state: State
    likes: int


class UnknownProduct(Exception):
    """There is no such product, or no longer."""

    def __init__(self, product_id: int) -> None:
        super().__init__(f"There is no product {product_id}.")
