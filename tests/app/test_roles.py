"""Every route and who gets in, with APP_AUTH=required and without."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path

import httpx
import pytest
from itsdangerous import URLSafeSerializer
from litestar.types import ASGIApp

from app.container import MODULE_NAMES, Application, assemble
from app.migrations import upgrade_all
from app.server.application import routed_application
from app.settings import settings_from
from tests.in_process import ask
from tests.session_cookies import KEY, asking, at, cookie_value, signed_in
from tests.shared import routes_of
from web.session import COOKIE, SIGNED_IN_SECONDS, User

# Each route of the app: the path, the methods for everybody, the methods for admins.
OWN = [
    ("/api/user", "GET", ""),
    ("/api/bus", "", "GET"),
    ("/api/bus/{module}", "", "GET"),
    ("/api/bus/{module}/events", "", "GET"),
    ("/api/bus/{module}/deliveries", "", "GET"),
    ("/api/bus/{module}/dead-letters", "", "GET"),
    ("/api/bus/{module}/dead-letters/causes", "", "GET"),
    ("/api/bus/{module}/dead-letters/{letter}", "", "GET"),
    ("/api/bus/{module}/dead-letters/{letter}/redrive", "", "POST"),
    ("/api/bus/{module}/dead-letters/{letter}/discard", "", "POST"),
    ("/api/bus/{module}/dead-letters/redrive", "", "POST"),
    ("/api/bus/{module}/dead-letters/discard", "", "POST"),
    ("/api/bus/{module}/resend", "", "POST"),
    ("/health", "GET", ""),
    ("/health/live", "GET", ""),
    ("/health/ready", "GET", ""),
    ("/schema", "GET", ""),
    ("/schema/openapi.json", "GET", ""),
    ("/schema/viewer/{file}", "GET", ""),
    ("/schema/{path}", "GET", ""),
    ("/metrics", "GET", ""),
    ("/static/{version}/{name}", "GET", ""),
    ("/operations", "", "GET"),
    ("/operations/now", "", "GET"),
    ("/operations/log", "", "GET"),
    ("/operations/story", "", "GET"),
    ("/operations/dead-letters", "", "GET POST"),
    ("/operations/dead-letters/{module}/{letter}", "", "GET"),
    ("/live/operations", "", "GET"),
]
EXPECTED = {name: import_module(f"tests.modules.{name}.roles").ROLES for name in MODULE_NAMES}
"""The same for the routes of each module, as its tests expect them."""

TABLE = [*OWN, *chain(*EXPECTED.values())]
PUBLIC = {f"{method} {path}" for path, methods, _ in TABLE for method in methods.split()}
GUARDED = {f"{method} {path}" for path, _, methods in TABLE for method in methods.split()}

PLACES = defaultdict(lambda: "1", module=MODULE_NAMES[0], file="viewer.js", name="site.css")
"""What stands for the parameters of paths."""

USERS = {
    "customer": User(id="01890a5d-ac96-774b-bcce-b302099a8057", name="customer", role="customer"),
    "admin": User(id="01890a5d-ac96-774b-bcce-b302099a8058", name="admin", role="admin"),
}


def cookie_of(role: str, *, key: str = KEY, seconds_ago: float = 0) -> str:
    """The session cookie of somebody who signed in some time ago."""
    return cookie_value(signed_in(at(time.time() - seconds_ago, key), USERS[role]))


def tampered(cookie: str) -> str:
    """The same with one character of the signature changed; of the last not every bit counts."""
    return cookie[:-9] + ("A" if cookie[-9] != "A" else "B") + cookie[-8:]


def promoted(cookie: str) -> str:
    """The same with the role of an admin written into it by hand."""
    form = URLSafeSerializer("any")
    content, _, signature = cookie.rpartition(".")
    visitor = form.load_payload(content.encode())
    return f"{form.dump_payload({**visitor, 'role': 'admin'}).decode()}.{signature}"


ADMIN, CUSTOMER = cookie_of("admin"), cookie_of("customer")

VISITORS = {
    # Who it is: the cookie, and what is answered where an admin is wanted.
    "nobody": ("", 401),
    "guest": (cookie_value(asking(at(time.time()))[1]), 401),
    "customer": (CUSTOMER, 403),
    "admin": (ADMIN, None),
    "admin with a tampered cookie": (tampered(ADMIN), 401),
    "customer who made an admin of himself": (promoted(CUSTOMER), 401),
    "admin of another shop": (cookie_of("admin", key="o" * 32), 401),
    "admin of yesterday": (cookie_of("admin", seconds_ago=SIGNED_IN_SECONDS), 401),
    "nonsense": ("admin", 401),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the data is."""
    return tmp_path_factory.mktemp("roles")


def assembled(folder: Path, **settings: str) -> Iterator[Application]:
    """All modules with these settings, migrated."""
    given = {"APP_DATABASE_URL": f"sqlite:///{folder}/{{module}}.db", "APP_SECRET_KEY": KEY}
    application = assemble(settings_from({**given, **settings}, MODULE_NAMES))
    upgrade_all(application.databases(), application.settings())
    yield application
    for database in application.databases().values():
        database.dispose()


@pytest.fixture(scope="module")
def required(folder: Path) -> Iterator[Application]:
    """A shop where people sign in."""
    yield from assembled(folder, APP_AUTH="required")


@pytest.fixture(scope="module")
def opened(folder: Path) -> Iterator[Application]:
    """The same for this machine alone."""
    yield from assembled(folder, APP_AUTH="open")


def refusals(
    web: ASGIApp, cookie: str, *, host: str = "shop.example", origin: str | None = None
) -> dict[str, int]:
    """What this visitor is refused with, where it is, of all routes.

    A page that sends it to sign in counts as 401. All its forms have their token.
    """
    token = form_token(web, host)
    headers = {
        "Cookie": f"{COOKIE}={cookie}; {token}",
        "x-csrftoken": token.partition("=")[2],
        **({"Origin": origin} if origin else {}),
    }

    async def ask_everywhere() -> dict[str, int]:
        transport = httpx.ASGITransport(web)  # type: ignore[arg-type]  # types of its own
        base = f"http://{host}"
        async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as client:
            answers = {}
            for route in PUBLIC | GUARDED:
                method, path = route.split()
                # Streams do not end by themselves.
                method = method.replace("GET", "HEAD") if path.startswith("/live/") else method
                answers[route] = await client.request(method, path.format_map(PLACES))
                client.cookies.clear()
        for answer in answers.values():
            assert answer.status_code < 500 or answer.request.url.path == "/health/ready"
        return {route: status for route, answer in answers.items() if (status := refusal(answer))}

    return asyncio.run(ask_everywhere())


def form_token(web: ASGIApp, host: str) -> str:
    """The cookie that forms are sent with, nothing where no page is shown."""
    for route in sorted(PUBLIC):
        method, path = route.split()
        # Streams do not end by themselves.
        if method == "GET" and "{" not in path and not path.startswith("/live/"):
            shown = ask(web, "GET", path, headers={"Host": host})
            cookie: str = shown.headers.get("Set-Cookie", "")
            if cookie.startswith("csrf"):
                return cookie.split(";")[0]
    return ""


def refusal(answer: httpx.Response) -> int | None:
    """The status of an answer that lets nobody in."""
    if answer.headers.get("Location", "").startswith("/sign-in?"):
        return 401
    return answer.status_code if answer.status_code in {401, 403} else None


def test_the_table_has_every_route(required: Application) -> None:
    routes = {
        f"{method} {route.path_format}"
        for route in routed_application(required).routes
        for method in route.methods - {"OPTIONS"}
    }

    assert routes == PUBLIC | GUARDED
    assert not PUBLIC & GUARDED


@pytest.mark.parametrize("visitor", VISITORS)
def test_nobody_gets_in_where_they_do_not_belong(required: Application, visitor: str) -> None:
    cookie, refused = VISITORS[visitor]

    refused_with = refusals(routes_of(required), cookie)

    assert refused_with == (dict.fromkeys(GUARDED, refused) if refused else {})


def test_while_it_is_open_everybody_on_this_machine_gets_in(opened: Application) -> None:
    assert refusals(routes_of(opened), "", host="localhost:8000") == {}


def test_while_it_is_open_nobody_else_gets_in(opened: Application) -> None:
    refused_with = refusals(routes_of(opened), ADMIN, host="shop.example")

    assert set(refused_with) == PUBLIC | GUARDED
    assert set(refused_with.values()) == {403}


def test_pages_of_other_origins_change_nothing_whoever_looks_at_them(required: Application) -> None:
    refused_with = refusals(routes_of(required), ADMIN, origin="http://elsewhere.example")

    changing = {route for route in PUBLIC | GUARDED if not route.startswith("GET ")}
    assert refused_with == dict.fromkeys(changing, 403)


def test_a_refusal_says_what_to_do(required: Application) -> None:
    web = routes_of(required)

    guest = ask(web, "GET", "/api/bus")
    customer = ask(web, "GET", "/api/bus", headers={"Cookie": f"{COOKIE}={CUSTOMER}"})

    assert guest.headers["Content-Type"] == "application/problem+json"
    assert guest.json()["detail"] == "Sign in first: POST /api/session."
    assert guest.headers["WWW-Authenticate"].startswith("Cookie ")
    assert customer.json()["detail"] == "This needs the role admin."


def test_what_methods_there_are_is_told_to_everybody(required: Application) -> None:
    told = ask(routes_of(required), "OPTIONS", "/api/bus")

    assert told.status_code == 204


def test_an_admin_who_only_reads_the_bus_stays_signed_in(required: Application) -> None:
    cookie = cookie_of("admin", seconds_ago=SIGNED_IN_SECONDS * 0.6)

    answer = ask(routes_of(required), "GET", "/api/bus", headers={"Cookie": f"{COOKIE}={cookie}"})

    assert "Max-Age=43200" in answer.headers["Set-Cookie"]


@pytest.mark.needs("products")
def test_a_process_without_accounts_knows_an_admin_by_the_key_alone(folder: Path) -> None:
    apart = {"APP_AUTH": "required", "APP_BUS": "rabbitmq", "APP_MODULES": "products"}
    [application] = assembled(folder, **apart)
    body = {"title": "mug", "image": "image"}

    added = ask(
        routes_of(application),
        "POST",
        "/api/products",
        json=body,
        headers={"Cookie": f"{COOKIE}={ADMIN}"},
    )

    assert list(application.hosted()) == ["products"]
    assert added.status_code == 201
