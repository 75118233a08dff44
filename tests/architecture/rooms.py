"""Counts the rooms of a package, the arrows between them and the circles.

usage: python -m tests.architecture.rooms bus app [app.operations …]

A room is a file or folder directly inside the package; an arrow leads from a room to another one
that it imports. To count an earlier version, run it with PYTHONPATH at a checkout of that.
"""

import ast
import sys
from collections.abc import Mapping, Set
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

Arrows = Mapping[str, Set[str]]


def rooms_of(package: str) -> Arrows:
    """Each room of the package with those that it imports."""
    graph = grimp.build_graph(package.partition(".")[0])
    rooms = sorted(graph.find_children(package))
    inside = {room: {room, *graph.find_descendants(room)} for room in rooms}
    return {
        room: {
            other
            for other in rooms
            if other != room
            and any(graph.find_modules_directly_imported_by(file) & inside[other] for file in files)
        }
        for room, files in inside.items()
    }


def circle_of(rooms: Arrows) -> list[str]:
    """A circle of rooms that import one another, in order; empty where there is none."""
    try:
        TopologicalSorter(rooms).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def imported_by(path: Path) -> set[str]:
    """The modules that a file names in its `from … import` lines."""
    tree = ast.walk(ast.parse(path.read_text()))
    return {each.module for each in tree if isinstance(each, ast.ImportFrom) and each.module}


if __name__ == "__main__":
    for name in sys.argv[1:]:
        found = rooms_of(name)
        arrows = sum(map(len, found.values()))
        circle = " -> ".join(circle_of(found)) or "none"
        print(f"{name}: {len(found)} rooms, {arrows} arrows, circle: {circle}")
