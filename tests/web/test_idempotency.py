"""Repeating a request with its Idempotency-Key does it once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select, update

from app.container import Application
from modules.products.tables import idempotency_keys
from web.idempotency import RETENTION

NEEDS = ["products"]

MUG = {"title": "mug", "image": "an image"}


def create(web: TestClient[Any], key: str, **changes: Any) -> httpx.Response:
    """Ask for a mug with this key."""
    return web.post("/api/products", json={**MUG, **changes}, headers={"Idempotency-Key": key})


def products(web: TestClient[Any]) -> int:
    """How many there are; each has been announced once."""
    count = len(web.get("/api/products").json())
    assert len(web.get("/api/bus/products/events").json()) == count
    return count


def test_a_repeated_request_is_done_once_and_answered_alike(web: TestClient[Any]) -> None:
    first, again = create(web, "one"), create(web, "one")

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    for header in ("Location", "ETag", "Content-Type"):
        assert first.headers[header] == again.headers[header]
    assert products(web) == 1


def test_twenty_repetitions_at_once_are_done_once(web: TestClient[Any]) -> None:
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: create(web, "one"), range(20)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert products(web) == 1


def test_another_key_is_another_request(web: TestClient[Any]) -> None:
    create(web, "one")
    create(web, "two")

    assert products(web) == 2


def test_without_a_key_every_request_counts(web: TestClient[Any]) -> None:
    web.post("/api/products", json=MUG)
    web.post("/api/products", json=MUG)

    assert products(web) == 2


def test_a_key_for_another_body_is_refused(web: TestClient[Any]) -> None:
    create(web, "one")

    refused = create(web, "one", title="cup")

    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:problem-type:idempotency-key-reused"
    assert products(web) == 1


def test_a_refused_request_does_not_use_up_its_key(web: TestClient[Any]) -> None:
    assert create(web, "one", title="").status_code == 422

    assert create(web, "one").status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 256, "two words", "\u00fc"])
def test_a_key_that_is_none_is_refused_by_name(web: TestClient[Any], key: str) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}

    refused = web.post("/api/products", json=MUG, headers=headers)  # type: ignore[arg-type]  # bytes do as well

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "Idempotency-Key"
    assert products(web) == 0


def test_after_a_day_a_key_can_be_used_again(
    application: Application,
    web: TestClient[Any],
) -> None:
    create(web, "one")
    long_ago = (datetime.now(UTC) - RETENTION).isoformat()
    with application.databases()["products"].transaction() as connection:
        connection.execute(update(idempotency_keys).values(kept_since=long_ago))

    assert create(web, "one", title="cup").json()["title"] == "cup"


def test_what_is_older_than_a_day_is_dropped_with_the_next_answer(
    application: Application,
    web: TestClient[Any],
) -> None:
    create(web, "one")
    long_ago = (datetime.now(UTC) - RETENTION).isoformat()
    with application.databases()["products"].transaction() as connection:
        connection.execute(update(idempotency_keys).values(kept_since=long_ago))

    create(web, "two")

    with application.databases()["products"].snapshot() as connection:
        assert connection.scalar(select(func.count()).select_from(idempotency_keys)) == 1
