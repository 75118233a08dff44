"""Reactions on their own: whatever they are told, they leave sensible tables."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from app.container import Application
from bus import Participant
from modules.likes import consumed as told
from modules.likes.domain import UnknownProduct
from modules.likes.reactions import REACTIONS as LIKES_REACTIONS
from modules.likes.service import Likes
from modules.products import consumed as heard
from modules.products.reactions import REACTIONS as PRODUCTS_REACTIONS
from modules.products.service import Products

FIELDS: Mapping[str, Any] = {
    "product_id": 7,
    "title": "mug",
    "description": "",
    "image": "image",
    "state": "active",
}


@pytest.fixture
def likes(application: Application) -> Likes:
    service: Likes = application.hosted()["likes"].likes()
    return service


def react(application: Application, module: str, event: Any) -> None:
    """Let a module's reaction to an event run and commit."""
    participant: Participant = application.hosted()[module].participant()
    reactions = {"likes": LIKES_REACTIONS, "products": PRODUCTS_REACTIONS}[module]
    with participant.unit_of_work() as work:
        reactions[type(event)](event, work)


def test_a_second_announcement_of_a_product_is_an_edit(
    application: Application, likes: Likes
) -> None:
    react(application, "likes", told.ProductCreated(**FIELDS))
    react(application, "likes", told.ProductCreated(**{**FIELDS, "title": "cup"}))

    [shown], total = likes.storefront("ann")

    assert (shown.title, total) == ("cup", 1)


def test_an_edit_of_an_unknown_product_makes_it_known(
    application: Application, likes: Likes
) -> None:
    react(application, "likes", told.ProductUpdated(**FIELDS))

    assert likes.like(7, "ann") == 1


def test_a_tombstone_outlives_whatever_comes_later(application: Application, likes: Likes) -> None:
    react(application, "likes", told.ProductDeleted(product_id=7))
    react(application, "likes", told.ProductCreated(**FIELDS))
    react(application, "likes", told.ProductUpdated(**FIELDS))

    assert likes.storefront("ann") == ([], 0)
    with pytest.raises(UnknownProduct):
        likes.like(7, "ann")
    with pytest.raises(UnknownProduct):
        likes.unlike(7, "ann")


def test_a_deleted_product_is_forgotten_with_its_likes(
    application: Application, likes: Likes
) -> None:
    react(application, "likes", told.ProductCreated(**FIELDS))
    likes.like(7, "ann")
    react(application, "likes", told.ProductDeleted(product_id=7))

    assert rows(application, "likes", "product_user") == 0
    assert rows(application, "likes", "like_tallies") == 0


def test_likes_of_a_deleted_product_do_no_harm(application: Application) -> None:
    products: Products = application.hosted()["products"].products()
    product = products.create(title="mug", description="", image="image")
    react(application, "products", heard.ProductLiked(product_id=product.id))
    products.delete(product.id)

    react(application, "products", heard.ProductUnliked(product_id=product.id))
    react(application, "products", heard.ProductLiked(product_id=product.id))

    assert products.search() == ([], 0)


def rows(application: Application, module: str, table: str) -> int:
    """How many rows one of a module's tables has."""
    with application.databases()[module].snapshot() as connection:
        counted = connection.execute(text(f"SELECT count(*) FROM {module}.{table}"))
        return int(counted.scalar_one())
