"""A world for each test, on every combination of transport and database unless it names some."""

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from bus.storage import BusTables
from tests.bus.members import COMBINATIONS, World


@pytest.fixture(scope="package", autouse=True)
def tables_described_once() -> Iterator[None]:
    """The thousand participants of these tests have few schemas: describe their tables once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bus.participant.BusTables", functools.cache(BusTables))
        yield


@pytest.fixture(params=COMBINATIONS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """An empty world; it gives its connections back at the end."""
    combination: str = request.param
    rabbitmq = request.getfixturevalue("rabbitmq_url") if "rabbitmq" in combination else ""
    postgres = request.getfixturevalue("postgres_url") if "postgresql" in combination else ""
    world = World(combination, tmp_path, postgres, rabbitmq)
    yield world
    world.close()
