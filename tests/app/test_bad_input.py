"""Odd input on every route: a clear answer with the right status, no row and no event left."""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from litestar.types import ASGIApp

from app.container import MODULE_NAMES, Application, assemble, dispose
from app.migrations import upgrade_all
from app.server.application import web_application
from app.settings import settings_from
from web.bodies import MAX_BODY_BYTES

NOT_TEXT: list[Any] = [5, 1.5, True, [], {}, ["a"], {"a": 1}]
NOT_STORABLE = ["a\0b", "\ud800"]
BLANK = [" ", "\u200b\u2060 \ufeff\u00ad"]
ODD_TEXTS = [
    "\u202eright to left\u202c \u0639\u0631\u0628\u0649",
    "\U0001f984 \U0001f469\u200d\U0001f469\u200d\U0001f467",
    "'; DROP TABLE products; --",
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7} %s %00 \\u0000",
    "../../etc/passwd",
]
NOT_MONEY: list[Any] = [
    0, -1, -0.01, 0.001, 1.001, 1000000000000, 999999999999.991, "1e3", "NaN", "Infinity", "-1",
    "0", "0.00", "1.001", "1000000000000.00", "", " 1", "1 ", "+1", "1_0", "1,5", "1.", ".5",
    "\u0661", True, False, [], {}, "\ud800",
]  # fmt: skip
NOT_MONEY_NUMBERS = [
    "1e400",
    "1e99999999999999999999",
    "-1e-99999999999999999999",
    "1e999999999",
    "1e-999999999",
    "-1e400",
    "1e12",
    "0.1e-2",
    "10.000000001",
]
NOT_A_CPF: list[Any] = [-1, 123456789012, "", "123456789012", "12.3", "abc", True, [], {}, 1.5]
NOT_A_DATE: list[Any] = [5, "", "yesterday", "2019-13-01", "2019-02-30", "9999-01-01", True, []]


@dataclass(frozen=True)
class Field:
    """A field of a body: what it may not be, and whether it can be left out or be null."""

    wrong: list[Any]
    required: bool = True
    nullable: bool = False


def text(longest: int, shortest: int = 1, *, required: bool = True) -> Field:
    """Free text of so many characters."""
    bounds = ["x" * (longest + 1), *([""] if shortest else [])]
    return Field([*NOT_TEXT, *NOT_STORABLE, *bounds], required)


def visible(longest: int) -> Field:
    """Text in which there is something to see."""
    return Field([*text(longest).wrong, *BLANK])


TITLE, IMAGE, DESCRIPTION = visible(200), visible(20_000), text(5_000, 0, required=False)
STATE = Field(["sold", "", 5, [], "ACTIVE"], required=False)
KEPT_STATE = replace(STATE, nullable=True)
REASON = visible(500)
NAME, ADDRESS, ENTRY_TYPE = visible(200), visible(500), visible(100)
CPF, BIRTH, MONEY = Field(NOT_A_CPF), Field(NOT_A_DATE), Field(NOT_MONEY)
KEPT_BIRTH = Field(NOT_A_DATE, required=False, nullable=True)
ACCOUNT_NAME = visible(100)
PASSWORD = Field([*NOT_TEXT, "short", "x" * 257])

PRODUCT = {"title": "mug", "description": "a thing", "image": "an image", "state": "active"}
PERSON = {"cpf": 22222, "name": "Ann", "address": "Here 1", "date_of_birth": "2000-01-31"}
CORRECTION = {name: value for name, value in PERSON.items() if name != "cpf"}
ACCOUNT = {"name": "ann", "password": "correct horse"}


@dataclass(frozen=True)
class BodyRoute:
    """A route that takes a body: where to ask, a body that is right, and what its fields take."""

    ask: str
    right: Mapping[str, Any]
    fields: Mapping[str, Field]

    @property
    def method(self) -> str:
        return self.ask.split()[0]

    @property
    def path(self) -> str:
        return self.ask.split()[1]


_PRODUCT_FIELDS = {"title": TITLE, "description": DESCRIPTION, "image": IMAGE, "state": STATE}
_PERSON_FIELDS = {"name": NAME, "address": ADDRESS, "date_of_birth": BIRTH}
_ENTRY = {"type": "renting", "value": 1000}
_ENTRY_FIELDS = {"type": ENTRY_TYPE, "value": MONEY}

ROUTES: dict[str, BodyRoute] = {
    "POST /api/products": BodyRoute("POST /api/products", PRODUCT, _PRODUCT_FIELDS),
    "PUT /api/products/{product_id}": BodyRoute(
        "PUT /api/products/1", PRODUCT, {**_PRODUCT_FIELDS, "state": KEPT_STATE}
    ),
    "POST /api/person": BodyRoute("POST /api/person", PERSON, {"cpf": CPF, **_PERSON_FIELDS}),
    "PUT /api/person/{cpf}": BodyRoute(
        "PUT /api/person/11111",
        CORRECTION,
        {**_PERSON_FIELDS, "date_of_birth": KEPT_BIRTH},
    ),
    "POST /api/person/{cpf}/income": BodyRoute(
        "POST /api/person/11111/income", _ENTRY, _ENTRY_FIELDS
    ),
    "POST /api/person/{cpf}/asset": BodyRoute(
        "POST /api/person/11111/asset", _ENTRY, _ENTRY_FIELDS
    ),
    "POST /api/person/{cpf}/debt": BodyRoute(
        "POST /api/person/11111/debt", {"value": 1000}, {"value": MONEY}
    ),
    "POST /api/accounts": BodyRoute(
        "POST /api/accounts", ACCOUNT, {"name": ACCOUNT_NAME, "password": PASSWORD}
    ),
    "POST /api/session": BodyRoute(
        "POST /api/session", ACCOUNT, {"name": Field(NOT_TEXT), "password": Field(NOT_TEXT)}
    ),
    "POST /api/bus/{module}/dead-letters/discard": BodyRoute(
        "POST /api/bus/likes/dead-letters/discard", {"reason": "old"}, {"reason": REASON}
    ),
    "POST /api/bus/{module}/dead-letters/{letter}/discard": BodyRoute(
        "POST /api/bus/likes/dead-letters/abc/discard", {"reason": "old"}, {"reason": REASON}
    ),
}

BODY_ROUTES = [pytest.param(route, id=name) for name, route in ROUTES.items()]
WRONG_FIELDS = [
    pytest.param(route, field, value, id=f"{name} {field}={value!a:.20}")
    for name, route in ROUTES.items()
    for field, takes in route.fields.items()
    for value in takes.wrong
]


class Server:
    """All modules in this process, over SQLite, with one product and one person."""

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
    with TestClient(web_application(app), base_url="http://127.0.0.1") as client:
        client.post("/api/products", json=PRODUCT).raise_for_status()
        client.post("/api/person", json={**PERSON, "cpf": 11111}).raise_for_status()
        yield Server(app, client)


def test_the_table_has_every_route_that_takes_a_body(app: Application) -> None:
    taking = {
        f"{method} {path}"
        for method, path, operation in operations(web_application(app))
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
def test_a_compressed_body_is_refused(server: Server, coding: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}

    answer = server.ask("POST", "/api/products", content=as_json(PRODUCT), headers=headers)

    assert answer.status_code == 415


def test_a_body_counts_as_json_when_nothing_else_is_said(server: Server) -> None:
    plain = server.ask("POST", "/api/products", content=as_json(PRODUCT))
    identity = server.ask(
        "POST", "/api/products", json=PRODUCT, headers={"Content-Encoding": "identity"}
    )

    assert (plain.status_code, identity.status_code) == (201, 201)


@pytest.mark.parametrize("as_chunks", [False, True])
def test_a_body_is_not_too_large_where_nobody_reads_it_either(
    app: Application, server: Server, as_chunks: bool
) -> None:
    half = b"x" * MAX_BODY_BYTES
    for method, path, operation in operations(web_application(app)):
        if method != "GET" and "requestBody" not in operation:
            body = iter([half, half]) if as_chunks else half + half
            answer = server.ask(method, re.sub("{[^}]+}", "1", path), content=body)
            assert answer.status_code == 413, (method, path)
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.headers["X-Correlation-Id"]


def test_many_wrong_fields_are_named_in_part(server: Server) -> None:
    body = {**PRODUCT, **dict.fromkeys(f"{n:0200}" for n in range(4_000))}

    answer = refuse(server, 422, ROUTES["POST /api/products"], body)

    assert len(answer.content) < 20_000
    assert len(answer.json()["errors"]) == 100
    assert "4000" in answer.json()["detail"]


def test_what_is_wrong_is_said_in_plain_words(server: Server) -> None:
    person = ROUTES["POST /api/person"]
    far = {**PERSON, "date_of_birth": "2000-01-01T00:00:00+99:99"}

    messages = [
        refuse_bytes(server, person, b"[]").json()["errors"][0]["message"],
        refuse(server, 422, person, far).json()["errors"][0]["message"],
        server.ask("GET", "/api/person?q=%00").json()["errors"][0]["message"],
        server.ask("GET", "/api/person?limit=many").json()["errors"][0]["message"],
        server.ask("GET", "/api/bus/likes/events?before=x").json()["errors"][0]["message"],
    ]

    assert messages == [
        "A JSON object is needed",
        "There is no such date, time or distance from UTC",
        "It has characters that cannot stand here",
        "Expected a whole number, got text",
        "Expected a whole number, got text",
    ]


@pytest.mark.parametrize("value", NOT_MONEY_NUMBERS)
@pytest.mark.parametrize("kind", ["income", "asset", "debt"])
def test_a_number_that_is_no_amount_is_refused(server: Server, kind: str, value: str) -> None:
    entry = {**ROUTES[f"POST /api/person/{{cpf}}/{kind}"].right, "value": "?"}
    body = json.dumps(entry).replace('"?"', value).encode()

    answer = refuse_bytes(server, ROUTES[f"POST /api/person/{{cpf}}/{kind}"], body)

    assert (answer.status_code, named(answer)) == (422, {"value"})


@pytest.mark.parametrize("ask", list(ROUTES))
def test_a_number_of_more_digits_than_python_reads_is_named(server: Server, ask: str) -> None:
    route = ROUTES[ask]
    field = next(iter(route.fields))
    body = json.dumps({**route.right, field: "?"}).replace('"?"', "9" * 5_000).encode()

    answer = refuse_bytes(server, route, body)

    assert (answer.status_code, named(answer)) == (422, {field})


@pytest.mark.parametrize("path", ["/api/products", "/api/person", "/api/likes"])
@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=many", "limit=", "offset=-1", f"offset={2**63}", "q=%00"],
)
def test_a_wrong_query_is_named(server: Server, path: str, query: str) -> None:
    answer = server.ask("GET", f"{path}?{query}")

    assert answer.status_code == 422
    assert named(answer) == {query.split("=")[0]}


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        *((path, {"limit", "offset", "q"}) for path in ("/api/products", "/person", "/api/likes")),
        ("/api/bus/likes/dead-letters", {"limit", "offset", "type", "subject", "cause"}),
        ("/api/bus/likes/events", {"limit", "before", "type", "subject", "correlation"}),
    ],
)
def test_every_wrong_part_of_a_query_is_named(server: Server, path: str, wrong: set[str]) -> None:
    values = dict.fromkeys(wrong, "x" * 201) | {"offset": "-1"}

    answer = server.ask("GET", path, params={name: values[name] for name in wrong})

    assert (answer.status_code, named(answer)) == (422, wrong)


def paths_of(app: Application) -> set[str]:
    """Every path that the OpenAPI document has."""
    return {path for _, path, _ in operations(web_application(app))}


NO_IDS = ["0", "-1", str(2**63), "9" * 30, "1.0", "1e3", "abc", "%00", "' OR 1=1 --"]


@pytest.mark.parametrize("number", NO_IDS)
def test_a_number_that_no_id_can_be_is_unknown_on_every_route(
    app: Application, server: Server, number: str
) -> None:
    for method, path, operation in operations(web_application(app)):
        numbered = [each["name"] for each in operation.get("parameters", []) if is_number(each)]
        if numbered:
            place = re.sub(rf"{{({'|'.join(numbered)})}}", number, path)
            answer = server.ask(method, place.replace("{cpf}", "11111"), json=PRODUCT)
            assert answer.status_code in {404, 405}, (method, path)


def is_number(parameter: Mapping[str, Any]) -> bool:
    """Whether it is a number in the path."""
    return bool(parameter["in"] == "path" and parameter["schema"].get("type") == "integer")


def test_another_method_is_refused_with_those_that_there_are(
    app: Application, server: Server
) -> None:
    offered: dict[str, set[str]] = {}
    for method, path, _ in operations(web_application(app)):
        offered.setdefault(path, set()).add(method)

    for path, methods in offered.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            answer = server.ask(method, re.sub("{[^}]+}", "1", path))
            assert answer.status_code == 405, (method, path)
            assert methods <= {each.strip() for each in answer.headers["Allow"].split(",")}


@pytest.mark.parametrize("path", ["/nowhere", "/api", "/api/products/1/2/3", "/api/bus/nobody"])
def test_an_unknown_path_is_a_problem_too(server: Server, path: str) -> None:
    answer = server.ask("GET", path)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("odd", ODD_TEXTS)
def test_odd_text_is_kept_as_it_is(server: Server, odd: str) -> None:
    product = server.ask("POST", "/api/products", json={**PRODUCT, "title": odd})
    asset = server.ask("POST", "/api/person/11111/asset", json={"type": odd, "value": 1})
    person = server.ask("PUT", "/api/person/11111", json={**CORRECTION, "name": odd})

    assert (product.status_code, product.json()["title"]) == (201, odd)
    assert (asset.status_code, asset.json()["type"]) == (201, odd)
    assert (person.status_code, person.json()["name"]) == (200, odd)
    assert server.ask("GET", product.headers["Location"]).json()["title"] == odd


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
