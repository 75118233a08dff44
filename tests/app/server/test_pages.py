"""What all pages share: who may send their forms, what they may load, how they tell of errors."""

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from litestar.exceptions import TooManyRequestsException
from litestar.types import ASGIApp

from app.container import Application
from modules.accounts.service import Accounts, Passwords
from tests.in_process import HERE, ask
from tests.modules.accounts.quick_hasher import QuickHasher
from tests.session_cookies import KEY, at, cookie_value, signed_in
from tests.shared import routes_of, shared_application
from web.forms import Form
from web.pages import local
from web.session import COOKIE

NEEDS = ["products", "accounts"]

STOREFRONT = pytest.param("/", marks=pytest.mark.needs("likes"))
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
KILOBYTES = 1000


@pytest.fixture
def application(migrated_url: str) -> Iterator[Application]:
    """All modules, while everybody acts as admin."""
    given = {"APP_DATABASE_URL": migrated_url, "APP_SECRET_KEY": KEY}
    with shared_application(given) as application:
        # What it counts of earlier tests, and the time that passwords take.
        accounts = application.hosted()["accounts"]
        accounts.accounts.reset()
        with accounts.passwords.override(Passwords(QuickHasher())):
            yield application


@pytest.fixture
def web(application: Application) -> ASGIApp:
    """All its routes."""
    return routes_of(application)


def token(web: ASGIApp) -> str:
    """The form token of a visitor, which is also its cookie's value."""
    cookie: str = ask(web, "GET", "/sign-in").headers["Set-Cookie"]
    return cookie.split(";")[0]


def send(web: ASGIApp, path: str, cookie: str, **fields: str) -> httpx.Response:
    """The answer to a form with its token."""
    form = {"_csrf_token": cookie.partition("=")[2], **fields}
    return ask(web, "POST", path, data=form, headers={"Cookie": cookie, "Origin": HERE})


def test_a_form_without_its_token_is_refused_with_a_page(web: ASGIApp) -> None:
    refused = ask(web, "POST", "/admin/products/create", data={"title": "mug", "image": "image"})

    assert refused.status_code == 403
    assert refused.headers["Content-Type"].startswith("text/html")
    assert "This page is out of date: reload it and try again." in refused.text
    assert ask(web, "GET", "/api/products").json() == []


def test_a_token_of_one_process_is_good_in_another_with_the_key(
    web: ASGIApp, migrated_url: str
) -> None:
    apart = {"APP_MODULES": "products", "APP_BUS": "rabbitmq"}
    given = {"APP_DATABASE_URL": migrated_url, "APP_SECRET_KEY": KEY, **apart}
    with shared_application(given) as other:
        added = send(
            routes_of(other), "/admin/products/create", token(web), title="mug", image="/image"
        )

    assert added.status_code == 303


def test_a_form_of_another_origin_is_refused_with_the_token_too(web: ASGIApp) -> None:
    cookie = token(web)
    headers = {"Cookie": cookie, "Origin": "http://elsewhere.example"}
    form = {"_csrf_token": cookie.partition("=")[2], "title": "mug", "image": "image"}

    assert ask(web, "POST", "/admin/products/create", data=form, headers=headers).status_code == 403


def test_a_form_is_checked_as_json_is(web: ASGIApp) -> None:
    answer = send(
        web, "/admin/products/create", token(web), title="x" * 201, image="", state="sold"
    )

    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 3
    assert "At most 200 characters." in answer.text
    assert "x" * 201 in answer.text


def test_a_form_of_ten_megabytes_is_refused(web: ASGIApp) -> None:
    answer = send(web, "/admin/products/create", token(web), title="x" * 10_000_000)

    assert answer.status_code == 413


def test_a_form_in_parts_is_refused(web: ASGIApp) -> None:
    cookie = token(web)
    headers = {"Cookie": cookie, "x-csrftoken": cookie.partition("=")[2]}
    files = {"title": (None, "mug")}

    answer = ask(web, "POST", "/admin/products/create", files=files, headers=headers)

    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("path", "headers", "kind"),
    [
        ("/nothing", HTML, "text/html"),
        ("/nothing", {}, "application/problem+json"),
        ("/api/nothing", HTML, "application/problem+json"),
        ("/api/products/7", HTML, "application/problem+json"),
        ("/admin/products/7/edit", HTML, "text/html"),
        ("/admin/products/7/edit", {"HX-Request": "true"}, "application/problem+json"),
    ],
)
def test_an_error_is_a_page_where_a_page_was_asked_for(
    web: ASGIApp, path: str, headers: dict[str, str], kind: str
) -> None:
    answer = ask(web, "GET", path, headers=headers)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith(kind)
    assert ("Go back, or go on from the storefront." in answer.text) == (kind == "text/html")


@pytest.mark.parametrize("path", [STOREFRONT, "/admin/products", "/sign-in", "/nothing"])
def test_pages_run_nothing_but_our_own_scripts(web: ASGIApp, path: str) -> None:
    shown = ask(web, "GET", path, headers=HTML)

    policy = shown.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert not re.search(r"<script(?! defer src=)|<style| style=| on\w+=", shown.text)


@pytest.mark.parametrize("path", [STOREFRONT, "/admin/products", "/sign-in"])
def test_a_page_is_less_than_a_hundred_kilobytes_at_first(
    web: ASGIApp, application: Application, path: str
) -> None:
    products = application.hosted()["products"].products()
    for number in range(24):
        products.create(title=f"Product {number}", description="It is good. " * 10, image="none")
    shown = ask(web, "GET", path)
    loaded = re.findall(r'(?:href|src)="(/static/[^"]*)"', shown.text)
    asked = {"Accept-Encoding": "gzip"}

    files = [ask(web, "GET", address, headers=asked) for address in sorted(set(loaded))]

    sizes = [int(each.headers["Content-Length"]) for each in files]
    assert len(sizes) == 6
    assert len(shown.content) + sum(sizes) < 100 * KILOBYTES


@pytest.mark.needs("likes")
def test_a_file_is_kept_for_ever_under_its_own_version_alone(web: ASGIApp) -> None:
    [address] = re.findall(r'"(/static/[^"]*/site.css)"', ask(web, "GET", "/").text)

    ours = ask(web, "GET", address)
    other = ask(web, "GET", "/static/000000000000/site.css")

    assert "immutable" in ours.headers["Cache-Control"]
    assert other.headers["Cache-Control"] == "no-cache"
    assert ours.content == other.content
    assert ask(web, "GET", "/static/000000000000/../pages.py").status_code == 404


def test_a_word_is_said_once(web: ASGIApp) -> None:
    added = send(web, "/admin/products/create", token(web), title="<b>mug</b>", image="/image")
    cookie = added.headers["Set-Cookie"].split(";")[0]

    shown = ask(web, "GET", "/admin/products", headers={"Cookie": cookie})

    assert "“&lt;b&gt;mug&lt;/b&gt;” was added." in shown.text
    assert "flash=" in shown.headers["Set-Cookie"]
    assert "Max-Age=0" in shown.headers["Set-Cookie"]


def test_a_word_that_we_did_not_sign_is_not_said(web: ASGIApp) -> None:
    shown = ask(web, "GET", "/sign-in", headers={"Cookie": "flash=Send us your password."})

    assert "Send us" not in shown.text


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/people?q=a", "/people?q=a"),
        ("", "/"),
        ("people", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("https://elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\n/elsewhere.example", "/"),
        ("//[", "/"),
    ],
)
def test_one_is_led_to_pages_of_ours_alone(path: str, leads_to: str) -> None:
    assert local(path) == leads_to


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        pytest.param("/?q=", "/", marks=pytest.mark.needs("likes")),
        ("/operations/log?module=&type=a&subject=&since=", "/operations/log?type=a"),
        ("/admin/products?q=&offset=20", "/admin/products?offset=20"),
        pytest.param("/?q=mug", None, marks=pytest.mark.needs("likes")),
        pytest.param("/?q=caf%E9", None, marks=pytest.mark.needs("likes")),
    ],
)
def test_what_a_form_left_empty_is_left_out_of_the_address(
    web: ASGIApp, address: str, leads_to: str | None
) -> None:
    assert ask(web, "GET", address, headers=HTML).headers.get("location") == leads_to


@pytest.mark.needs("likes")
def test_a_script_that_searches_for_nothing_is_answered_at_once(web: ASGIApp) -> None:
    assert ask(web, "GET", "/?q=", headers={**HTML, "HX-Request": "true"}).status_code == 200


def test_a_field_that_stands_several_times_has_all_its_values() -> None:
    form = Form({"id": "2"}, {"id": ["1", "2"]})

    assert (form["id"], form.all("id"), form.all("other")) == ("2", ["1", "2"], ())


@pytest.mark.needs("person")
@pytest.mark.parametrize(
    ("referer", "leads_to"),
    [
        (f"{HERE}/people/7?q=a", "/people/7?q=a"),
        (f"{HERE}//elsewhere.example/", "/"),
        (f"{HERE}.elsewhere.example/people", "/"),
        ("http://elsewhere.example/people", "/"),
        (None, "/"),
    ],
)
def test_whose_session_is_gone_comes_back_to_the_page_of_the_form(
    migrated_url: str, referer: str | None, leads_to: str
) -> None:
    given = {"APP_DATABASE_URL": migrated_url, "APP_SECRET_KEY": KEY, "APP_AUTH": "required"}
    with shared_application(given) as application:
        web = routes_of(application)
        cookie = token(web)
        headers = {"Cookie": cookie, "Origin": HERE, **({"Referer": referer} if referer else {})}
        form = {"_csrf_token": cookie.partition("=")[2]}

        refused = ask(web, "POST", "/people", data=form, headers=headers)

    assert refused.status_code == 303
    assert refused.headers["Location"] == f"/sign-in?{urlencode({'next': leads_to})}"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
def test_who_has_signed_in_is_led_on_instead_of_signing_in_again(web: ASGIApp, path: str) -> None:
    session = cookie_value(signed_in(at(time.time())))

    answer = ask(web, "GET", f"{path}?next=/people", headers={"Cookie": f"{COOKIE}={session}"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/people")


def test_a_wrong_password_is_written_again_at_once(web: ASGIApp) -> None:
    told = send(web, "/sign-up", token(web), name="ann", password="short")

    [focused] = re.findall("<input[^>]* autofocus[^>]*>", told.text)
    assert 'name="password"' in focused


def test_too_many_tries_are_told_at_the_form(web: ASGIApp) -> None:
    cookie = token(web)
    tries = [
        send(web, "/sign-in", cookie, name="ann", password=f"wrong {each}") for each in range(11)
    ]

    assert [each.status_code for each in tries] == [422] * 10 + [429]
    assert int(tries[-1].headers["Retry-After"]) > 0
    assert tries[-1].headers["Content-Type"].startswith("text/html")
    assert 'value="ann"' in tries[-1].text
    assert re.search('<small[^>]*class="wrong"[^>]*>Too many', tries[-1].text)
    assert "wrong 10" not in tries[-1].text


def test_too_many_new_accounts_are_told_at_the_form(
    web: ASGIApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The limit itself has tests of its own, and a hundred passwords would be hashed here.
    def refuse(*_: Any, **__: Any) -> None:
        raise TooManyRequestsException(
            "Too many accounts. Try later.", headers={"Retry-After": "9"}
        )

    monkeypatch.setattr(Accounts, "sign_up", refuse)
    refused = send(web, "/sign-up", token(web), name="ann", password="correct horse")

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "9")
    assert 'value="ann"' in refused.text
    assert "Too many accounts. Try later." in refused.text


def test_passwords_are_not_kept_in_memory_after_their_request(web: ASGIApp) -> None:
    from litestar._parsers import parse_url_encoded_form_data

    before: Any = parse_url_encoded_form_data.cache_info()
    send(web, "/sign-in", token(web), name="ann", password="correct horse")

    assert parse_url_encoded_form_data.cache_info() == before
