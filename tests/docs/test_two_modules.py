"""The example in docs/ runs as it is shown."""

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
