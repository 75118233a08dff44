"""Reactions on their own: whatever they are told, they leave sensible tables."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from app.container import Application
from bus import Participant
from modules.likes import consumed as told
from modules.likes.domain import UnknownProduct
from modules.likes.reactions import REACTIONS
from modules.likes.service import Likes

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


def react(application: Application, event: Any) -> None:
    """Let the reaction to an event run and commit."""
    participant: Participant = application.hosted()["likes"].participant()
    with participant.unit_of_work() as work:
        REACTIONS[type(event)](event, work)


def test_a_second_announcement_of_a_product_is_an_edit(
    application: Application, likes: Likes
) -> None:
    react(application, told.ProductCreated(**FIELDS))
    react(application, told.ProductCreated(**{**FIELDS, "title": "cup"}))

    [shown], total = likes.storefront("ann")

    assert (shown.title, total) == ("cup", 1)


def test_an_edit_of_an_unknown_product_makes_it_known(
    application: Application, likes: Likes
) -> None:
    react(application, told.ProductUpdated(**FIELDS))

    assert likes.like(7, "ann") == 1


def test_a_tombstone_outlives_whatever_comes_later(application: Application, likes: Likes) -> None:
    react(application, told.ProductDeleted(product_id=7))
    react(application, told.ProductCreated(**FIELDS))
    react(application, told.ProductUpdated(**FIELDS))

    assert likes.storefront("ann") == ([], 0)
    with pytest.raises(UnknownProduct):
        likes.like(7, "ann")
    with pytest.raises(UnknownProduct):
        likes.unlike(7, "ann")


def test_a_deleted_product_is_forgotten_with_its_likes(
    application: Application, likes: Likes
) -> None:
    react(application, told.ProductCreated(**FIELDS))
    likes.like(7, "ann")
    react(application, told.ProductDeleted(product_id=7))

    assert rows(application, "product_user") == 0
    assert rows(application, "like_tallies") == 0


def rows(application: Application, table: str) -> int:
    """How many rows a table has."""
    with application.databases()["likes"].snapshot() as connection:
        counted = connection.execute(text(f"SELECT count(*) FROM likes.{table}"))
        return int(counted.scalar_one())
