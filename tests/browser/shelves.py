"""The products that a scenario finds in the shop, put there over HTTP."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

from features.eventually import eventually
from features.shop import Shop
from tests.browser.windows import session_cookie
from web.session import COOKIE


class Shelves:
    """What the admin would do while nobody watches."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.ids: dict[str, int] = {}

    def add(self, title: str, image: str = "a picture", description: str = "a thing") -> None:
        """Add a product and wait until the storefront has it."""
        body = {"title": title, "description": description, "image": image}
        added = self._client.post("/api/products", json=body).raise_for_status()
        self.ids[title] = added.json()["id"]
        eventually(lambda: self._expect(title in self._titles()))

    def edit(self, title: str, /, **fields: Any) -> None:
        """Change fields of a product."""
        address = f"/api/products/{self.ids[title]}"
        present = self._client.get(address).raise_for_status().json()
        self._client.put(address, json={**present, **fields}).raise_for_status()

    def withdraw(self, title: str) -> None:
        """Withdraw a product and wait until it has left the storefront."""
        self.edit(title, state="withdrawn")
        eventually(lambda: self._expect(title not in self._titles()))

    def clear(self) -> None:
        """Delete every product."""
        for product in self._client.get("/api/products").raise_for_status().json():
            self._client.delete(f"/api/products/{product['id']}").raise_for_status()
        eventually(lambda: self._expect(not self._titles()))

    def _titles(self) -> Sequence[str]:
        return [each["title"] for each in self._client.get("/api/likes").raise_for_status().json()]

    @staticmethod
    def _expect(condition: bool) -> None:
        assert condition


@contextmanager
def open_shelves(shop: Shop, secret_key: str) -> Iterator[Shelves]:
    """The empty shelves of the shop."""
    cookies = {COOKIE: session_cookie(secret_key, "keeper", "admin")}
    with httpx.Client(base_url=shop.url, cookies=cookies) as client:
        shelves = Shelves(client)
        shelves.clear()
        yield shelves
