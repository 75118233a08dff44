"""What every route of the server shares, asked inside this process while no bus runs."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from litestar.concurrency import get_asyncio_executor, set_asyncio_executor
from litestar.types import ASGIApp

from app.container import MODULE_NAMES, Application
from bus import Database
from tests.app.one_product import add_product, settings_of
from tests.in_process import HERE, ask
from tests.migrated import url_in
from tests.shared import routes_of, shared_application

NEEDS = ["products"]
needs = pytest.mark.needs


@pytest.fixture(scope="module")
def web(migrated_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    """All routes of a shop where nothing is changed."""
    folder = tmp_path_factory.mktemp("looked_at")
    shutil.copytree(migrated_files, folder, dirs_exist_ok=True)
    with shared_application(settings_of(url_in(folder))) as application:
        add_product(application)
        yield routes_of(application)


@pytest.fixture
def application(migrated_url: str) -> Iterator[Application]:
    """A shop of this test alone."""
    with shared_application(settings_of(migrated_url)) as application:
        add_product(application)
        yield application


@pytest.fixture
def own_web(application: Application) -> ASGIApp:
    """Its routes."""
    return routes_of(application)


@pytest.mark.parametrize("path", ["/api/products", "/api/products/1", "/api/products/2", "/schema"])
def test_head_is_get_without_a_body(web: ASGIApp, path: str) -> None:
    shown, head = ask(web, "GET", path), ask(web, "HEAD", path)

    assert head.status_code == shown.status_code
    assert head.headers["Content-Length"] == shown.headers["Content-Length"]
    assert head.content == b""


@pytest.mark.needs("likes")
def test_head_is_not_answered_where_get_is_not(web: ASGIApp) -> None:
    assert ask(web, "HEAD", "/api/products/1/like").status_code == 405


@pytest.mark.parametrize("host", ["[", "[::1", "elsewhere.example", ""])
def test_a_host_that_is_not_this_machine_is_refused(web: ASGIApp, host: str) -> None:
    assert ask(web, "GET", "/api/products", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://[", "http://elsewhere.example", "https://localhost", "null", ""]
)
def test_a_write_from_another_origin_is_refused(web: ASGIApp, origin: str) -> None:
    refused = ask(web, "DELETE", "/api/products/1", headers={"Origin": origin})

    assert refused.status_code == 403
    assert ask(web, "GET", "/api/products/1").status_code == 200


def test_a_write_from_a_page_of_this_origin_is_done(own_web: ASGIApp) -> None:
    done = ask(own_web, "DELETE", "/api/products/1", headers={"Origin": HERE})

    assert done.status_code == 204


def test_over_https_a_page_without_it_is_another_origin(own_web: ASGIApp) -> None:
    path = "https://localhost/api/products/1"

    refused = ask(own_web, "DELETE", path, headers={"Origin": "http://localhost"})
    done = ask(own_web, "DELETE", path, headers={"Origin": "https://localhost"})

    assert (refused.status_code, done.status_code) == (403, 204)


@pytest.mark.parametrize("path", ["/api/products", "/api/products?q=mug", "/api/products/1"])
def test_products_are_asked_for_again_each_time(web: ASGIApp, path: str) -> None:
    assert ask(web, "GET", path).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "asked",
    [
        "POST /api/products", "POST /api/products/1/like", "GET /api/products/7", "GET /api/likes",
        "GET /api/person", "GET /person", "GET /api/person/1", "GET /1/score", "GET /api/bus",
        "GET /api/bus/person/events", "DELETE /api/session", "POST /api/accounts", "GET /api/user",
        "GET /health/live", "GET /metrics", "GET /schema", "GET /nowhere", "PATCH /api/products",
    ],
)  # fmt: skip
def test_nothing_else_is_stored(own_web: ASGIApp, asked: str) -> None:
    assert ask(own_web, *asked.split()).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/api/products", "/api/products/7", "/nowhere", "/schema", "/schema/viewer/viewer.js"]
)
def test_no_answer_is_taken_for_another_media_type(web: ASGIApp, path: str) -> None:
    assert ask(web, "GET", path).headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "cpf",
    [
        "33333333333", "11111", "333.333.333-33", "order-123.456.789-09", "12345678909.7",
        "cpf12345678909", "2024:12345678909:x", "123456789-09", "7_123.456.789-09",
    ],
)  # fmt: skip
def test_no_request_is_followed_by_a_cpf(web: ASGIApp, cpf: str) -> None:
    answer = ask(web, "GET", "/health/live", headers={"X-Correlation-Id": cpf})

    assert len(answer.headers["X-Correlation-Id"]) == 36


@pytest.mark.parametrize(
    "given",
    [
        "order-17", "job-1718000000000", "20241231-235959-000001",
        "01890a5d-ac96-774b-bcce-12345678901a", "01890a5dac96774bbccea12345678901",
    ],
)  # fmt: skip
def test_a_request_is_followed_by_the_id_that_it_brings(web: ASGIApp, given: str) -> None:
    answer = ask(web, "GET", "/health/live", headers={"X-Correlation-Id": given})

    assert answer.headers["X-Correlation-Id"] == given


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/api/products", "GET, HEAD, OPTIONS, POST"),
        ("/api/products/1", "DELETE, GET, HEAD, OPTIONS, PUT"),
        pytest.param("/api/products/1/like", "DELETE, OPTIONS, POST", marks=needs("likes")),
        pytest.param("/person/11111", "DELETE, GET, HEAD, OPTIONS, PUT", marks=needs("person")),
        ("/health/live", "GET, HEAD, OPTIONS"),
    ],
)
def test_every_method_that_a_path_answers_is_named(web: ASGIApp, path: str, methods: str) -> None:
    options, refused = ask(web, "OPTIONS", path), ask(web, "PATCH", path)

    assert (options.status_code, options.headers["Allow"]) == (204, methods)
    assert (refused.status_code, refused.headers["Allow"]) == (405, methods)


@pytest.mark.parametrize(
    ("path", "prev"),
    [
        ("/api/products?limit=2&offset=2", 0),
        ("/api/products?limit=2&offset=4", 2),
        ("/api/products?limit=2&offset=9000", 4),
        ("/api/products?limit=2&offset=6", 4),
        ("/api/products?limit=3&offset=7", 3),
        ("/api/products?limit=9&offset=9", 0),
        ("/api/products?limit=9&offset=9&q=nothing", 0),
    ],
)
def test_the_page_before_is_one_that_has_entries(
    application: Application, own_web: ASGIApp, path: str, prev: int
) -> None:
    products = application.hosted()["products"].products()
    for _ in range(4):
        products.create(title="mug", description="", image="image")

    before = ask(own_web, "GET", path).links["prev"]["url"]

    assert httpx.URL(before).params["offset"] == str(prev)
    assert ask(own_web, "GET", before).json() or "nothing" in path


def test_a_client_that_hangs_up_within_its_body_is_no_error(
    web: ASGIApp, caplog: pytest.LogCaptureFixture
) -> None:
    coming = iter([{"type": "http.request", "body": b'{"title"', "more_body": True}])
    hung_up = {"type": "http.disconnect"}

    async def receive() -> Any:
        return next(coming, hung_up)

    async def send(_message: Any) -> None:
        pass

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {
        "type": "http", "method": "POST", "path": "/api/products", "query_string": b"",
        "headers": headers, "scheme": "http", "server": ("localhost", 80), "client": ("::1", 7),
        "root_path": "", "http_version": "1.1",
    }  # fmt: skip
    with structlog.testing.capture_logs() as lines:
        asyncio.run(web(scope, receive, send))  # type: ignore[arg-type]  # all that it looks at

    assert [(line["event"], line["status"]) for line in lines] == [("request", 400)]


@pytest.mark.parametrize("written", ["0_1", "%EF%BC%91", "+1", "%201", "00000000000000000001"])
def test_a_number_is_written_in_plain_digits(web: ASGIApp, written: str) -> None:
    assert ask(web, "GET", f"/api/products/{written}").status_code == 404


@pytest.fixture
def busy_threads() -> Iterator[None]:
    """All threads for requests are busy with slow ones."""
    before, over = get_asyncio_executor(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(over.wait)
        set_asyncio_executor(pool)
        yield
        set_asyncio_executor(before)
        over.set()


def test_liveness_does_not_queue_behind_slow_requests(web: ASGIApp, busy_threads: None) -> None:
    assert ask(web, "GET", "/health/live").status_code == 200


@pytest.mark.needs("likes")
def test_the_bus_is_shown_although_a_module_s_database_is_away(
    application: Application, own_web: ASGIApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Database("postgresql://u@127.0.0.1:1/d", "likes")
    monkeypatch.setattr(application.hosted()["likes"].participant(), "database", away)

    modules = ask(own_web, "GET", "/api/bus").json()["modules"]

    assert modules["products"]["unsent"] == 0
    assert modules["likes"] == {
        "module": "likes",
        "sentences": ["its database does not answer (OperationalError)"],
    }


def test_the_bus_shows_its_transport_s_faults_and_the_relays_of_this_process(
    application: Application, own_web: ASGIApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application.transport(), "findings", ["the broker is away"])

    with application.bus():
        shown = ask(own_web, "GET", "/api/bus").json()

    assert shown["faults"] == ["the broker is away"]
    assert shown["relays"] == dict.fromkeys(MODULE_NAMES, True)
