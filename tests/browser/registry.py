"""The persons that a scenario finds registered, put there over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import httpx

from features.eventually import eventually
from features.shop import Shop
from tests.browser.windows import session_cookie
from web.session import COOKIE


class Registry:
    """What the clerk would do while nobody watches."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.addresses: dict[str, str] = {}

    def clear(self) -> None:
        """Erase everybody."""
        for person in self._client.get("/api/person").raise_for_status().json():
            self._client.delete(f"/api/person/{person['id']}").raise_for_status()

    def register(self, name: str, cpf: str) -> None:
        """Register somebody, and wait until score knows of them."""
        born = date(1990, 2, 28).isoformat()
        body = {"cpf": cpf, "name": name, "address": "1 Main Street", "date_of_birth": born}
        added = self._client.post("/api/person", json=body).raise_for_status()
        self.addresses[name] = added.headers["Location"]
        eventually(lambda: self._expect_score(name))

    def add(self, name: str, kind: str, value: int, **more: str) -> None:
        """Add an entry."""
        body = {"value": value, **more}
        self._client.post(f"{self.addresses[name]}/{kind}", json=body).raise_for_status()

    def move(self, name: str, address: str) -> None:
        """Let somebody live elsewhere."""
        body = {"name": name, "address": address}
        self._client.put(self.addresses[name], json=body).raise_for_status()

    def page_of(self, name: str) -> str:
        """Where somebody's page is."""
        return self.addresses[name].removeprefix("/api").replace("/person/", "/people/")

    def _expect_score(self, name: str) -> None:
        assert self._client.get(f"{self.addresses[name]}/score").is_success


@contextmanager
def open_registry(shop: Shop, secret_key: str) -> Iterator[Registry]:
    """The registry of the shop, with nobody in it."""
    cookies = {COOKIE: session_cookie(secret_key, "clerk", "admin")}
    with httpx.Client(base_url=shop.url, cookies=cookies) as client:
        registry = Registry(client)
        registry.clear()
        yield registry
