"""Refuses wrong declarations of modules at the start, before anything else happens."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from litestar import Router

from app.discovery import MODULES
from app.migrations import HISTORIES
from bus import DeclarationError, check_declarations, source_of
from modules import Module

Modules = Mapping[str, Module[Any]]
Shape = tuple[str | None, ...]


def refuse_wrong(modules: Modules, *, all_are_here: bool) -> None:
    """Raise DeclarationError, which names the module and says what to write.

    `all_are_here` says that no other process has modules of its own.
    """
    routers = {name: module.declared_routers() for name, module in modules.items()}
    for name, module in modules.items():
        check_declarations(name, module.publishes, module.reactions)
    for name, module in modules.items():
        _refuse_without_migrations(name)
        _refuse_foreign_tables(name, module)
        _refuse_unknown_public_routes(name, module, routers[name])
        _refuse_unpublished(name, module, modules)
        if all_are_here:
            _refuse_missing_sources(name, module, modules)
    _refuse_commands_alike(modules)
    refuse_routes_alike(routers)


def refuse_routes_alike(routers: Mapping[str, Sequence[Router]]) -> None:
    """Raise DeclarationError where two owners have one path, whatever they call its parameters."""
    taken: dict[Shape, tuple[str, str]] = {}
    for owner, path, shape in _paths(routers):
        other, path_there = taken.setdefault(shape, (owner, path))
        if other != owner:
            raise DeclarationError(
                f"{owner}: its path {path} is {path_there} of {other}, too, and only one of them "
                f"can be reached: give one of the two another path"
            )


@cache
def refuse_wrong_modules(*, all_are_here: bool) -> None:
    """The same for the modules of this installation; what was found right stays right."""
    refuse_wrong(MODULES, all_are_here=all_are_here)


def _refuse_without_migrations(name: str) -> None:
    if not any((HISTORIES / name).glob("*.py")):
        raise DeclarationError(
            f"{name}: there is no migration in migrations/{name}: write migrations/{name}/"
            f"0001_{name}.py, which makes its tables (docs/modules.md)"
        )


def _refuse_foreign_tables(name: str, module: Module[Any]) -> None:
    for table in module.tables.tables.values():
        if table.schema != name:
            raise DeclarationError(
                f"{name}: its table {table.name} is in the schema {table.schema}: write "
                f'MetaData(schema="{name}") in modules/{name}/tables.py'
            )


def _refuse_unknown_public_routes(
    name: str, module: Module[Any], routers: Sequence[Router]
) -> None:
    routes = {
        f"{method} {route.path_format}"
        for router in routers
        for route in router.routes
        for method in route.methods
    }
    for route in module.public:
        if route not in routes:
            [nearest] = get_close_matches(route, routes, n=1, cutoff=0.0) or ["GET /path"]
            raise DeclarationError(
                f"{name}: public in modules/{name}/module.py takes routes of the module, as "
                f"{nearest}, not {route!r}"
            )


def _refuse_commands_alike(modules: Modules) -> None:
    taken: dict[str | None, str] = {}
    for name, module in modules.items():
        for command in module.commands:
            other = taken.setdefault(command.name, name)
            if other != name:
                raise DeclarationError(
                    f"{name}: its command {command.name} is one of {other}, too: give one of the "
                    "two another name"
                )


def _refuse_unpublished(name: str, module: Module[Any], modules: Modules) -> None:
    for event in module.reactions:
        source = modules.get(source_of(event))
        if source and event.wire_name not in {each.wire_name for each in source.publishes}:
            raise DeclarationError(
                f"{name}: it listens to {event.wire_name}, which {source_of(event)} does not "
                f"publish: correct the wire name in modules/{name}/consumed.py, or name the event "
                f"in publishes of the MODULE of {source_of(event)}"
            )


def _refuse_missing_sources(name: str, module: Module[Any], modules: Modules) -> None:
    for source in module.sources:
        if source not in modules and source not in module.optional_sources:
            raise DeclarationError(
                f"{name}: it listens to {source}, and no module here has that name: correct the "
                f"wire name in modules/{name}/consumed.py, set APP_BUS=rabbitmq if another "
                f"installation has it, or name it in optional_sources of its MODULE"
            )


def _paths(routers: Mapping[str, Sequence[Router]]) -> Iterator[tuple[str, str, Shape]]:
    for owner, theirs in routers.items():
        for router in theirs:
            for route in router.routes:
                shape = tuple(
                    each if isinstance(each, str) else None for each in route.path_components
                )
                yield owner, route.path_format, shape
