"""What the products service keeps, finds and refuses; no bus runs."""

import pytest

from app.container import Application
from bus.admin import logged_events
from modules.products.domain import State, UnknownProduct
from modules.products.service import Products
from tests.modules.logged import logged


@pytest.fixture
def products(application: Application) -> Products:
    """The service on empty tables."""
    service: Products = application.hosted()["products"].products()
    return service


def test_an_edit_of_an_unknown_product_is_not_announced(
    application: Application, products: Products
) -> None:
    with pytest.raises(UnknownProduct):
        products.replace(1, title="a", description="", image="i", state=None)
    with pytest.raises(UnknownProduct):
        products.delete(1)

    assert logged(application, "products") == []


def test_the_events_of_a_product_carry_all_its_fields(
    application: Application, products: Products
) -> None:
    product_id = products.create(title="mug", description="", image="image").id
    products.replace(product_id, title="cup", description="d", image="i", state=State.WITHDRAWN)
    participant = application.hosted()["products"].participant()
    with participant.database.snapshot() as connection:
        newest = logged_events(connection, participant.tables)[0]

    assert newest.subject == str(product_id)
    assert newest.data == {
        "product_id": product_id,
        "title": "cup",
        "description": "d",
        "image": "i",
        "state": "withdrawn",
    }


@pytest.mark.parametrize("text", ["100%", "under_score", "back\\slash", "slash/"])
def test_a_search_takes_special_characters_literally(products: Products, text: str) -> None:
    products.create(title=f"a {text} b", description="", image="i")
    products.create(title="plain", description="", image="i")

    found, total = products.search(containing=text)

    assert ([product.title for product in found], total) == ([f"a {text} b"], 1)


def test_ids_are_not_reused(products: Products) -> None:
    first = products.create(title="mug", description="", image="image").id
    products.delete(first)

    assert products.create(title="mug", description="", image="image").id > first
