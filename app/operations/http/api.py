"""The operator's view of the bus over HTTP: status, log and dead letters of each module."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath, JSONBody, SkipValidation
from litestar.types import ExceptionHandlersMap

from app.operations.http.bodies import Discarding
from app.operations.http.query_parameters import (
    Cursor,
    EventsAskedFor,
    Filter,
    Since,
    StateFilter,
    TypeFilter,
    Until,
    kept_time,
    only_filters,
    sent,
)
from app.operations.local import LocalModule, served_modules
from app.operations.module_view import (
    LogQuery,
    ModuleView,
    Refused,
    StatusAnswer,
    status_answer,
    status_answers,
)
from bus import Bus
from bus.admin import (
    DeadLetterFilter,
    Delivery,
    Group,
    LoggedEvent,
    UnknownDeadLetter,
    UnknownSource,
)
from web.guards import ADMINS
from web.injection import provided
from web.paging import Limit, Offset, Page, paged, relative
from web.problems import problem

Modules = SkipValidation[NamedDependency[Mapping[str, ModuleView]]]
ThisModule = SkipValidation[NamedDependency[ModuleView]]
ThisBus = SkipValidation[NamedDependency[Bus]]


class Conflict(HTTPException):
    """It is not dead any more, or it erases its subject and can only be redriven."""

    status_code = 409


@get("/", sync_to_thread=True)
def show_bus(bus: ThisBus, hosted: Modules) -> dict[str, Any]:
    """The status of each module that this process hosts, and the relays that are active in it."""
    return {
        "transport": bus.transport.name,
        "faults": list(bus.transport.findings),
        "relays": bus.relays(),
        "modules": {each.module: each for each in status_answers(hosted)},
    }


@get("/{module:str}", sync_to_thread=True)
def show_module(this: ThisModule) -> StatusAnswer:
    """The status of one module, in whichever process it is hosted."""
    return status_answer(this.status())


@get("/{module:str}/events", sync_to_thread=True)
def list_events(
    request: Request[Any, Any, Any],
    this: ThisModule,
    limit: Limit = 100,
    before: Cursor = None,
    type_: TypeFilter = None,
    subject: Filter = None,
    correlation: Filter = None,
    since: Since = None,
    until: Until = None,
) -> Response[list[LoggedEvent]]:
    """The module's log, newest first, CPFs masked; `Link` leads to the page of older ones.

    With `type` or `subject` it reads 200,000 events at once: a page may hold few or none though
    the next one, which `Link` leads to, holds more.
    """
    query = LogQuery(
        limit=limit,
        before=before,
        type=type_,
        subject=subject,
        correlation=correlation,
        since=kept_time("since", since),
        until=kept_time("until", until),
    )
    page = this.events(query)
    link = page.older and f'<{relative(request.url, before=page.older)}>; rel="next"'
    return Response(list(page.events), headers={"Link": link} if link else {})


@get("/{module:str}/deliveries", sync_to_thread=True)
def list_deliveries(this: ThisModule, event: EventsAskedFor) -> list[Delivery]:
    """The deliveries of events of other modules to this one, in their order."""
    return list(this.deliveries([sent(each) for each in event]))


@get("/{module:str}/dead-letters", sync_to_thread=True)
def list_dead_letters(
    request: Request[Any, Any, Any],
    this: ThisModule,
    limit: Limit = 100,
    offset: Offset = 0,
    type_: TypeFilter = None,
    subject: Filter = None,
    cause: Filter = None,
    state_: StateFilter = "dead",
) -> Response[list[Mapping[str, Any]]]:
    """The module's dead letters, oldest first, or its messages in another state."""
    filter = DeadLetterFilter(type=type_, subject=subject, cause=cause)
    page = this.dead_letters(filter, limit, offset, state_)
    return paged(page.found, page.total, Page(request.url, limit, offset))


@get("/{module:str}/dead-letters/causes", sync_to_thread=True)
def list_causes(
    this: ThisModule, type_: TypeFilter = None, subject: Filter = None, cause: Filter = None
) -> list[Group]:
    """The causes of dead letters, the most frequent first: what `cause` takes, with counts."""
    return list(this.groups(DeadLetterFilter(type=type_, subject=subject, cause=cause)))


@get("/{module:str}/dead-letters/{letter:str}", sync_to_thread=True)
def show_dead_letter(this: ThisModule, letter: FromPath[str]) -> Mapping[str, Any]:
    """One message with its causes and its content."""
    return this.message(letter)


@post(
    "/{module:str}/dead-letters/{letter:str}/redrive",
    status_code=202,
    sync_to_thread=True,
    problems=[Conflict],
)
def redrive_dead_letter(this: ThisModule, letter: FromPath[str]) -> dict[str, int]:
    """Try one again, with all its attempts before it."""
    return {"redriven": this.redrive(DeadLetterFilter(id=letter))}


@post(
    "/{module:str}/dead-letters/{letter:str}/discard",
    status_code=202,
    sync_to_thread=True,
    problems=[Conflict],
)
def discard_dead_letter(
    this: ThisModule, letter: FromPath[str], data: JSONBody[Discarding]
) -> dict[str, int]:
    """Give one up, so that what waits behind it goes on."""
    return {"discarded": this.discard(DeadLetterFilter(id=letter), data.reason)}


@post(
    "/{module:str}/dead-letters/redrive",
    status_code=202,
    sync_to_thread=True,
    guards=[only_filters("type", "subject", "cause")],
)
def redrive_dead_letters(
    this: ThisModule, type_: TypeFilter = None, subject: Filter = None, cause: Filter = None
) -> dict[str, int]:
    """Try all again that match."""
    return {"redriven": this.redrive(DeadLetterFilter(type=type_, subject=subject, cause=cause))}


@post(
    "/{module:str}/dead-letters/discard",
    status_code=202,
    sync_to_thread=True,
    problems=[Conflict],
    guards=[only_filters("type", "subject", "cause")],
)
def discard_dead_letters(
    this: ThisModule,
    data: JSONBody[Discarding],
    type_: TypeFilter = None,
    subject: Filter = None,
    cause: Filter = None,
) -> dict[str, int]:
    """Give all up that match; none of them if one erases its subject."""
    filter = DeadLetterFilter(type=type_, subject=subject, cause=cause)
    return {"discarded": this.discard(filter, data.reason)}


@post(
    "/{module:str}/resend",
    status_code=202,
    sync_to_thread=True,
    guards=[only_filters("source")],
)
def resend(this: ThisModule, source: Filter = None) -> dict[str, Any]:
    """Have its sources send the module again what follows on what it has applied."""
    return {"asked": this.resend(source)}


def _no_such_letter(_request: Request[Any, Any, Any], _error: UnknownDeadLetter) -> Response[Any]:
    return problem(404, "No dead letter has this id, or more than one begin with it.")


def _refusal(_request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    return problem(404 if isinstance(error, UnknownSource) else 409, f"{error}.")


def bus_routes(bus: Bus) -> Router:
    """The operator's routes for the bus of this process."""
    hosted = served_modules(bus)

    def this(module: FromPath[str]) -> LocalModule:
        if module not in hosted:
            raise NotFoundException(f"This process hosts no module {module}.")
        return hosted[module]

    problems: ExceptionHandlersMap = {
        UnknownDeadLetter: _no_such_letter,
        UnknownSource: _refusal,
        Refused: _refusal,
    }
    return Router(
        "/api/bus",
        route_handlers=[
            show_bus,
            show_module,
            list_events,
            list_deliveries,
            list_dead_letters,
            list_causes,
            show_dead_letter,
            redrive_dead_letter,
            discard_dead_letter,
            redrive_dead_letters,
            discard_dead_letters,
            resend,
        ],
        dependencies={
            "this": Provide(this, sync_to_thread=False),
            "hosted": provided(lambda: hosted),
            "bus": provided(lambda: bus),
        },
        exception_handlers=problems,
        opt=ADMINS,
        tags=["bus"],
    )
