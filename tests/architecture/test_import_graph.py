"""The import graph of the tree, and the walk of an event that bus/__init__ tells."""

import re
from pathlib import Path

import pytest

import bus
from tests.architecture.import_graph import circle_of, imported_by, imports_of

BUS = Path(bus.__file__).parent
WALK = re.findall(r"^ *\d+\. `([a-z_/]+)`", bus.__doc__ or "", re.MULTILINE)


ROOT = BUS.parent
PACKAGES = [
    ".".join(file.parent.relative_to(ROOT).parts)
    for top in ("app", "bus", "web")
    for file in sorted((ROOT / top).rglob("__init__.py"))
]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_files_or_folders_import_one_another_in_a_circle(package: str) -> None:
    assert circle_of(imports_of(package)) == []


def test_one_events_walk_is_twelve_files_and_two_thousand_lines_at_most() -> None:
    lines = sum(len((BUS / f"{file}.py").read_text().splitlines()) for file in WALK)

    assert 0 < len(WALK) <= 12
    assert lines <= 2_000


def test_the_walk_is_read_forwards() -> None:
    for place, file in enumerate(WALK):
        later = {f"bus.{each}".replace("/", ".") for each in WALK[place + 1 :]}
        assert not later & imported_by(BUS / f"{file}.py"), file
