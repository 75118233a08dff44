"""docs/modules.md makes a module that works, and that goes without a trace."""

import re
from collections.abc import Iterator
from filecmp import dircmp
from pathlib import Path

import pytest

from features.shop import ROOT
from tests.copied_tree import CopiedTree

NEEDS = ["products"]

PAGE = ROOT / "docs" / "modules.md"
BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MODULE = "reviews"


@pytest.fixture
def tree(tmp_path: Path) -> CopiedTree:
    """The project with the module as the page shows it."""
    copied = CopiedTree(tmp_path)
    for kind, path, text in BLOCK.findall(PAGE.read_text()):
        file = copied.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(changed(file.read_text(), text) if kind == "diff" else text)
    return copied


def changed(text: str, changes: str) -> str:
    """The text after the changes: parts with @@ between, of which each fits in one place."""
    for part in changes.split("@@\n"):
        lines = part.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def output(tree: CopiedTree, *arguments: str) -> str:
    """What a command says that ends well."""
    done = tree.run(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def differing(folders: "dircmp[str]", place: Path = Path()) -> Iterator[str]:
    """The files in which two folders differ, and those that only one of them has."""
    for name in (*folders.left_only, *folders.right_only, *folders.diff_files):
        yield str(place / name)
    for name, below in folders.subdirs.items():
        yield from differing(below, place / name)


@pytest.mark.matrix
def test_the_module_of_the_page_passes_all_checks(tree: CopiedTree) -> None:
    output(tree, "-m", "ruff", "check", ".")
    output(tree, "-m", "ruff", "format", "--check", "modules", "features", "tests/modules")
    output(tree, "-c", "from importlinter.cli import lint_imports_command as run; run()")
    output(
        tree,
        *("-m", "mypy", "modules/reviews", "features/reviews", "tests/modules/reviews"),
        "modules/products",
    )


@pytest.mark.matrix
def test_the_module_of_the_page_works(tree: CopiedTree) -> None:
    output(tree, "-m", "app", "docs")

    output(
        tree,
        *("-m", "pytest", "-q", "features/reviews", "tests/modules/reviews"),
        *("tests/app/cli/test_documents.py", "tests/architecture/test_contracts.py"),
        *("tests/app/test_roles.py", "tests/app/test_bad_input.py", "-m", "not matrix"),
        *("-k", "not test_bad_input or reviews"),
    )


@pytest.mark.matrix
def test_a_process_with_the_module_serves_its_page(tree: CopiedTree) -> None:
    assert tree.statuses("/reviews", "/api/reviews", "/operations") == [200] * 3


@pytest.mark.matrix
def test_it_goes_with_its_folders_and_leaves_what_listens_to_it(
    tree: CopiedTree, tmp_path: Path
) -> None:
    output(tree, "-m", "app", "docs")

    tree.delete_module(MODULE)
    output(tree, "-m", "app", "docs")

    assert tree.statuses("/api/products", "/operations", "/reviews") == [200, 200, 404]
    before = CopiedTree(tmp_path / "before")
    left = set(differing(dircmp(before.folder, tree.folder, ignore=["__pycache__", "var"])))
    assert all("products" in path for path in left), left
