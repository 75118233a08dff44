"""The operations page: what is stuck, where, why, and what to do about it."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter, SkipValidation
from litestar.response import Stream, Template

from app.bus_query import Filter, TypeFilter
from app.operations.asking import Look, ModuleState, Unavailable, Which
from app.operations.everywhere import Everywhere
from app.operations.hosted import EVENTS_LOOKED_AT
from app.operations.letter_pages import (
    letters_at,
    list_dead_letters,
    pretty,
    settle_dead_letters,
    show_dead_letter,
)
from app.operations.picture import States, draw
from app.operations.reading import read
from app.operations.requests import AllModules, Heard, Here, cookies_of, named
from app.operations.story import Listeners, tell
from app.operations.verdict import problems, totals
from bus.bus import Bus
from bus.tables import time_from
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
def show_operations(request: Here, everywhere: AllModules, listeners: Heard) -> Template:
    """How everything stands, with the oldest dead letters."""
    now = _now(request, everywhere, listeners)
    # Who has none, or does not answer, need not be asked again.
    states: States = now["states"]
    asked = [name for name, each in states.items() if isinstance(each, ModuleState) and each.dead]
    most = max(1, MOST_LETTERS // (len(asked) or 1))
    letters = letters_at(everywhere, cookies_of(request), Which(), asked, limit=most)
    away = {name: str(each) for name, each in states.items() if isinstance(each, Unavailable)}
    letters = {**letters, "silent": {**letters["silent"], **away}}
    return page("app/operations.html", letters=letters, which=Which(), **now)


@get("/operations/now", sync_to_thread=True)
def show_now(
    request: Here, everywhere: AllModules, listeners: Heard, dead: FromQuery[int] = 0
) -> Template:
    """The part of it that changes by itself; `dead` is how many letters the page shows."""
    now = _now(request, everywhere, listeners)
    return page("app/operations_now.html", shown=dead, live=True, **now)


@get("/operations/log", sync_to_thread=True)
def show_log(
    request: Here,
    everywhere: AllModules,
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
    look = Look(
        limit=EVENTS_PER_PAGE,
        type=type_ or None,
        subject=subject or None,
        correlation=correlation or None,
        since=_time(form, "since"),
        until=_time(form, "until"),
    )
    if look.since and look.until and look.since >= look.until:
        form.errors["until"] = "Write a later time than in the field before."
    modules = named(everywhere, module)
    # Nobody is asked for what is not understood.
    asked = () if form.errors else modules
    reading = read(everywhere, cookies_of(request), asked, look, before)
    return page(
        "app/operations_log.html",
        status=422 if form.errors else 200,
        reading=reading,
        look=look,
        form=form,
        module=module or "",
        modules=everywhere.modules,
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
    request: Here, everywhere: AllModules, listeners: Heard, correlation: Filter = None
) -> Template:
    """What one request caused."""
    story = tell(everywhere, listeners, correlation or "", cookies_of(request))
    return page("app/operations_story.html", story=story, pretty=pretty)


@get("/live/operations", sync_to_thread=False)
def stream_changes(live: LiveStreams, bus: ThisBus) -> Stream:
    """Says when something changed in a module of this process."""
    return live.stream(*(participant.watch for participant in bus.participants))


def _now(request: Here, everywhere: Everywhere, listeners: Listeners) -> Mapping[str, Any]:
    cookies = cookies_of(request)
    states = everywhere.ask_all(cookies, lambda module: module.state())
    groups = draw(states, listeners)
    ways = [way for group in groups for way in group.ways]
    latest = read(everywhere, cookies, everywhere.modules, Look(limit=_LATEST), None)
    return {
        "states": states,
        "groups": groups,
        "ways": ways,
        "problems": problems(states),
        "totals": totals(states, ways),
        "latest": latest.events,
    }


def operations_routes(bus: Bus, everywhere: Everywhere, listeners: Listeners) -> Router:
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
            "everywhere": provided(lambda: everywhere),
            "listeners": provided(lambda: listeners),
            "bus": provided(lambda: bus),
        },
        opt=ADMINS,
    )
