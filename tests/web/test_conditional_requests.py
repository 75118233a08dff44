"""Editing with an ETag in hand: who is late is told so, and nothing is overwritten."""

from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from app.container import Application
from features.eventually import eventually

NEEDS = ["products"]

MUG = {"title": "mug", "description": "a thing", "image": "an image"}
ANN = {"cpf": "12345678909", "name": "Ann", "address": "Here 1", "date_of_birth": "2000-01-31"}


@pytest.fixture
def mug(web: TestClient[Any]) -> httpx.Response:
    """The answer to the creation of a product."""
    return web.post("/api/products", json=MUG)


def test_every_answer_that_shows_a_product_has_the_same_etag(
    web: TestClient[Any], mug: httpx.Response
) -> None:
    shown = web.get(mug.headers["Location"])
    replaced = web.put(mug.headers["Location"], json=MUG)

    assert mug.headers["ETag"] == shown.headers["ETag"] == replaced.headers["ETag"]


def test_an_edit_changes_the_etag(web: TestClient[Any], mug: httpx.Response) -> None:
    replaced = web.put(mug.headers["Location"], json={**MUG, "title": "cup"})

    assert replaced.headers["ETag"] != mug.headers["ETag"]


@pytest.mark.needs("person")
@pytest.mark.parametrize("condition", ["{}", 'W/{}, "other"', "*"])
def test_a_person_that_is_known_is_not_sent_again(web: TestClient[Any], condition: str) -> None:
    ann = web.post("/api/person", json=ANN)
    known = condition.format(ann.headers["ETag"])

    answer = web.get(ann.headers["Location"], headers={"If-None-Match": known})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == ann.headers["ETag"]


@pytest.mark.needs("likes")
def test_a_product_is_sent_again_for_its_likes_may_be_others(
    web: TestClient[Any],
    application: Application,
    mug: httpx.Response,
) -> None:
    place, known = mug.headers["Location"], {"If-None-Match": mug.headers["ETag"]}
    with application.bus():
        assert web.get(place, headers=known).json()["likes"] == 0
        # At first, likes may not have heard of the product.
        liked = eventually(lambda: like(web, place))
        assert liked.headers["Location"] == place

        def is_counted() -> None:
            assert web.get(place, headers=known).json()["likes"] == 1

        eventually(is_counted)


def like(web: TestClient[Any], place: str) -> httpx.Response:
    """Like the product."""
    answer = web.post(f"{place}/like")
    assert answer.status_code == 201, answer.text
    return answer


@pytest.mark.parametrize("condition", ["{}", '"other", {}', "*"])
def test_an_edit_of_the_present_version_is_done(
    web: TestClient[Any], mug: httpx.Response, condition: str
) -> None:
    present = {"If-Match": condition.format(mug.headers["ETag"])}

    answer = web.put(mug.headers["Location"], json={**MUG, "title": "cup"}, headers=present)

    assert answer.status_code == 200


@pytest.mark.parametrize("condition", ['"other"', "W/{}", ""])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_change_of_another_version_is_refused_and_changes_nothing(
    web: TestClient[Any], mug: httpx.Response, method: str, condition: str
) -> None:
    stale = {"If-Match": condition.format(mug.headers["ETag"])}
    body = {"json": {**MUG, "title": "cup"}} if method == "PUT" else {}

    answer = web.request(method, mug.headers["Location"], headers=stale, **body)  # type: ignore[arg-type]  # either body

    assert answer.status_code == 412
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert web.get(mug.headers["Location"]).json()["title"] == "mug"
    assert len(web.get("/api/bus/products/events").json()) == 1


def test_of_two_editors_with_the_same_version_the_second_is_told(
    web: TestClient[Any], mug: httpx.Response
) -> None:
    version = {"If-Match": mug.headers["ETag"]}

    first = web.put(mug.headers["Location"], json={**MUG, "title": "cup"}, headers=version)
    second = web.put(mug.headers["Location"], json={**MUG, "title": "jug"}, headers=version)

    assert (first.status_code, second.status_code) == (200, 412)
    assert web.get(mug.headers["Location"]).json()["title"] == "cup"
