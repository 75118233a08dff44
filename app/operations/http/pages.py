"""The operations pages: overview, log and request trace."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter, SkipValidation
from litestar.response import Stream, Template

from app.operations.diagram import Statuses, draw
from app.operations.directory import ModuleDirectory
from app.operations.http.dead_letter_pages import (
    apply_to_dead_letters,
    dead_letters_of,
    list_dead_letters,
    pretty,
    show_dead_letter,
)
from app.operations.http.dependencies import Directory, ListenersOf, PageRequest, cookies_of, named
from app.operations.http.query_parameters import Filter, TypeFilter
from app.operations.local import EVENTS_READ_AT_ONCE
from app.operations.merged_log import read
from app.operations.module_view import LogQuery, Unavailable
from app.operations.request_trace import Listeners, trace_request
from app.operations.summary import findings, totals
from bus import Bus
from bus.admin import DeadLetterFilter, ModuleStatus
from bus.storage import time_from
from web.forms import Form
from web.guards import ADMINS
from web.injection import provided
from web.live import LiveStreams
from web.pages import page

EVENTS_PER_PAGE = 50
MOST_DEAD_LETTERS = 10
"""The number that the first page shows of all modules; the list has the others."""

_LATEST = 8

ThisBus = SkipValidation[NamedDependency[Bus]]
Before = Annotated[
    str | None, QueryParameter(pattern="^[a-z_]+:[0-9]{1,18}(,[a-z_]+:[0-9]{1,18}){0,99}$")
]


@get("/operations", sync_to_thread=True)
def show_operations(request: PageRequest, directory: Directory, listeners: ListenersOf) -> Template:
    """The findings, the diagram and the oldest dead letters."""
    overview = _overview(request, directory, listeners)
    # A module that has none, or does not answer, need not be asked again.
    statuses: Statuses = overview["statuses"]
    dead = [name for name, each in statuses.items() if isinstance(each, ModuleStatus) and each.dead]
    most = max(1, MOST_DEAD_LETTERS // (len(dead) or 1))
    found = dead_letters_of(directory, cookies_of(request), DeadLetterFilter(), dead, limit=most)
    away = {name: str(each) for name, each in statuses.items() if isinstance(each, Unavailable)}
    found = {**found, "silent": {**found["silent"], **away}}
    return page("app/operations.html", dead_letters=found, filter=DeadLetterFilter(), **overview)


@get("/operations/now", sync_to_thread=True)
def show_now(
    request: PageRequest, directory: Directory, listeners: ListenersOf, dead: FromQuery[int] = 0
) -> Template:
    """The part of it that changes by itself; `dead` is the number of dead letters on the page."""
    overview = _overview(request, directory, listeners)
    return page("app/operations_now.html", shown=dead, live=True, **overview)


@get("/operations/log", sync_to_thread=True)
def show_log(
    request: PageRequest,
    directory: Directory,
    listeners: ListenersOf,
    module: Filter = None,
    type_: TypeFilter = None,
    subject: Filter = None,
    correlation: Filter = None,
    since: Filter = None,
    until: Filter = None,
    before: Before = None,
) -> Template:
    """The logs of all modules as one, or of one, filtered."""
    form = Form({"since": since or "", "until": until or ""})
    query = LogQuery(
        limit=EVENTS_PER_PAGE,
        type=type_ or None,
        subject=subject or None,
        correlation=correlation or None,
        since=_time(form, "since"),
        until=_time(form, "until"),
    )
    if query.since and query.until and query.since >= query.until:
        form.errors["until"] = "Write a later time than in the field before."
    modules = named(directory, module)
    # With a time that is not understood no log is read.
    found = read(directory, cookies_of(request), () if form.errors else modules, query, before)
    return page(
        "app/operations_log.html",
        status=422 if form.errors else 200,
        found=found,
        query=query,
        form=form,
        module=module or "",
        modules=directory.modules,
        types=sorted(listeners),
        is_first=before is None,
        most=EVENTS_READ_AT_ONCE,
    )


def _time(form: Form, name: str) -> str | None:
    try:
        return time_from(form[name].strip()) if form[name] else None
    except ValueError:
        form.errors[name] = "Write a time as 2026-01-31 or 2026-01-31 12:00."
        return None


@get("/operations/story", sync_to_thread=True)
def show_request_trace(
    request: PageRequest,
    directory: Directory,
    listeners: ListenersOf,
    correlation: Filter = None,
) -> Template:
    """The trace of one request."""
    trace = trace_request(directory, listeners, correlation or "", cookies_of(request))
    return page("app/operations_request_trace.html", trace=trace, pretty=pretty)


@get("/live/operations", sync_to_thread=False)
def stream_changes(live: LiveStreams, bus: ThisBus) -> Stream:
    """A message whenever something changed in a module of this process."""
    return live.stream(*(participant.watch for participant in bus.participants))


def _overview(
    request: PageRequest, directory: ModuleDirectory, listeners: Listeners
) -> Mapping[str, Any]:
    cookies = cookies_of(request)
    statuses = directory.ask_all(cookies, lambda module: module.status())
    groups = draw(statuses, listeners)
    ways = [way for group in groups for way in group.ways]
    latest = read(directory, cookies, directory.modules, LogQuery(limit=_LATEST), None)
    return {
        "statuses": statuses,
        "groups": groups,
        "ways": ways,
        "findings": findings(statuses),
        "totals": totals(statuses, ways),
        "latest": latest.events,
    }


def operations_routes(bus: Bus, directory: ModuleDirectory, listeners: Listeners) -> Router:
    """The pages of the operator."""
    return Router(
        "/",
        route_handlers=[
            show_operations,
            show_now,
            show_log,
            show_request_trace,
            list_dead_letters,
            show_dead_letter,
            apply_to_dead_letters,
            stream_changes,
        ],
        dependencies={
            "directory": provided(lambda: directory),
            "listeners": provided(lambda: listeners),
            "bus": provided(lambda: bus),
        },
        opt=ADMINS,
    )
