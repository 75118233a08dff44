"""The example in docs/ runs as it is shown."""

import runpy
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "docs" / "two_modules.py"


def test_the_example_of_two_modules_delivers_an_event(tmp_path: Path) -> None:
    example = runpy.run_path(str(EXAMPLE))

    assert example["order_three_pens_of_ten"](tmp_path) == 7


def test_the_example_is_short() -> None:
    code = [line for line in EXAMPLE.read_text().splitlines() if line.strip()]

    assert len(code) <= 45
