"""The OpenAPI document, and the pages that show it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp

from app.container import MODULE_NAMES, MODULES, assemble
from app.server.application import openapi_document, routed_application, web_application
from app.settings import Settings, settings_from
from tests.in_process import ask

ROOT = Path(__file__).parents[3]
KEY = "k" * 32


def settings(**given: str) -> Settings:
    """The default settings but for these."""
    return settings_from({"APP_SECRET_KEY": KEY, **given}, MODULE_NAMES)


@pytest.fixture(scope="module")
def document() -> Any:
    """The document by default: APP_AUTH=open."""
    return openapi_document(settings())


@pytest.fixture(scope="module")
def guarded() -> Any:
    """The document where people sign in."""
    return openapi_document(settings(APP_AUTH="required"))


@pytest.fixture(scope="module")
def web() -> ASGIApp:
    """The default application without its data."""
    return web_application(assemble(settings()))


def of(module: str, *values: object) -> ParameterSet:
    """A row of a table that is there as long as this module is."""
    return pytest.param(*values, marks=pytest.mark.needs(module))


def operations(document: Any) -> Iterator[Any]:
    """All that is described."""
    for methods in document["paths"].values():
        yield from methods.values()


def answers(document: Any, method: str, path: str) -> str:
    """The statuses of one operation, with blanks between them."""
    return " ".join(sorted(document["paths"][path][method]["responses"]))


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        of("products", "get", "/api/products", "200 403 422 500 503"),
        of("products", "post", "/api/products", "201 400 403 413 415 422 500 503"),
        of("products", "get", "/api/products/{product_id}", "200 403 404 500 503"),
        of("person", "get", "/api/person/{cpf}", "200 304 403 404 422 500 503"),
        of(
            "products",
            "put",
            "/api/products/{product_id}",
            "200 400 403 404 412 413 415 422 500 503",
        ),
        of("products", "delete", "/api/products/{product_id}", "204 403 404 412 413 422 500 503"),
        of("likes", "post", "/api/products/{product_id}/like", "201 403 404 409 413 500 503"),
        of("person", "post", "/api/person", "201 400 403 409 413 415 422 500 503"),
        of("accounts", "post", "/api/accounts", "201 400 403 409 413 415 422 429 500 503"),
        of("accounts", "post", "/api/session", "201 400 401 403 413 415 422 429 500 503"),
        ("get", "/health/live", "200 403 500 503"),
        ("get", "/metrics", "200 403 500 503"),
    ],
)
def test_every_status_is_described(document: Any, method: str, path: str, statuses: str) -> None:
    assert answers(document, method, path) == statuses


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        of("products", "get", "/api/products", "200 422 500 503"),
        of("products", "post", "/api/products", "201 400 401 403 413 415 422 500 503"),
        of("likes", "post", "/api/products/{product_id}/like", "201 403 404 409 413 500 503"),
        of("person", "get", "/api/person", "200 401 403 422 500 503"),
        ("get", "/api/bus", "200 401 403 500 503"),
    ],
)
def test_where_people_sign_in_it_says_so(
    guarded: Any, method: str, path: str, statuses: str
) -> None:
    assert answers(guarded, method, path) == statuses


def test_what_takes_a_role_takes_the_session_cookie(guarded: Any) -> None:
    assert guarded["paths"]["/api/bus"]["get"]["security"] == [{"session": []}]
    assert guarded["components"]["securitySchemes"]["session"]["in"] == "cookie"


def test_every_error_is_a_problem(document: Any) -> None:
    for operation in operations(document):
        for status, answer in operation["responses"].items():
            if status >= "4":
                assert answer["content"] == {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                }


@pytest.mark.parametrize(
    ("method", "path", "status", "headers"),
    [
        of("products", "get", "/api/products", "200", {"Link", "X-Total-Count"}),
        of("products", "post", "/api/products", "201", {"ETag", "Location"}),
        of("products", "get", "/api/products/{product_id}", "200", {"ETag"}),
        of("person", "get", "/api/person/{cpf}", "304", {"ETag"}),
        of("person", "get", "/api/person/{cpf}", "200", {"ETag"}),
        of("person", "get", "/api/person", "200", {"Link", "X-Total-Count"}),
        of("products", "put", "/api/products/{product_id}", "200", {"ETag"}),
        ("get", "/api/bus/{module}/events", "200", {"Link"}),
        of("accounts", "post", "/api/session", "401", {"WWW-Authenticate"}),
        of("accounts", "post", "/api/session", "429", {"Retry-After"}),
    ],
)
def test_headers_are_described(
    document: Any, method: str, path: str, status: str, headers: set[str]
) -> None:
    answer = document["paths"][path][method]["responses"][status]

    assert set(answer["headers"]) == headers | {"X-Correlation-Id"}


@pytest.mark.needs("person")
def test_bodies_are_described_as_they_are_checked(document: Any) -> None:
    entry = document["components"]["schemas"]["NewEntry"]
    kinds = {kind["type"] for kind in entry["properties"]["value"]["anyOf"]}

    assert entry["additionalProperties"] is False
    assert kinds == {"number", "string"}


@pytest.mark.needs("person")
def test_what_is_created_is_linked_with_what_can_be_done_with_it(document: Any) -> None:
    links = document["paths"]["/api/person/{cpf}/income"]["post"]["responses"]["201"]["links"]

    assert links["remove_income"]["parameters"] == {
        "cpf": "$request.path.cpf",
        "entry_id": "$response.body#/id",
    }


@pytest.mark.parametrize("name", MODULE_NAMES)
def test_every_error_of_a_module_is_named_by_a_handler(name: str) -> None:
    app = routed_application(assemble(settings()))
    named = {
        error
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for error in problems_of(handler)
    }

    # Every path with an id may answer 404; that need not be named.
    assert {error for error, status in MODULES[name].problems.items() if status != 404} <= named


def problems_of(handler: HTTPRouteHandler) -> list[type[Exception]]:
    """What a handler says that it may end with."""
    problems: list[type[Exception]] = handler.opt.get("problems", [])
    return problems


@pytest.mark.needs("likes", "products")
def test_a_process_describes_what_it_hosts() -> None:
    apart = openapi_document(settings(APP_MODULES="likes", APP_BUS="rabbitmq"))
    module = apart["paths"]["/api/bus/{module}/events"]["get"]["parameters"][0]

    assert "/api/likes" in apart["paths"]
    assert "/api/products" not in apart["paths"]
    assert module["schema"]["enum"] == ["likes"]


@pytest.mark.matrix
def test_the_command_prints_the_same_in_each_process_and_writes_nothing(tmp_path: Path) -> None:
    printed = [
        subprocess.run(
            [sys.executable, "-m", "app", "openapi"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert printed[0] == printed[1]
    assert list(tmp_path.iterdir()) == []


def test_the_document_is_served(web: ASGIApp, document: Any) -> None:
    served = ask(web, "GET", "/schema/openapi.json")

    assert served.json() == document
    assert served.headers["Content-Type"] == "application/vnd.oai.openapi+json"


def test_the_viewer_is_whole_and_loads_nothing_from_elsewhere(web: ASGIApp) -> None:
    page = ask(web, "GET", "/schema")
    addresses = re.findall('(?:src|href)="([^"]*)"', page.text)

    assert page.headers["Content-Type"].startswith("text/html")
    assert len(addresses) == 5
    for address in addresses:
        if address != "data:,":
            assert address.startswith("/schema/")
            assert ask(web, "GET", address).status_code == 200


def test_the_viewer_s_page_may_run_nothing_but_our_own_scripts(web: ASGIApp) -> None:
    page = ask(web, "GET", "/schema")

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "<script>" not in page.text


@pytest.mark.parametrize("path", ["/schema/nothing", "/schema/viewer/nothing"])
def test_what_is_not_there_is_a_problem(web: ASGIApp, path: str) -> None:
    answer = ask(web, "GET", path)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
