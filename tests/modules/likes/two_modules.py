"""What is tried on products and likes together."""

from dataclasses import dataclass

from bus import Bus
from modules.likes.service import Likes
from modules.products.service import Products


@dataclass(frozen=True)
class Modules:
    """The services, and the bus that a test may start."""

    products: Products
    likes: Likes
    bus: Bus


def seen(modules: Modules, product_id: int) -> None:
    """The storefront has the product."""
    assert product_id in {each.id for each in modules.likes.storefront("nobody")[0]}
