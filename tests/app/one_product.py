"""A shop with one product in it."""

from collections.abc import Mapping

from app.container import Application


def settings_of(url: str) -> Mapping[str, str]:
    """The settings of a shop whose databases are there."""
    return {"APP_DATABASE_URL": url, "APP_SECRET_KEY": "k" * 32}


def add_product(application: Application) -> None:
    """Add the product."""
    products = application.hosted()["products"].products()
    products.create(title="mug", description="", image="image")
