"""With the folders of a module deleted everything else works."""

from pathlib import Path

import pytest

from app.discovery import MODULE_NAMES, MODULES
from tests.copied_tree import CopiedTree

LINT = "from importlinter.cli import lint_imports_command as run; run()"


@pytest.fixture(params=MODULE_NAMES)
def deleted(request: pytest.FixtureRequest) -> str:
    """Each module in turn."""
    module: str = request.param
    return module


@pytest.fixture
def tree(tmp_path: Path, deleted: str) -> CopiedTree:
    """The project without the module."""
    copied = CopiedTree(tmp_path)
    copied.delete_module(deleted)
    return copied


def output(tree: CopiedTree, *arguments: str) -> str:
    """What a command says that ends well."""
    done = tree.run(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.matrix
def test_everything_else_works_without_a_module(tree: CopiedTree, deleted: str) -> None:
    others = [name for name in MODULE_NAMES if name != deleted]

    assert output(tree, "-m", "app", "migrate") == f"Up to date: {', '.join(others)}\n"
    assert "added, 0 were there already." in output(tree, "-m", "app", "demo")
    assert tree.statuses("/operations", "/health/ready", "/schema/openapi.json") == [200] * 3


@pytest.mark.matrix
def test_the_other_modules_documents_and_tests_stand_without_it(tree: CopiedTree) -> None:
    output(tree, "-m", "app", "docs")

    output(tree, "-c", LINT)
    output(tree, "-m", "pytest", "-q", "--collect-only")
    output(
        tree,
        *("-m", "pytest", "-q", "-m", "not matrix"),
        *("tests/app/cli/test_documents.py", "tests/app/test_declarations.py", "tests/docs"),
        *("tests/app/test_settings.py", "tests/app/test_roles.py"),
    )


@pytest.mark.matrix
def test_a_command_that_nobody_offers_ends_with_a_sentence(tree: CopiedTree, deleted: str) -> None:
    for command in MODULES[deleted].commands:
        done = tree.run("-m", "app", str(command.name))

        assert done.returncode == 2
        assert f"No such command '{command.name}'." in done.stderr
