"""What tests import of modules, they say that they need."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.needs import needs_of

ROOT = Path(__file__).parents[2]
OWN_FOLDERS = [ROOT / "tests" / "modules", ROOT / "features"]
FILES = sorted([*ROOT.glob("tests/**/*.py"), *ROOT.glob("features/**/*.py")])


def imported(file: Path) -> Iterator[str]:
    """The modules that the file imports when it is read, or that their tests import for it."""
    for node in ast.parse(file.read_text()).body:
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{each.name}" for each in node.names]
        for name in names:
            package, _, rest = name.removeprefix("tests.").partition(".")
            if package == "modules" and (ROOT / "modules" / rest.split(".")[0]).is_dir():
                yield rest.split(".")[0]


def own(file: Path) -> list[str]:
    """The module whose folder of tests the file is in, if it is in one."""
    return [
        file.relative_to(folder).parts[0] for folder in OWN_FOLDERS if file.is_relative_to(folder)
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_says_which_modules_it_needs(file: Path) -> None:
    collected = file.name.startswith("test_") or file.name == "conftest.py"
    if collected:
        assert set(imported(file)) <= {*own(file), *needs_of(file)}
