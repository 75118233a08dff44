"""Odd input on every route: a clear answer with the right status, no row and no event left."""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from litestar.types import ASGIApp

from app.container import MODULE_NAMES, Application, assemble, dispose
from app.migrations import upgrade_all
from app.settings import settings_from
from tests.odd_values import BodyRoute, visible
from tests.shared import routes_of
from web.bodies import MAX_BODY_BYTES

ODD_TEXTS = [
    "\u202eright to left\u202c \u0639\u0631\u0628\u0649",
    "\U0001f984 \U0001f469\u200d\U0001f469\u200d\U0001f467",
    "'; DROP TABLE products; --",
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7} %s %00 \\u0000",
    "../../etc/passwd",
]
SOME = MODULE_NAMES[0]
REASON = {"reason": visible(500)}
OWN = {
    "POST /api/bus/{module}/dead-letters/discard": BodyRoute(
        f"POST /api/bus/{SOME}/dead-letters/discard", {"reason": "old"}, REASON
    ),
    "POST /api/bus/{module}/dead-letters/{letter}/discard": BodyRoute(
        f"POST /api/bus/{SOME}/dead-letters/abc/discard", {"reason": "old"}, REASON
    ),
}

BY_MODULE: list[Any] = [
    import_module(file)
    for file in (f"tests.modules.{name}.bad_input" for name in MODULE_NAMES)
    if find_spec(file)
]
"""What the modules that take bodies say of them."""

ROUTES: dict[str, BodyRoute] = {**OWN, **dict(chain(*(each.ROUTES.items() for each in BY_MODULE)))}

BODY_ROUTES = [pytest.param(route, id=name) for name, route in ROUTES.items()]
WRONG_FIELDS = [
    pytest.param(route, field, value, id=f"{name} {field}={value!a:.20}")
    for name, route in ROUTES.items()
    for field, takes in route.fields.items()
    for value in takes.wrong
]
WRONG_JSON = [
    pytest.param(route, field, value, id=f"{name} {field}={value}")
    for name, route in ROUTES.items()
    for field, takes in route.fields.items()
    for value in takes.wrong_json
]
KEPT_TEXTS = [
    pytest.param(route, field, id=f"{name} {field}")
    for name, route in ROUTES.items()
    for field in route.keeps
]


class Server:
    """All modules in this process, over SQLite, with what their routes need."""

    def __init__(self, application: Application, client: TestClient[Any]) -> None:
        self.client = client
        self._files = {
            name: sqlite3.connect(database.path, isolation_level=None)
            for name, database in application.databases().items()
        }

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer to one request."""
        return self.client.request(method, path, follow_redirects=False, **request)

    def written(self) -> list[int]:
        """A number for each module's file that changes whenever anything is written to it."""
        return [file.execute("PRAGMA data_version").fetchone()[0] for file in self._files.values()]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """Migrated once: nothing that is refused may leave a trace."""
    folder = tmp_path_factory.mktemp("data")
    given = {
        "APP_DATABASE_URL": f"sqlite:///{folder}/{{module}}.db",
        "APP_SECRET_KEY": "k" * 32,
    }
    assembled = assemble(settings_from(given, MODULE_NAMES))
    upgrade_all(assembled.databases(), assembled.settings())
    yield assembled
    dispose(assembled)


@pytest.fixture(scope="module")
def server(app: Application) -> Iterator[Server]:
    """Ready to be asked; its bus does not run."""
    with TestClient(routes_of(app), base_url="http://127.0.0.1") as client:
        for module in BY_MODULE:
            for path, body in getattr(module, "ADDED_FIRST", []):
                client.post(path, json=body).raise_for_status()
        yield Server(app, client)


def test_the_table_has_every_route_that_takes_a_body(app: Application) -> None:
    taking = {
        f"{method} {path}"
        for method, path, operation in operations(routes_of(app))
        if "requestBody" in operation
    }
    aliases = {name for name in taking if not name.split()[1].startswith("/api/")}

    assert taking - aliases == ROUTES.keys()
    assert {name.replace(" /", " /api/") for name in aliases} <= ROUTES.keys()


def operations(web: ASGIApp) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every method and path that the OpenAPI document has, without trailing slashes."""
    inner: Any = web
    while not isinstance(inner, Litestar):
        inner = inner._app
    for path, item in inner.openapi_schema.to_schema()["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path.rstrip("/") or "/", operation


@pytest.mark.parametrize(("route", "field", "value"), WRONG_FIELDS)
def test_a_wrong_field_is_named_and_not_repeated(
    server: Server, route: BodyRoute, field: str, value: Any
) -> None:
    answer = refuse(server, 422, route, {**route.right, field: value})

    assert named(answer) == {field}
    assert field != "password" or str(value) not in answer.text or value in ([], {}, 5, True)


@pytest.mark.parametrize("route", BODY_ROUTES)
def test_every_wrong_field_is_named(server: Server, route: BodyRoute) -> None:
    answer = refuse(server, 422, route, {field: {} for field in route.fields})

    assert named(answer) == route.fields.keys()


@pytest.mark.parametrize("route", BODY_ROUTES)
def test_every_missing_field_is_named(server: Server, route: BodyRoute) -> None:
    answer = refuse(server, 422, route, {})

    assert named(answer) == {name for name, takes in route.fields.items() if takes.required}


@pytest.mark.parametrize("route", BODY_ROUTES)
def test_null_is_no_value(server: Server, route: BodyRoute) -> None:
    answer = refuse(server, 422, route, dict.fromkeys(route.fields))

    assert named(answer) == {name for name, takes in route.fields.items() if not takes.nullable}


@pytest.mark.parametrize("route", BODY_ROUTES)
def test_an_unknown_field_is_named(server: Server, route: BodyRoute) -> None:
    answer = refuse(server, 422, route, {**route.right, "role": "admin"})

    assert named(answer) == {"role"}


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"5", b"null", b"true", b"[{}]"])
@pytest.mark.parametrize("route", BODY_ROUTES)
def test_a_body_that_is_no_object_is_refused(server: Server, route: BodyRoute, body: bytes) -> None:
    answer = refuse_bytes(server, route, body)

    assert answer.status_code in {400, 422}


MALFORMED = {
    "nothing": b"",
    "half": b'{"title": ',
    "no JSON": b"title=mug",
    "NaN": b'{"value": NaN}',
    "Infinity": b'{"value": -Infinity}',
    "no UTF-8": b'{"title": "\xff\xfe"}',
    "UTF-16": '{"title": "mug"}'.encode("utf-16"),
    "a bare NUL": b'{"title": "\0"}',
    "too deep": b"[" * 100_000 + b"]" * 100_000,
    "a name twice": b'{"title": "mug", "title": "mug", "value": 1, "value": 1}',
    "a name twice within": b'{"a": [{"b": 1, "b": 1}]}',
}


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in MALFORMED.items()])
@pytest.mark.parametrize("route", BODY_ROUTES)
def test_malformed_json_is_refused(server: Server, route: BodyRoute, body: bytes) -> None:
    assert refuse_bytes(server, route, body).status_code == 400


@pytest.mark.parametrize("route", BODY_ROUTES)
def test_a_body_of_ten_megabytes_is_refused(server: Server, route: BodyRoute) -> None:
    body = b'{"title": "' + b"x" * 10 * MAX_BODY_BYTES + b'"}'

    assert refuse_bytes(server, route, body).status_code == 413


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/xml",
        "application/json-patch+json",
        "application/problem+json",
    ],
)
@pytest.mark.parametrize("route", BODY_ROUTES)
def test_another_content_type_is_refused(server: Server, route: BodyRoute, kind: str) -> None:
    assert refuse_bytes(server, route, as_json(route.right), kind).status_code == 415


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "identity, gzip"])
@pytest.mark.parametrize("route", BODY_ROUTES)
def test_a_compressed_body_is_refused(server: Server, route: BodyRoute, coding: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}

    answer = server.ask(route.method, route.path, content=as_json(route.right), headers=headers)

    assert answer.status_code == 415


@pytest.mark.needs("products")
def test_a_body_counts_as_json_when_nothing_else_is_said(server: Server) -> None:
    body = ROUTES["POST /api/products"].right
    plain = server.ask("POST", "/api/products", content=as_json(body))
    identity = server.ask(
        "POST", "/api/products", json=body, headers={"Content-Encoding": "identity"}
    )

    assert (plain.status_code, identity.status_code) == (201, 201)


@pytest.mark.parametrize("as_chunks", [False, True])
def test_a_body_is_not_too_large_where_nobody_reads_it_either(
    app: Application, server: Server, as_chunks: bool
) -> None:
    half = b"x" * MAX_BODY_BYTES
    for method, path, operation in operations(routes_of(app)):
        if method != "GET" and "requestBody" not in operation:
            body = iter([half, half]) if as_chunks else half + half
            answer = server.ask(method, re.sub("{[^}]+}", "1", path), content=body)
            assert answer.status_code == 413, (method, path)
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.headers["X-Correlation-Id"]


@pytest.mark.parametrize("route", BODY_ROUTES)
def test_many_wrong_fields_are_named_in_part(server: Server, route: BodyRoute) -> None:
    body = {**route.right, **dict.fromkeys(f"{n:0200}" for n in range(4_000))}

    answer = refuse(server, 422, route, body)

    assert len(answer.content) < 20_000
    assert len(answer.json()["errors"]) == 100
    assert "4000" in answer.json()["detail"]


@pytest.mark.needs("person")
def test_what_is_wrong_is_said_in_plain_words(server: Server) -> None:
    person = ROUTES["POST /api/person"]
    far = {**person.right, "date_of_birth": "2000-01-01T00:00:00+99:99"}

    messages = [
        refuse_bytes(server, person, b"[]").json()["errors"][0]["message"],
        refuse(server, 422, person, far).json()["errors"][0]["message"],
        server.ask("GET", "/api/person?q=%00").json()["errors"][0]["message"],
        server.ask("GET", "/api/person?limit=many").json()["errors"][0]["message"],
        server.ask("GET", f"/api/bus/{SOME}/events?before=x").json()["errors"][0]["message"],
    ]

    assert messages == [
        "A JSON object is needed",
        "There is no such date, time or distance from UTC",
        "It has characters that cannot stand here",
        "Expected a whole number, got text",
        "Expected a whole number, got text",
    ]


@pytest.mark.parametrize(("route", "field", "value"), WRONG_JSON)
def test_a_wrong_field_that_only_json_can_write_is_named(
    server: Server, route: BodyRoute, field: str, value: str
) -> None:
    body = json.dumps({**route.right, field: "?"}).replace('"?"', value).encode()

    answer = refuse_bytes(server, route, body)

    assert (answer.status_code, named(answer)) == (422, {field})


@pytest.mark.parametrize("ask", list(ROUTES))
def test_a_number_of_more_digits_than_python_reads_is_named(server: Server, ask: str) -> None:
    route = ROUTES[ask]
    field = next(iter(route.fields))
    body = json.dumps({**route.right, field: "?"}).replace('"?"', "9" * 5_000).encode()

    answer = refuse_bytes(server, route, body)

    assert (answer.status_code, named(answer)) == (422, {field})


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=many", "limit=", "offset=-1", f"offset={2**63}", "q=%00"],
)
def test_a_wrong_query_is_named(app: Application, server: Server, query: str) -> None:
    for path, names in lists(app):
        if query.split("=")[0] in names:
            answer = server.ask("GET", f"{path}?{query}")
            assert answer.status_code == 422, path
            assert named(answer) == {query.split("=")[0]}


def test_every_wrong_part_of_a_query_is_named(app: Application, server: Server) -> None:
    for path, names in lists(app):
        values = dict.fromkeys(names, "x" * 201) | {"offset": "-1"}

        answer = server.ask("GET", path, params={name: values[name] for name in names})

        assert (answer.status_code, named(answer)) == (422, names), path


def lists(app: Application) -> Iterator[tuple[str, set[str]]]:
    """Every list that is shown in parts: where it is, and what its query takes."""
    for method, path, operation in operations(routes_of(app)):
        names = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
        if method == "GET" and names & {"offset", "before"}:
            # Times are read when all else is right.
            yield path.replace("{module}", SOME), names - {"since", "until"}


def paths_of(app: Application) -> set[str]:
    """Every path that the OpenAPI document has."""
    return {path for _, path, _ in operations(routes_of(app))}


NO_IDS = ["0", "-1", str(2**63), "9" * 30, "1.0", "1e3", "abc", "%00", "' OR 1=1 --"]


@pytest.mark.parametrize("number", NO_IDS)
def test_a_number_that_no_id_can_be_is_unknown_on_every_route(
    app: Application, server: Server, number: str
) -> None:
    for method, path, operation in operations(routes_of(app)):
        numbered = [each["name"] for each in operation.get("parameters", []) if is_number(each)]
        if numbered:
            place = re.sub(rf"{{({'|'.join(numbered)})}}", number, path)
            answer = server.ask(method, re.sub("{[^}]+}", "11111", place), json={})
            assert answer.status_code in {404, 405}, (method, path)


def is_number(parameter: Mapping[str, Any]) -> bool:
    """Whether it is a number in the path."""
    return bool(parameter["in"] == "path" and parameter["schema"].get("type") == "integer")


def test_another_method_is_refused_with_those_that_there_are(
    app: Application, server: Server
) -> None:
    offered: dict[str, set[str]] = {}
    for method, path, _ in operations(routes_of(app)):
        offered.setdefault(path, set()).add(method)

    for path, methods in offered.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            answer = server.ask(method, re.sub("{[^}]+}", "1", path))
            assert answer.status_code == 405, (method, path)
            assert methods <= {each.strip() for each in answer.headers["Allow"].split(",")}


@pytest.mark.parametrize("path", ["/nowhere", "/api", "/api/nowhere/1/2/3", "/api/bus/nobody"])
def test_an_unknown_path_is_a_problem_too(server: Server, path: str) -> None:
    answer = server.ask("GET", path)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("odd", ODD_TEXTS)
@pytest.mark.parametrize(("route", "field"), KEPT_TEXTS)
def test_odd_text_is_kept_as_it_is(server: Server, route: BodyRoute, field: str, odd: str) -> None:
    answer = server.ask(route.method, route.path, json={**route.right, field: odd})
    shown = server.ask("GET", answer.headers.get("Location", route.path))

    assert answer.is_success
    assert answer.json()[field] == odd
    assert odd in texts_in(shown.json())


def texts_in(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        return [value]
    within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in within for text in texts_in(each)]


def refuse(server: Server, status: int, route: BodyRoute, body: Any) -> httpx.Response:
    """The answer to a JSON body that is refused with this status."""
    answer = refuse_bytes(server, route, as_json(body))
    assert answer.status_code == status, answer.text
    return answer


def refuse_bytes(
    server: Server, route: BodyRoute, body: bytes, kind: str = "application/json"
) -> httpx.Response:
    """The answer to a body that is refused, clearly and without a trace."""
    before = server.written()

    answer = server.ask(route.method, route.path, content=body, headers={"Content-Type": kind})

    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    assert server.written() == before
    return answer


def named(answer: httpx.Response) -> set[str]:
    """The fields that an answer complains of."""
    return {wrong["field"].split(".")[0] for wrong in answer.json()["errors"]}


def as_json(body: Any) -> bytes:
    """JSON in which a lone surrogate is written as an escape."""
    return json.dumps(body).encode()
