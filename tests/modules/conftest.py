"""The modules on real databases, with the bus between them where a test asks for it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from app.container import MODULE_NAMES, Application, assemble, dispose
from app.settings import settings_from
from bus import Bus
from modules.likes.service import Likes
from modules.person.service import Persons
from modules.products.service import Products


@dataclass(frozen=True)
class Modules:
    """The services, and the bus that a test may start."""

    products: Products
    likes: Likes
    bus: Bus


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """Where the data is, for tests that run on either database."""
    if request.param == "sqlite":
        return {"APP_DATABASE_URL": request.getfixturevalue("migrated_url")}
    return {"APP_DATABASE_URL": request.getfixturevalue("migrated_postgres_url")}


@pytest.fixture
def application(settings: Mapping[str, str]) -> Iterator[Application]:
    """All modules in this process, migrated."""
    assembled = assemble(settings_from(settings, MODULE_NAMES))
    yield assembled
    dispose(assembled)


@pytest.fixture
def modules(application: Application) -> Modules:
    """The services of both modules; their bus is not running."""
    hosted: Mapping[str, Any] = application.hosted()
    return Modules(hosted["products"].products(), hosted["likes"].likes(), application.bus())


@pytest.fixture
def persons(application: Application) -> Persons:
    """The service of the person module; the bus is not running."""
    service: Persons = application.hosted()["person"].persons()
    return service


@pytest.fixture
def add_product(modules: Modules) -> Callable[[], int]:
    """Add a product and give its id."""
    return lambda: modules.products.create(title="mug", description="", image="image").id
