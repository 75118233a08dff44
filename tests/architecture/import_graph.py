"""Counts the files and folders of a package, the imports between them and the circles.

usage: python -m tests.architecture.import_graph bus app [app.operations …]

Counted are the files and folders directly inside the package, and the pairs of which one imports
the other. To count an earlier version, run this file with PYTHONPATH at a checkout of that.
"""

import ast
import sys
from collections.abc import Mapping, Set
from graphlib import CycleError, TopologicalSorter
from importlib.util import find_spec
from pathlib import Path

import grimp

Imports = Mapping[str, Set[str]]


def imports_of(package: str) -> Imports:
    """Each file or folder of the package, with those of the others that it imports."""
    graph = grimp.build_graph(package.partition(".")[0])
    parts = sorted(graph.find_children(package))
    inside = {part: {part, *graph.find_descendants(part)} for part in parts}
    return {
        part: {
            other
            for other in parts
            if other != part
            and any(graph.find_modules_directly_imported_by(file) & inside[other] for file in files)
        }
        for part, files in inside.items()
    }


def circle_of(parts: Imports) -> list[str]:
    """A circle of files and folders that import one another; empty where there is none."""
    try:
        TopologicalSorter(parts).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def imported_by(path: Path) -> set[str]:
    """The modules that a file imports, whichever way it writes that."""
    found = set()
    for each in ast.walk(ast.parse(path.read_text())):
        if isinstance(each, ast.Import):
            found |= {alias.name for alias in each.names}
        elif isinstance(each, ast.ImportFrom) and each.module:
            names = {f"{each.module}.{alias.name}" for alias in each.names}
            found |= {each.module, *filter(_is_module, names)}
    return found


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


if __name__ == "__main__":
    for name in sys.argv[1:]:
        found = imports_of(name)
        imports = sum(map(len, found.values()))
        circle = " -> ".join(circle_of(found)) or "none"
        print(f"{name}: {len(found)} files and folders, {imports} imports, circle: {circle}")
