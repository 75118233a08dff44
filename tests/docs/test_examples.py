"""The examples in docs/ run as they are shown; tests/bus/test_library.py runs the other one."""

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def test_the_example_of_two_modules_delivers_an_event(tmp_path: Path) -> None:
    example = runpy.run_path(str(DOCS / "two_modules.py"))

    assert example["order_three_pens_of_ten"](tmp_path) == 7


@pytest.mark.parametrize("name", ["two_modules", "two_processes"])
def test_an_example_is_short(name: str) -> None:
    code = [line for line in (DOCS / f"{name}.py").read_text().splitlines() if line.strip()]

    assert len(code) <= 45


def test_the_page_of_the_library_shows_the_example_as_it_is() -> None:
    assert (DOCS / "two_processes.py").read_text() in (DOCS / "library.md").read_text()
