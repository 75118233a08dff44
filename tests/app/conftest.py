"""All routes over either database, for tests of what modules have in common."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from app.container import Application
from app.server.application import web_application
from tests.modules import conftest

settings = conftest.settings
application = conftest.application


@pytest.fixture
def web(application: Application) -> Iterator[TestClient[Any]]:
    """All routes over either database; no bus runs."""
    with TestClient(web_application(application), base_url="http://127.0.0.1") as client:
        yield client
