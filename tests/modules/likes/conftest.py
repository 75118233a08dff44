"""Products and likes together."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from app.container import Application

if TYPE_CHECKING:
    from tests.modules.likes.two_modules import Modules


@pytest.fixture
def modules(application: Application) -> "Modules":
    """The services of both modules; their bus is not running."""
    from tests.modules.likes.two_modules import Modules

    hosted: Mapping[str, Any] = application.hosted()
    return Modules(hosted["products"].products(), hosted["likes"].likes(), application.bus())


@pytest.fixture
def add_product(modules: "Modules") -> Callable[[], int]:
    """Add a product and give its id."""
    return lambda: modules.products.create(title="mug", description="", image="image").id
