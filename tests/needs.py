"""Tests that need modules which may have been deleted: without them they are not collected.

A test file says so in one line at its top, `NEEDS = ["products"]`; the line in a conftest.py speaks
for its folder. A single test or parameter has the marker `needs("products")`, a scenario or a
feature the tag `@needs-products`. That tests/modules/<module>/ needs <module> goes without saying.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

MODULES = Path(__file__).parents[1] / "modules"
LINE = re.compile(r"^NEEDS = \[(.*)\]$", re.MULTILINE)


def is_missing(modules: Iterable[str]) -> bool:
    """Whether one of these modules is not there."""
    return not all((MODULES / module / "__init__.py").exists() for module in modules)


def needs_of(path: Path) -> list[str]:
    """The modules that a test file, or the conftest.py of a folder, says that it needs."""
    file = path / "conftest.py" if path.is_dir() else path
    line = LINE.search(file.read_text()) if file.suffix == ".py" and file.exists() else None
    return re.findall(r'"(\w+)"', line[1]) if line else []


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*modules): left out where one of them is missing")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return is_missing(needs_of(collection_path)) or None


def pytest_bdd_apply_tag(tag: str, function: "pytest.Function") -> bool | None:
    """Let the tag `@needs-products` be the marker."""
    if not tag.startswith("needs-"):
        return None
    pytest.mark.needs(tag.removeprefix("needs-"))(function)
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    lacking = [item for item in items if any(map(is_missing, needs_by_marker(item)))]
    config.hook.pytest_deselected(items=lacking)
    items[:] = [item for item in items if item not in set(lacking)]


def needs_by_marker(item: pytest.Item) -> list[tuple[str, ...]]:
    """The modules that each of its markers names."""
    return [marker.args for marker in item.iter_markers("needs")]
