"""The operations page: what is stuck, where, why, and what to do about it."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter, SkipValidation
from litestar.response import Stream, Template

from app.operations.diagram import States, draw
from app.operations.directory import ModuleDirectory
from app.operations.http.dead_letter_pages import (
    letters_at,
    list_dead_letters,
    pretty,
    settle_dead_letters,
    show_dead_letter,
)
from app.operations.http.dependencies import AllModules, Heard, Here, cookies_of, named
from app.operations.http.query_parameters import Filter, TypeFilter
from app.operations.local import EVENTS_LOOKED_AT
from app.operations.merged_log import read
from app.operations.module_view import DeadLetterFilter, LogQuery, ModuleState, Unavailable
from app.operations.request_trace import Listeners, tell
from app.operations.summary import problems, totals
from bus import Bus
from bus.storage import time_from
from web.forms import Form
from web.guards import ADMINS
from web.injection import provided
from web.live import LiveStreams
from web.pages import page

EVENTS_PER_PAGE = 50
MOST_LETTERS = 10
"""How many the first page shows of all modules; the list has the others."""

_LATEST = 8

ThisBus = SkipValidation[NamedDependency[Bus]]
Before = Annotated[
    str | None, QueryParameter(pattern="^[a-z_]+:[0-9]{1,18}(,[a-z_]+:[0-9]{1,18}){0,99}$")
]


@get("/operations", sync_to_thread=True)
def show_operations(request: Here, directory: AllModules, listeners: Heard) -> Template:
    """How everything stands, with the oldest dead letters."""
    now = _now(request, directory, listeners)
    # Who has none, or does not answer, need not be asked again.
    states: States = now["states"]
    asked = [name for name, each in states.items() if isinstance(each, ModuleState) and each.dead]
    most = max(1, MOST_LETTERS // (len(asked) or 1))
    letters = letters_at(directory, cookies_of(request), DeadLetterFilter(), asked, limit=most)
    away = {name: str(each) for name, each in states.items() if isinstance(each, Unavailable)}
    letters = {**letters, "silent": {**letters["silent"], **away}}
    return page("app/operations.html", letters=letters, which=DeadLetterFilter(), **now)


@get("/operations/now", sync_to_thread=True)
def show_now(
    request: Here, directory: AllModules, listeners: Heard, dead: FromQuery[int] = 0
) -> Template:
    """The part of it that changes by itself; `dead` is how many letters the page shows."""
    now = _now(request, directory, listeners)
    return page("app/operations_now.html", shown=dead, live=True, **now)


@get("/operations/log", sync_to_thread=True)
def show_log(
    request: Here,
    directory: AllModules,
    listeners: Heard,
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
    look = LogQuery(
        limit=EVENTS_PER_PAGE,
        type=type_ or None,
        subject=subject or None,
        correlation=correlation or None,
        since=_time(form, "since"),
        until=_time(form, "until"),
    )
    if look.since and look.until and look.since >= look.until:
        form.errors["until"] = "Write a later time than in the field before."
    modules = named(directory, module)
    # Nobody is asked for what is not understood.
    asked = () if form.errors else modules
    reading = read(directory, cookies_of(request), asked, look, before)
    return page(
        "app/operations_log.html",
        status=422 if form.errors else 200,
        reading=reading,
        look=look,
        form=form,
        module=module or "",
        modules=directory.modules,
        types=sorted(listeners),
        is_first=before is None,
        most=EVENTS_LOOKED_AT,
    )


def _time(form: Form, name: str) -> str | None:
    try:
        return time_from(form[name].strip()) if form[name] else None
    except ValueError:
        form.errors[name] = "Write a time as 2026-01-31 or 2026-01-31 12:00."
        return None


@get("/operations/story", sync_to_thread=True)
def show_story(
    request: Here, directory: AllModules, listeners: Heard, correlation: Filter = None
) -> Template:
    """What one request caused."""
    story = tell(directory, listeners, correlation or "", cookies_of(request))
    return page("app/operations_story.html", story=story, pretty=pretty)


@get("/live/operations", sync_to_thread=False)
def stream_changes(live: LiveStreams, bus: ThisBus) -> Stream:
    """Says when something changed in a module of this process."""
    return live.stream(*(participant.watch for participant in bus.participants))


def _now(request: Here, directory: ModuleDirectory, listeners: Listeners) -> Mapping[str, Any]:
    cookies = cookies_of(request)
    states = directory.ask_all(cookies, lambda module: module.state())
    groups = draw(states, listeners)
    ways = [way for group in groups for way in group.ways]
    latest = read(directory, cookies, directory.modules, LogQuery(limit=_LATEST), None)
    return {
        "states": states,
        "groups": groups,
        "ways": ways,
        "problems": problems(states),
        "totals": totals(states, ways),
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
            show_story,
            list_dead_letters,
            show_dead_letter,
            settle_dead_letters,
            stream_changes,
        ],
        dependencies={
            "directory": provided(lambda: directory),
            "listeners": provided(lambda: listeners),
            "bus": provided(lambda: bus),
        },
        opt=ADMINS,
    )
