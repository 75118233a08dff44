"""The operations page: what is stuck, where, why, and what to do about it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, ServiceUnavailableException
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation
from litestar.response import Redirect, Stream, Template

from app.bus_api import Discarding, Filter, TypeFilter
from app.operations.asking import AskedModule, Letters, Look, ModuleState, Unavailable, Which
from app.operations.everywhere import Everywhere
from app.operations.picture import States, Way, draw
from app.operations.reading import read
from app.operations.settling import Done, by_module, look_up, settle
from app.operations.story import Listeners, tell
from bus.bus import Bus
from bus.dead_letters import UnknownDeadLetter
from web.flash import Flash, FlashWords
from web.forms import Form, SentForm
from web.guards import ADMINS
from web.injection import provided
from web.live import LiveStreams
from web.pages import local, page
from web.paging import Offset, Page, places, relative
from web.session import COOKIE

EVENTS_PER_PAGE = 50
LETTERS_PER_PAGE = 50
_LATEST = 8
_MOST_LETTERS_AT_ONCE = 500
_TO_SETTLE = re.compile("(.*: redrive or discard) ([0-9a-f]{12})", re.DOTALL)

Here = Request[Any, Any, Any]
AllModules = SkipValidation[NamedDependency[Everywhere]]
Heard = SkipValidation[NamedDependency[Listeners]]
ThisBus = SkipValidation[NamedDependency[Bus]]
Before = Annotated[
    str | None, QueryParameter(pattern="^[a-z_]+:[0-9]{1,18}(,[a-z_]+:[0-9]{1,18}){0,99}$")
]


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence about a module; `letter` is the message that it tells of, where it names one."""

    severity: Literal["bad", "busy", "away"]
    module: str
    sentence: str
    letter: str | None = None


@get("/operations", sync_to_thread=True)
def show_operations(request: Here, everywhere: AllModules, listeners: Heard) -> Template:
    """How everything stands, with the oldest dead letters."""
    now = _now(request, everywhere, listeners)
    # Who has none, or does not answer, need not be asked again.
    states: States = now["states"]
    asked = [name for name, each in states.items() if isinstance(each, ModuleState) and each.dead]
    letters = _letters(everywhere, _cookies(request), Which(), asked)
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
    before: Before = None,
) -> Template:
    """The logs of all modules as one, or of one, filtered."""
    look = Look(
        limit=EVENTS_PER_PAGE,
        type=type_ or None,
        subject=subject or None,
        correlation=correlation or None,
    )
    modules = _named(everywhere, module)
    reading = read(everywhere, _cookies(request), modules, look, before)
    return page(
        "app/operations_log.html",
        reading=reading,
        look=look,
        module=module or "",
        modules=everywhere.modules,
        # Those that nobody listens to are known once they are seen.
        types=sorted({*listeners, *(event.type for _, event in reading.events)}),
        is_first=before is None,
    )


@get("/operations/story", sync_to_thread=True)
def show_story(
    request: Here, everywhere: AllModules, listeners: Heard, correlation: Filter = None
) -> Template:
    """What one request caused."""
    story = tell(everywhere, listeners, correlation or "", _cookies(request))
    return page("app/operations_story.html", story=story, pretty=pretty)


@get("/operations/dead-letters", sync_to_thread=True)
def list_dead_letters(
    request: Here,
    everywhere: AllModules,
    listeners: Heard,
    module: Filter = None,
    type_: TypeFilter = None,
    subject: Filter = None,
    offset: Offset = 0,
) -> Template:
    """The dead letters that match, oldest first: of one module in pages, else the first of each."""
    which = Which(type=type_ or None, subject=subject or None)
    named = _named(everywhere, module)
    part = Page(request.url, LETTERS_PER_PAGE, offset if module else 0)
    letters = _letters(everywhere, _cookies(request), which, named, part.offset)
    return page(
        "app/operations_letters.html",
        letters=letters,
        types=sorted(listeners),
        which=which,
        module=module or "",
        modules=everywhere.modules,
        places=places(part, letters["total"]) if module else None,
        here=relative(request.url),
    )


@get("/operations/dead-letters/{module:str}/{letter:str}", sync_to_thread=True)
def show_dead_letter(
    request: Here, everywhere: AllModules, module: FromPath[str], letter: FromPath[str]
) -> Template:
    """One message with its causes and what it says."""
    return _shown_letter(everywhere, _cookies(request), module, letter, Form())


@post("/operations/dead-letters", sync_to_thread=True, status_code=200)
def settle_dead_letters(
    request: Here, everywhere: AllModules, form: SentForm, flash: FlashWords
) -> Response[Any]:
    """Redrive or discard the letters ticked, or all that match; asks first where it should."""
    chosen = _chosen(everywhere, form)
    form["_back"] = local(form["_back"], "/operations#dead-letters")
    if not chosen:
        return flash.redirect(form["_back"], "Nothing was done: tick a dead letter.")
    discards = form["deed"] == "discard"
    if not form["sure"] and (discards or form["all"]):
        return _asking(form, chosen, everywhere, _cookies(request))
    told = Form({"reason": form["reason"]})
    if discards and told.read(Discarding) is None:
        form.errors.update(told.errors)
        return _asking(form, chosen, everywhere, _cookies(request), status=422)
    done = settle(everywhere, _cookies(request), chosen, form["reason"] if discards else None)
    return _told(flash, form["_back"], done, "discarded" if discards else "redriven")


@get("/live/operations", sync_to_thread=False)
def stream_changes(live: LiveStreams, bus: ThisBus) -> Stream:
    """Says when something changed in a module of this process."""
    return live.stream(*(participant.watch for participant in bus.participants))


def _now(request: Here, everywhere: Everywhere, listeners: Listeners) -> Mapping[str, Any]:
    cookies = _cookies(request)
    states = everywhere.ask_all(cookies, lambda module: module.state())
    groups = draw(states, listeners)
    latest = read(everywhere, cookies, everywhere.modules, Look(limit=_LATEST), None)
    return {
        "states": states,
        "groups": groups,
        "ways": [way for group in groups for way in group.ways],
        "problems": _problems(states),
        "totals": _totals(states, [way for group in groups for way in group.ways]),
        "latest": latest.events,
    }


def _problems(states: States) -> Sequence[Problem]:
    """What is wrong, what is being tried again last."""
    found: list[Problem] = []
    for name, state in states.items():
        if isinstance(state, Unavailable):
            found.append(Problem("away", name, str(state)))
        else:
            found += [Problem("bad", name, each) for each in state.faults]
            found += [_problem(name, each) for each in state.sentences]
    return sorted(found, key=lambda problem: problem.severity == "busy")


def _problem(module: str, sentence: str) -> Problem:
    if found := _TO_SETTLE.fullmatch(sentence):
        return Problem("bad", module, found[1], found[2])
    is_tried = any(words in sentence for words in ("being retried", "about to be tried"))
    return Problem("busy" if is_tried else "bad", module, sentence)


def _totals(states: States, ways: Sequence[Way]) -> Mapping[str, int]:
    known = [state for state in states.values() if isinstance(state, ModuleState)]
    return {
        "dead": sum(state.dead for state in known),
        "retrying": sum(state.retrying for state in known),
        "waiting": sum(state.waiting for state in known),
        "unsent": sum(state.unsent for state in known),
        "on the way": sum(way.behind or 0 for way in ways),
    }


def _letters(
    everywhere: Everywhere, cookies: str, which: Which, modules: Sequence[str], offset: int = 0
) -> Mapping[str, Any]:
    def question(module: AskedModule) -> Letters:
        return module.dead_letters(which, LETTERS_PER_PAGE, offset)

    answers = everywhere.ask(cookies, dict.fromkeys(modules, question))
    known = {name: each for name, each in answers.items() if isinstance(each, Letters)}
    found = [(name, letter) for name, letters in known.items() for letter in letters.found]
    return {
        "total": sum(letters.total for letters in known.values()),
        "found": found,
        "cut": {n: each.total for n, each in known.items() if each.total > len(each.found)},
        "silent": {n: str(each) for n, each in answers.items() if isinstance(each, Unavailable)},
    }


def _shown_letter(
    everywhere: Everywhere, cookies: str, module: str, letter: str, form: Form
) -> Template:
    _named(everywhere, module)
    try:
        found = everywhere.ask_one(module, cookies, lambda asked: asked.message(letter))
    except UnknownDeadLetter:
        raise NotFoundException("No dead letter has this id, or it was applied long ago.") from None
    if isinstance(found, Unavailable):
        raise ServiceUnavailableException(f"{module}: {found}.")
    message = found["message"]
    data = message.get("data") if isinstance(message, dict) else message
    return page(
        "app/operations_letter.html",
        module=module,
        letter=found,
        data=data if isinstance(data, str) else pretty(data),
        envelope=pretty(message) if isinstance(message, dict) else "",
        form=form,
    )


def pretty(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def _chosen(everywhere: Everywhere, form: Form) -> Mapping[str, Sequence[Which]]:
    if not form["all"]:
        chosen = by_module(form.all("letter")[:_MOST_LETTERS_AT_ONCE])
    else:
        which = Which(type=form["type"] or None, subject=form["subject"] or None)
        chosen = {name: [which] for name in _named(everywhere, form["module"])}
    for name in chosen:
        _named(everywhere, name)
    return chosen


def _asking(
    form: Form,
    chosen: Mapping[str, Sequence[Which]],
    everywhere: Everywhere,
    cookies: str,
    status: int = 200,
) -> Template:
    which = Which(type=form["type"] or None, subject=form["subject"] or None)
    letters = [] if form["all"] else look_up(everywhere, cookies, chosen)
    count = (
        _letters(everywhere, cookies, which, list(chosen))["total"] if form["all"] else len(letters)
    )
    return page(
        "app/operations_settle.html", status=status, form=form, letters=letters, count=count
    )


def _told(flash: Flash, back: str, done: Done, what: str) -> Redirect:
    letters = "1 dead letter" if done.count == 1 else f"{done.count} dead letters"
    sentences = [f"{letters} {what}.", *done.complaints[:10]]
    return flash.redirect(back, " ".join(sentences))


def _named(everywhere: Everywhere, module: str | None) -> Sequence[str]:
    if not module:
        return everywhere.modules
    if module not in everywhere.modules:
        raise NotFoundException(f"There is no module {module}.")
    return [module]


def _cookies(request: Here) -> str:
    """The operator's own session, with which other processes are asked."""
    session = request.cookies.get(COOKIE)
    return f"{COOKIE}={session}" if session else ""


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
