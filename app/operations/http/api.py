"""The operator's view of the bus over HTTP: what waits, what is logged, what is dead."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
from app.operations.local import (
    LocalModule,
    described,
    diagnoses,
    letter_in,
)
from app.operations.module_view import DeadLetterFilter, LogQuery, ModuleState
from bus import Bus, Participant
from bus.admin import (
    DeadLetters,
    Delivery,
    Group,
    LoggedEvent,
    NotSettled,
    UnknownDeadLetter,
    ask_resend,
)
from web.guards import ADMINS
from web.injection import provided
from web.paging import Limit, Offset, Page, paged, relative
from web.problems import problem

ThisParticipant = SkipValidation[NamedDependency[Participant]]
ThisModule = SkipValidation[NamedDependency[LocalModule]]
ThisBus = SkipValidation[NamedDependency[Bus]]


class Conflict(HTTPException):
    """It is not dead any more, or it erases its subject and can only be redriven."""

    status_code = 409


@get("/", sync_to_thread=True)
def show_bus(bus: ThisBus) -> dict[str, Any]:
    """What this process knows of each module that it hosts, and which relays are active in it."""
    return {
        "transport": bus.transport.name,
        "faults": list(bus.transport.faults),
        "relays": bus.relays(),
        "modules": {each.module: each for each in diagnoses(bus.participants)},
    }


@get("/{module:str}", sync_to_thread=True)
def show_module(hosted: ThisModule) -> ModuleState:
    """How one module stands, in whichever process it is hosted."""
    return hosted.state()


@get("/{module:str}/events", sync_to_thread=True)
def list_events(
    request: Request[Any, Any, Any],
    hosted: ThisModule,
    limit: Limit = 100,
    before: Cursor = None,
    type_: TypeFilter = None,
    subject: Filter = None,
    correlation: Filter = None,
    since: Since = None,
    until: Until = None,
) -> Response[list[LoggedEvent]]:
    """The module's log, newest first, CPFs masked; `Link` leads to the page of older ones.

    With `type` or `subject` it looks at 200,000 events at once: a page may hold few or none though
    the next one, which `Link` leads to, holds more.
    """
    look = LogQuery(
        limit=limit,
        before=before,
        type=type_,
        subject=subject,
        correlation=correlation,
        since=kept_time("since", since),
        until=kept_time("until", until),
    )
    page = hosted.events(look)
    link = page.older and f'<{relative(request.url, before=page.older)}>; rel="next"'
    return Response(list(page.events), headers={"Link": link} if link else {})


@get("/{module:str}/deliveries", sync_to_thread=True)
def list_deliveries(hosted: ThisModule, event: EventsAskedFor) -> list[Delivery]:
    """What became of events of other modules at this one, in their order."""
    return list(hosted.deliveries([sent(each) for each in event]))


@get("/{module:str}/dead-letters", sync_to_thread=True)
def list_dead_letters(
    request: Request[Any, Any, Any],
    hosted: ThisModule,
    limit: Limit = 100,
    offset: Offset = 0,
    type_: TypeFilter = None,
    subject: Filter = None,
    cause: Filter = None,
    state_: StateFilter = "dead",
) -> Response[list[Mapping[str, Any]]]:
    """The module's dead letters, oldest first, or its messages in another state."""
    which = DeadLetterFilter(type=type_, subject=subject, cause=cause)
    letters = hosted.dead_letters(which, limit, offset, state_)
    return paged(letters.found, letters.total, Page(request.url, limit, offset))


@get("/{module:str}/dead-letters/causes", sync_to_thread=True)
def list_causes(
    hosted: ThisModule, type_: TypeFilter = None, subject: Filter = None, cause: Filter = None
) -> list[Group]:
    """What dead letters died of, the most frequent first: what `cause` takes, with how many."""
    return list(hosted.groups(DeadLetterFilter(type=type_, subject=subject, cause=cause)))


@get("/{module:str}/dead-letters/{letter:str}", sync_to_thread=True)
def show_dead_letter(participant: ThisParticipant, letter: FromPath[str]) -> dict[str, Any]:
    """One message with its causes and what it says."""
    return described(letter_in(DeadLetters(participant), letter))


@post(
    "/{module:str}/dead-letters/{letter:str}/redrive",
    status_code=202,
    sync_to_thread=True,
    problems=[Conflict],
)
def redrive_dead_letter(participant: ThisParticipant, letter: FromPath[str]) -> dict[str, int]:
    """Try one again, with all its attempts before it."""
    letters = DeadLetters(participant)
    with _conflicts_told():
        return {"redriven": letters.redrive(id=letter_in(letters, letter).id)}


@post(
    "/{module:str}/dead-letters/{letter:str}/discard",
    status_code=202,
    sync_to_thread=True,
    problems=[Conflict],
)
def discard_dead_letter(
    participant: ThisParticipant, letter: FromPath[str], data: JSONBody[Discarding]
) -> dict[str, int]:
    """Give one up, so that what waits behind it goes on."""
    letters = DeadLetters(participant)
    return _discarded(letters, data.reason, id=letter_in(letters, letter).id)


@post(
    "/{module:str}/dead-letters/redrive",
    status_code=202,
    sync_to_thread=True,
    guards=[only_filters("type", "subject", "cause")],
)
def redrive_dead_letters(
    participant: ThisParticipant,
    type_: TypeFilter = None,
    subject: Filter = None,
    cause: Filter = None,
) -> dict[str, int]:
    """Try all again that match."""
    letters = DeadLetters(participant)
    return {"redriven": letters.redrive(type=type_, subject=subject, cause=cause)}


@post(
    "/{module:str}/dead-letters/discard",
    status_code=202,
    sync_to_thread=True,
    problems=[Conflict],
    guards=[only_filters("type", "subject", "cause")],
)
def discard_dead_letters(
    participant: ThisParticipant,
    data: JSONBody[Discarding],
    type_: TypeFilter = None,
    subject: Filter = None,
    cause: Filter = None,
) -> dict[str, int]:
    """Give all up that match; none of them if one erases its subject."""
    letters = DeadLetters(participant)
    return _discarded(letters, data.reason, type=type_, subject=subject, cause=cause)


def _discarded(letters: DeadLetters, reason: str, **which: str | None) -> dict[str, int]:
    with _conflicts_told():
        return {"discarded": letters.discard(reason, **which)}


@contextmanager
def _conflicts_told() -> Iterator[None]:
    try:
        yield
    except NotSettled as error:
        raise Conflict(f"{error}.") from error


@post(
    "/{module:str}/resend",
    status_code=202,
    sync_to_thread=True,
    guards=[only_filters("source")],
)
def resend(participant: ThisParticipant, source: Filter = None) -> dict[str, Any]:
    """Have its sources send the module again what follows on what it has seen."""
    try:
        return {"asked": ask_resend(participant, source)}
    except ValueError as error:
        raise NotFoundException(f"{error}.") from error


def _no_such_letter(_request: Request[Any, Any, Any], _error: UnknownDeadLetter) -> Response[Any]:
    return problem(404, "No dead letter has this id, or more than one begin with it.")


def bus_routes(bus: Bus) -> Router:
    """The operator's routes for the bus of this process."""
    hosted = {participant.name: participant for participant in bus.participants}

    def participant(module: FromPath[str]) -> Participant:
        if module not in hosted:
            raise NotFoundException(f"This process hosts no module {module}.")
        return hosted[module]

    def module_asked(module: FromPath[str]) -> LocalModule:
        return LocalModule(participant(module), bus)

    problems: ExceptionHandlersMap = {UnknownDeadLetter: _no_such_letter}
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
            "participant": Provide(participant, sync_to_thread=False),
            "hosted": Provide(module_asked, sync_to_thread=False),
            "bus": provided(lambda: bus),
        },
        exception_handlers=problems,
        opt=ADMINS,
        tags=["bus"],
    )
