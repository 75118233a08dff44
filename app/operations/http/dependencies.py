"""The parts of a request that the operator's pages take."""

from collections.abc import Sequence
from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import SkipValidation

from app.operations.directory import ModuleDirectory
from app.operations.request_trace import Listeners
from web.session import COOKIE

PageRequest = Request[Any, Any, Any]
Directory = SkipValidation[NamedDependency[ModuleDirectory]]
ListenersOf = SkipValidation[NamedDependency[Listeners]]


def named(directory: ModuleDirectory, module: str | None) -> Sequence[str]:
    """The module of this name, or all where none is named; raises NotFoundException."""
    if not module:
        return directory.modules
    if module not in directory.modules:
        raise NotFoundException(f"There is no module {module}.")
    return [module]


def cookies_of(request: PageRequest) -> str:
    """The operator's own session, with which other processes are asked."""
    session = request.cookies.get(COOKIE)
    return f"{COOKIE}={session}" if session else ""
