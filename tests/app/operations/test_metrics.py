"""What /metrics tells, and what it keeps to itself."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from litestar.types import ASGIApp
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from app.container import MODULE_NAMES, Application, assemble, dispose
from app.server.application import web_application
from app.server.logs import RequestLog
from app.settings import settings_from
from bus import Database
from features.eventually import eventually
from tests.app.one_product import add_product, settings_of
from tests.in_process import ask

NEEDS = ["likes", "products"]

REQUESTS = "app_http_request_duration_seconds_count"


@pytest.fixture
def application(migrated_url: str) -> Iterator[Application]:
    """A shop of this test alone, which has counted nothing yet."""
    assembled = assemble(settings_from(settings_of(migrated_url), MODULE_NAMES))
    add_product(assembled)
    yield assembled
    dispose(assembled)


@pytest.fixture
def web(application: Application) -> ASGIApp:
    """Its routes."""
    return web_application(application)


def numbers(web: ASGIApp) -> dict[tuple[str, frozenset[str]], float]:
    """Every number by its name and the values of its labels."""
    families = text_string_to_metric_families(ask(web, "GET", "/metrics").text)
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def of(*labels: str) -> frozenset[str]:
    """The labels of a number."""
    return frozenset(labels)


def test_requests_are_counted_by_method_route_and_status(web: ASGIApp) -> None:
    for product in (1, 1, 2):
        ask(web, "GET", f"/api/products/{product}")
    ask(web, "DELETE", "/api/products/1")

    counted = numbers(web)
    assert counted[REQUESTS, of("GET", "/api/products/{product_id}", "200")] == 2
    assert counted[REQUESTS, of("GET", "/api/products/{product_id}", "404")] == 1
    assert counted[REQUESTS, of("DELETE", "/api/products/{product_id}", "204")] == 1


def test_a_stream_counts_until_it_begins_however_long_it_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = {"now": 100.0}
    measured: list[tuple[str, str, int, float]] = []

    async def stream(_scope: Any, _receive: Any, send: Any) -> None:
        clock["now"] += 0.25
        await send({"type": "http.response.start", "status": 200, "headers": []})
        clock["now"] += 3600
        await send({"type": "http.response.body", "body": b""})

    async def nothing(*_: Any) -> Any: ...

    log = RequestLog(stream, lambda *told: measured.append(told))
    scope: Any = {"type": "http", "method": "GET", "path_template": "/live/likes"}
    monkeypatch.setattr("app.server.logs.time.perf_counter", lambda: clock["now"])
    asyncio.run(log(scope, nothing, nothing))

    assert measured == [("GET", "/live/likes", 200, 0.25)]


def test_head_counts_as_get(web: ASGIApp) -> None:
    ask(web, "HEAD", "/api/products/1")

    assert numbers(web)[REQUESTS, of("GET", "/api/products/{product_id}", "200")] == 1


@pytest.mark.needs("person", "score")
def test_no_label_tells_what_somebody_asked_for(web: ASGIApp) -> None:
    ask(web, "GET", "/api/person/12345678909")
    ask(web, "GET", "/12345678909/score")
    ask(web, "GET", "/no/such/path?name=Ana")
    ask(web, "BREW", "/api/products")

    told = ask(web, "GET", "/metrics").text
    labels = " ".join(re.findall('"([^"]*)"', told))
    assert not re.search("1234|such|Ana|BREW", labels)
    assert numbers(web)[REQUESTS, of("GET", "(none)", "404")] == 1


def test_it_is_plain_text_for_prometheus(web: ASGIApp) -> None:
    answer = ask(web, "GET", "/metrics")

    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_what_waits_is_told_by_module(application: Application, web: ASGIApp) -> None:
    participant = application.hosted()["products"].participant()
    with participant.database.transaction() as connection:
        # As PostgreSQL leaves it until the relay has seen it, and older versions did on SQLite.
        connection.execute(update(participant.tables.outbox).values(position=None))

    told = numbers(web)

    assert told["app_bus_unsent_events", of("products")] == 1
    assert told["app_bus_oldest_unsent_seconds", of("products")] >= 0
    assert told["app_bus_unsent_events", of("likes")] == 0
    for state in ("retrying", "waiting", "dead"):
        assert told[f"app_bus_{state}_messages", of("likes")] == 0


def test_who_relays_and_who_is_behind_is_told_while_the_bus_runs(
    application: Application, web: ASGIApp
) -> None:
    with application.bus():

        def look() -> None:
            told = numbers(web)
            assert told["app_bus_relay_active", of("products")] == 1
            assert told["app_bus_consumer_alive", of("products")] == 1
            assert told["app_bus_faults", of("products")] == 0
            assert told["app_bus_behind_events", of("likes", "products")] == 0
            assert told["app_bus_unsent_events", of("products")] == 0

        eventually(look)


def test_a_database_that_is_away_hides_nothing_of_the_others(
    application: Application, web: ASGIApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Database("postgresql://u@127.0.0.1:1/d", "likes")
    monkeypatch.setattr(application.hosted()["likes"].participant(), "database", away)

    told = numbers(web)

    assert told["app_database_up", of("likes")] == 0
    assert told["app_database_up", of("products")] == 1
    assert told["app_bus_unsent_events", of("products")] == 0
    assert ("app_bus_unsent_events", of("likes")) not in told


def test_nothing_is_lost_when_many_count_at_once(application: Application) -> None:
    measure = application.metrics().measure

    def count(_: int) -> None:
        measure("GET", "/", 200, 0.001)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(2000)))

    labels = {"method": "GET", "route": "/", "status": "200"}
    registry = application.metrics().registry
    assert registry.get_sample_value(REQUESTS, labels) == 2000
