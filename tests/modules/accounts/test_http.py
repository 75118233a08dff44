"""Signing up, in and out over HTTP: who the cookie then is, and what is refused."""

from collections.abc import Iterator, Mapping
from json import dumps
from typing import Any

import httpx
import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.container import MODULE_NAMES, Application, assemble, dispose
from app.migrations import upgrade_all
from app.server.application import web_application
from app.settings import settings_from
from modules.accounts import service
from modules.accounts.service import Passwords
from tests.in_process import ask
from tests.modules.accounts.quick_hasher import PASSWORD, QuickHasher

ANN = {"name": "Ann", "password": PASSWORD}
FRONT = {"Origin": "https://front.example"}


@pytest.fixture(scope="module")
def lasting_application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """A shop where people sign in, and whose front end has another origin."""
    folder = tmp_path_factory.mktemp("data")
    given = {
        "APP_DATABASE_URL": f"sqlite:///{folder}/{{module}}.db",
        "APP_SECRET_KEY": "k" * 32,
        "APP_AUTH": "required",
        "APP_CORS_ORIGINS": "https://front.example, http://localhost:3000",
    }
    assembled = assemble(settings_from(given, MODULE_NAMES))
    upgrade_all(assembled.databases(), assembled.settings())
    assembled.hosted()["accounts"].passwords.override(Passwords(QuickHasher()))
    yield assembled
    dispose(assembled)


@pytest.fixture(scope="module")
def web(lasting_application: Application) -> ASGIApp:
    """All its routes."""
    return web_application(lasting_application)


@pytest.fixture(autouse=True)
def application(lasting_application: Application) -> Application:
    """The shop without accounts, and with nothing counted yet."""
    with lasting_application.databases()["accounts"].transaction() as connection:
        connection.execute(text("DELETE FROM accounts.accounts"))
    lasting_application.hosted()["accounts"].accounts.reset()
    return lasting_application


class Browser:
    """Remembers the cookie that it was given."""

    def __init__(self, web: ASGIApp) -> None:
        self._web = web
        self._cookie = ""

    def ask(
        self, method: str, path: str, json: Any = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """The answer to one request."""
        sent = {"Cookie": self._cookie, **(headers or {})}
        # By hand, for httpx cannot write what is no text.
        content = None if json is None else dumps(json)
        if content:
            sent["Content-Type"] = "application/json"
        answer = ask(self._web, method, path, headers=sent, content=content)
        self._cookie = answer.headers.get("Set-Cookie", self._cookie).split(";")[0]
        return answer

    def user(self) -> Any:
        """Who it is."""
        return self.ask("GET", "/api/user").json()


@pytest.fixture
def browser(web: ASGIApp) -> Browser:
    """A visitor's browser."""
    return Browser(web)


def test_a_guest_who_signs_up_is_signed_in_and_stays_the_same_user(browser: Browser) -> None:
    guest = browser.user()

    opened = browser.ask("POST", "/api/accounts", json=ANN)

    assert opened.status_code == 201
    assert opened.json() == {"id": guest["id"], "name": "Ann", "role": "customer"}
    assert opened.headers["Location"] == "/api/user"
    assert browser.user() == opened.json()


def test_who_never_came_before_can_sign_up(browser: Browser) -> None:
    opened = browser.ask("POST", "/api/accounts", json=ANN)

    assert browser.user() == opened.json()


def test_who_is_signed_in_opens_another_account_for_another_user(browser: Browser) -> None:
    first = browser.ask("POST", "/api/accounts", json=ANN).json()

    second = browser.ask("POST", "/api/accounts", json={**ANN, "name": "Bob"}).json()

    assert second["id"] != first["id"]
    assert browser.user() == second


def test_a_taken_name_is_refused_and_changes_nothing(browser: Browser, web: ASGIApp) -> None:
    browser.ask("POST", "/api/accounts", json=ANN)
    other = Browser(web)
    guest = other.user()

    refused = other.ask("POST", "/api/accounts", json={**ANN, "name": "ANN"})

    assert refused.status_code == 409
    assert refused.json()["detail"] == "The name ANN is taken."
    assert other.user() == guest


def test_signing_in_elsewhere_makes_that_browser_the_same_user(
    browser: Browser, web: ASGIApp
) -> None:
    ann = browser.ask("POST", "/api/accounts", json=ANN).json()
    elsewhere = Browser(web)
    guest = elsewhere.user()

    signed_in = elsewhere.ask("POST", "/api/session", json=ANN)

    assert (signed_in.status_code, signed_in.json()) == (201, ann)
    assert "Max-Age=43200" in signed_in.headers["Set-Cookie"]
    assert elsewhere.user() == ann != guest


def test_what_was_wrong_is_not_told(browser: Browser, web: ASGIApp) -> None:
    browser.ask("POST", "/api/accounts", json=ANN)
    stranger = Browser(web)

    wrong = [
        stranger.ask("POST", "/api/session", json={**ANN, "password": "wrong horse"}),
        stranger.ask("POST", "/api/session", json={**ANN, "name": "Bob"}),
        stranger.ask("POST", "/api/session", json={"name": "", "password": ""}),
    ]

    assert [answer.status_code for answer in wrong] == [401] * 3
    assert len({answer.text for answer in wrong}) == 1
    assert wrong[0].headers["Content-Type"] == "application/problem+json"
    assert not [answer for answer in wrong if "Set-Cookie" in answer.headers]


def test_signing_out_makes_a_stranger_of_the_browser(browser: Browser) -> None:
    ann = browser.ask("POST", "/api/accounts", json=ANN).json()

    signed_out = browser.ask("DELETE", "/api/session")

    assert (signed_out.status_code, signed_out.content) == (204, b"")
    assert browser.user()["role"] == "guest"
    assert browser.user()["id"] != ann["id"]


def test_signing_out_twice_is_well_too(browser: Browser) -> None:
    assert browser.ask("DELETE", "/api/session").status_code == 204
    assert browser.ask("DELETE", "/api/session").status_code == 204


@pytest.mark.needs("products")
def test_an_admin_may_what_a_customer_may_not(
    application: Application, browser: Browser, web: ASGIApp
) -> None:
    application.hosted()["accounts"].accounts().create_admin("Boss", PASSWORD)
    admin, mug = Browser(web), {"title": "mug", "image": "image"}
    browser.ask("POST", "/api/accounts", json=ANN)
    admin.ask("POST", "/api/session", json={**ANN, "name": "Boss"})

    assert admin.user()["role"] == "admin"
    assert admin.ask("POST", "/api/products", json=mug).status_code == 201
    assert browser.ask("POST", "/api/products", json=mug).status_code == 403
    browser.ask("DELETE", "/api/session")
    assert browser.ask("POST", "/api/products", json=mug).status_code == 401


WRONG_BODIES: list[tuple[Any, list[str]]] = [
    ({}, ["name", "password"]),
    ({**ANN, "role": "admin"}, ["role"]),
    ({**ANN, "id": 1, "user_id": "x"}, ["id", "user_id"]),
    ({"name": None, "password": None}, ["name", "password"]),
    ({"name": 1, "password": ["hush hush"]}, ["name", "password"]),
    ({"name": "x" * 101, "password": "hush-hush" * 50}, ["name", "password"]),
    ({"name": "Ann\0", "password": {"hush": "hush"}}, ["name", "password"]),
    ({"name": "\ud800", "password": PASSWORD}, ["name"]),
]


@pytest.mark.parametrize("path", ["/api/accounts", "/api/session"])
@pytest.mark.parametrize(("body", "fields"), WRONG_BODIES)
def test_every_wrong_field_is_named_and_no_password_repeated(
    browser: Browser, path: str, body: Any, fields: list[str]
) -> None:
    refused = browser.ask("POST", path, json=body)

    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == fields
    assert "hush" not in refused.text
    assert PASSWORD not in refused.text


@pytest.mark.parametrize("password", ["hush", "\ud800" * 8])
def test_an_unfit_password_is_refused(browser: Browser, password: str) -> None:
    refused = browser.ask("POST", "/api/accounts", json={**ANN, "password": password})

    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["password"]
    assert "hush" not in refused.text


@pytest.mark.parametrize("name", ["Ann\n", "\ud800", "a" * 100, "\u202eAnn", "'; DROP TABLE"])
def test_whatever_is_tried_is_only_wrong(browser: Browser, name: str) -> None:
    answer = browser.ask("POST", "/api/session", json={"name": name, "password": "\ud800"})

    assert answer.status_code in {401, 422}


def test_too_many_failures_are_told_to_wait(browser: Browser) -> None:
    wrong = {"name": "Ann", "password": "wrong horse"}
    for _ in range(service.FAILURES_PER_NAME):
        assert browser.ask("POST", "/api/session", json=wrong).status_code == 401

    refused = browser.ask("POST", "/api/session", json=wrong)

    assert refused.status_code == 429
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert 0 < int(refused.headers["Retry-After"]) <= service.FAILURE_SECONDS


def test_a_page_of_an_allowed_origin_may_use_the_routes(browser: Browser) -> None:
    opened = browser.ask("POST", "/api/accounts", headers=FRONT, json=ANN)

    assert opened.status_code == 201
    assert opened.headers["Access-Control-Allow-Origin"] == FRONT["Origin"]
    assert opened.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Location" in opened.headers["Access-Control-Expose-Headers"]


@pytest.mark.needs("products")
def test_a_page_of_an_allowed_origin_can_read_what_it_is_refused_with(browser: Browser) -> None:
    refused = browser.ask("POST", "/api/products", headers=FRONT, json={})

    assert refused.status_code == 401
    assert refused.headers["Access-Control-Allow-Origin"] == FRONT["Origin"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://elsewhere.example",
        "http://front.example",
        "https://front.example:8443",
        "https://front.example.elsewhere.example",
        "https://frontxexample",
        "http://localhost:3001",
        "null",
    ],
)
def test_a_page_of_any_other_origin_may_not(browser: Browser, origin: str) -> None:
    headers = {"Origin": origin}
    preflight = {**headers, "Access-Control-Request-Method": "POST"}

    opened = browser.ask("POST", "/api/accounts", headers=headers, json=ANN)
    seen = browser.ask("GET", "/api/user", headers=headers)

    assert opened.status_code == 403
    assert opened.headers["Vary"] == seen.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Origin" not in opened.headers
    assert "Access-Control-Allow-Origin" not in seen.headers
    assert browser.ask("OPTIONS", "/api/accounts", headers=preflight).status_code == 400


def test_what_one_origin_is_answered_is_not_kept_for_another(browser: Browser) -> None:
    for headers in ({}, FRONT, {"Origin": "https://elsewhere.example"}):
        assert browser.ask("GET", "/api/user", headers=headers).headers["Vary"] == "Origin"


@pytest.mark.needs("products")
def test_a_page_learns_beforehand_of_no_method_that_no_path_has(browser: Browser) -> None:
    preflight = {**FRONT, "Access-Control-Request-Method": "PATCH"}

    assert browser.ask("OPTIONS", "/api/products/1", headers=preflight).status_code == 400


@pytest.mark.needs("products")
def test_an_allowed_page_learns_beforehand_what_it_may_send(browser: Browser) -> None:
    preflight = {
        **FRONT,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type,if-match,idempotency-key",
    }

    told = browser.ask("OPTIONS", "/api/products/1", headers=preflight)

    assert told.status_code == 204
    assert "if-match" in told.headers["Access-Control-Allow-Headers"]
    assert told.headers["Access-Control-Allow-Methods"] == "DELETE, GET, HEAD, POST, PUT"
