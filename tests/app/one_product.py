"""A shop with one product in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.container import MODULE_NAMES, Application, assemble, dispose
from app.settings import settings_from


@contextmanager
def with_one_product(url: str) -> Iterator[Application]:
    """All modules, with one product."""
    given = {"APP_DATABASE_URL": url, "APP_SECRET_KEY": "k" * 32}
    assembled = assemble(settings_from(given, MODULE_NAMES))
    products = assembled.hosted()["products"].products()
    products.create(title="mug", description="", image="image")
    yield assembled
    dispose(assembled)
