"""What one scenario has done so far, and the eyes to look at the shop with."""

from typing import Any

import httpx

from features.shop import Shop

IMAGE = "an image"


class Story:
    """Visitors by name, products by the title they were first given, and the last answer."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.products: dict[str, int] = {}
        self.letter: dict[str, Any] = {}
        self._visitors: dict[str, httpx.Client] = {}
        self._answer: httpx.Response | None = None

    @property
    def answer(self) -> httpx.Response:
        """The answer to the last request that a step made."""
        assert self._answer is not None
        return self._answer

    def visitor(self, name: str) -> httpx.Client:
        """The browser of a visitor, with a session of its own."""
        if name not in self._visitors:
            self._visitors[name] = httpx.Client(base_url=self.shop.url, timeout=20)
        return self._visitors[name]

    def ask(self, who: str, method: str, path: str, **request: Any) -> httpx.Response:
        """Let a visitor ask for something, and remember the answer."""
        self._answer = self.visitor(who).request(method, path, **request)
        return self._answer

    def see(self, path: str, who: str = "onlooker", **query: Any) -> Any:
        """Look at something without it being the answer that the scenario speaks of."""
        response = self.visitor(who).get(path, params=query or None)
        assert response.status_code == 200, response.text
        return response.json()

    def add(self, title: str, **fields: str) -> None:
        """Add a product and remember its number under its title."""
        body = {"title": title, "image": IMAGE, **fields}
        self.products[title] = self.ask("admin", "POST", "/api/products", json=body).json()["id"]

    def edit(self, product: str, **changes: Any) -> None:
        """Replace a product's fields by what it shows, changed."""
        shown = self.product(product)
        fields = {name: shown[name] for name in ("title", "description", "image")}
        address = f"/api/products/{self.products[product]}"
        self.ask("admin", "PUT", address, json={**fields, **changes})

    def product(self, product: str) -> Any:
        """A product as the list of products has it."""
        return self.see(f"/api/products/{self.products[product]}")

    def shown(self, product: str, who: str = "onlooker") -> Any:
        """A product as the storefront has it, nothing when it is not there."""
        storefront = self.see("/api/likes", who, limit=1000)
        return next((each for each in storefront if each["id"] == self.products[product]), None)

    def close(self) -> None:
        """Close the visitors' browsers."""
        for client in self._visitors.values():
            client.close()
