"""A serving shop and its accounts: what its log has not, and which proxies it believes."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from features.eventually import eventually
from features.shop import Shop, open_shop
from modules.accounts.service import FAILURES_PER_NAME

PATHS = ["/api/accounts", "/api/session", "/api/user"]
PASSWORD, WRONG = "confidential-horse", "confidential-mule"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop behind a proxy on this machine."""
    folder = tmp_path_factory.mktemp("shop")
    settings = {
        "APP_AUTH": "required",
        "APP_DATABASE_URL": "sqlite:///var/{module}.db",
        "APP_TRUSTED_PROXIES": "127.0.0.1",
        "APP_LOG_FORMAT": "json",
    }
    with open_shop(folder, settings) as opened:
        yield opened


def post(shop: Shop, path: str, *, client: str = "192.0.2.9", **body: str) -> httpx.Response:
    """What the shop answers through its proxy."""
    headers = {"X-Forwarded-For": client, "X-Forwarded-Proto": "https", "Host": "shop.example"}
    return httpx.post(f"{shop.url}{path}", json=body, headers=headers)


def logged_by(shop: Shop, *, requests: int) -> str:
    """All that it logged, once it has so many requests of this test."""
    logged = shop.log.read_text()
    assert sum(f'"{path}"' in line for line in logged.splitlines() for path in PATHS) == requests
    return logged


def test_neither_passwords_nor_cookies_are_logged(shop: Shop) -> None:
    answers = [
        post(shop, "/api/accounts", name="confidential-ann", password=PASSWORD),
        post(shop, "/api/accounts", name="confidential-ann", password=PASSWORD),
        post(shop, "/api/accounts", name="confidential-bob", password=PASSWORD, role="admin"),
        post(shop, "/api/session", name="confidential-ann", password=WRONG),
        post(shop, "/api/session", name="confidential-ann", password=PASSWORD),
        post(shop, "/api/session", name="confidential-ann", password=PASSWORD * 20),
    ]
    cookies = [value for answer in answers for value in answer.cookies.values()]
    httpx.get(f"{shop.url}/api/user", headers={"Cookie": f"session={cookies[0]}"})
    logged = eventually(lambda: logged_by(shop, requests=len(answers) + 1))

    assert [answer.status_code for answer in answers] == [201, 409, 422, 401, 201, 422]
    assert not [secret for secret in ("confidential", "argon2", *cookies) if secret in logged]


def test_what_a_trusted_proxy_says_counts(shop: Shop) -> None:
    opened = post(shop, "/api/accounts", name="Carl", password=PASSWORD)
    for _ in range(FAILURES_PER_NAME):
        post(shop, "/api/session", client="192.0.2.1", name="Carl", password=WRONG)

    one = post(shop, "/api/session", client="192.0.2.1", name="Carl", password=PASSWORD)
    another = post(shop, "/api/session", client="192.0.2.2", name="Carl", password=PASSWORD)

    assert "Secure" in opened.headers["Set-Cookie"]
    assert (one.status_code, another.status_code) == (429, 201)


def test_what_anybody_else_says_does_not(tmp_path: Path) -> None:
    settings = {"APP_DATABASE_URL": "sqlite:///var/{module}.db"}
    with open_shop(tmp_path, settings) as shop:
        headers = {"X-Forwarded-Proto": "https"}
        asked = httpx.get(f"{shop.url}/api/user", headers=headers)

    assert asked.status_code == 200
    assert "Secure" not in asked.headers["Set-Cookie"]
