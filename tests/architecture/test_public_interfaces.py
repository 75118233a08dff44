"""Others use the bus by its public interfaces, also where the import contracts do not look."""

import tomllib
from pathlib import Path

import pytest

import bus
from tests.architecture.import_graph import imported_by, imports_of

ROOT = Path(bus.__file__).parents[1]
PUBLIC = {"bus", "bus.admin", "bus.storage", "bus.transports", "bus.transports.rabbitmq"}
OUTSIDE = [
    *(ROOT / "migrations").rglob("*.py"),
    *(ROOT / "docs").rglob("*.py"),
    *(ROOT / "features").rglob("*.py"),
]
HOST = [file for top in ("app", "web", "modules") for file in (ROOT / top).rglob("*.py")]


@pytest.mark.parametrize("file", OUTSIDE, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_is_private_in_the_bus_is_imported_by_nobody_else(file: Path) -> None:
    of_the_bus = {each for each in imported_by(file) if each.split(".")[0] == "bus"}

    assert of_the_bus <= PUBLIC


def test_only_the_composition_root_chooses_a_transport() -> None:
    chooses = [
        file.relative_to(ROOT).as_posix()
        for file in HOST
        if any(name in file.read_text() for name in ("MemoryTransport", "RabbitMQTransport"))
    ]

    assert chooses == ["app/container.py"]


@pytest.mark.parametrize("interface", ["bus", "bus.admin", "bus.storage", "bus.transports"])
def test_a_public_interface_has_what_it_names(interface: str) -> None:
    module = __import__(interface, fromlist=["*"])

    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_the_contract_names_every_private_part_of_the_bus() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [forbidden] = [
        set(each["forbidden_modules"])
        for each in contracts["contracts"]
        if each["name"] == "Others use the bus by its public interfaces"
    ]

    parts = {f"{name}.*" if name in PUBLIC else name for name in imports_of("bus")}
    assert forbidden == parts - {"bus.transports.*"}
