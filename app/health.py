"""Whether this process is alive, and whether it can serve."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.exceptions import ServiceUnavailableException
from litestar.params import SkipValidation
from sqlalchemy.exc import SQLAlchemyError

from app.migrating import is_current
from bus.bus import Bus
from bus.database import Database
from web.injection import provided
from web.problems import problem

ThisBus = SkipValidation[NamedDependency[Bus]]
Hosted = SkipValidation[NamedDependency[Mapping[str, Database]]]


@get("/live", sync_to_thread=False, problems=[ServiceUnavailableException])
def show_liveness(bus: ThisBus) -> Response[Any]:
    """Red when a reaction hangs: only a restart ends it."""
    overdue = bus.hung_seconds()
    if overdue > 0:
        return problem(503, f"A reaction has been overdue for {overdue:.0f} s.")
    return Response({"status": "live"})


@get("/ready", sync_to_thread=True, problems=[ServiceUnavailableException])
def show_readiness(hosted: Hosted) -> Response[Any]:
    """Red while a database is away or its schema is not this version's; the broker may be away."""
    wrong = [trouble for name in hosted if (trouble := _trouble(name, hosted[name]))]
    if wrong:
        return problem(503, " ".join(wrong))
    return Response({"status": "ready", "modules": list(hosted)})


def _trouble(name: str, database: Database) -> str | None:
    try:
        current = is_current(database)
    except SQLAlchemyError as error:
        return f"The database of {name} cannot be reached ({type(error).__name__})."
    return None if current else f"The database of {name} is not at this version."


def health_routes(bus: Bus, databases: Mapping[str, Database]) -> Router:
    """The health of one process."""
    handlers: Sequence[Any] = [show_liveness, show_readiness]
    return Router(
        "/health",
        route_handlers=handlers,
        dependencies={"bus": provided(lambda: bus), "hosted": provided(lambda: databases)},
        tags=["health"],
    )
