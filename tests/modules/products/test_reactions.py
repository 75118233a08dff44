"""Reactions of products on their own: whatever they are told, they leave sensible tables."""

from typing import Any

from app.container import Application
from bus import Participant
from modules.products import consumed as heard
from modules.products.reactions import REACTIONS
from modules.products.service import Products


def react(application: Application, event: Any) -> None:
    """Let the reaction to an event run and commit."""
    participant: Participant = application.hosted()["products"].participant()
    with participant.unit_of_work() as work:
        REACTIONS[type(event)](event, work)


def test_likes_of_a_deleted_product_do_no_harm(application: Application) -> None:
    products: Products = application.hosted()["products"].products()
    product = products.create(title="mug", description="", image="image")
    react(application, heard.ProductLiked(product_id=product.id))
    products.delete(product.id)

    react(application, heard.ProductUnliked(product_id=product.id))
    react(application, heard.ProductLiked(product_id=product.id))

    assert products.search() == ([], 0)
