"""The pages of dead letters: those that match, each of them, and what is done about them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException, ServiceUnavailableException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from app.operations.bulk_actions import Done, by_module, look_up, settle
from app.operations.directory import ModuleDirectory
from app.operations.http.bodies import Discarding
from app.operations.http.dependencies import AllModules, Heard, Here, cookies_of, named
from app.operations.http.query_parameters import Filter, StateFilter, TypeFilter
from app.operations.module_view import (
    DeadLetterFilter,
    DeadLetterPage,
    ModuleView,
    Stuck,
    Unavailable,
)
from bus.admin import Group, UnknownDeadLetter
from web.flash import Flash, FlashWords
from web.forms import Form, SentForm
from web.pages import local, page
from web.paging import Offset, Page, places, relative

LETTERS_PER_PAGE = 50
_MOST_LETTERS_AT_ONCE = 500


@get("/operations/dead-letters", sync_to_thread=True)
def list_dead_letters(
    request: Here,
    directory: AllModules,
    listeners: Heard,
    module: Filter = None,
    type_: TypeFilter = None,
    subject: Filter = None,
    cause: Filter = None,
    state_: StateFilter = "dead",
    offset: Offset = 0,
) -> Template:
    """The dead letters that match, oldest first: of one module in pages, else the first of each.

    Or what is in another state, which can only be looked at.
    """
    which = _which(type_, subject, cause)
    part = Page(request.url, LETTERS_PER_PAGE, offset if module else 0)
    letters = letters_at(
        directory,
        cookies_of(request),
        which,
        named(directory, module),
        limit=part.limit,
        offset=part.offset,
        state=state_,
    )
    return page(
        "app/operations_letters.html",
        letters=letters,
        types=sorted(listeners),
        which=which,
        module=module or "",
        modules=directory.modules,
        state=state_,
        places=places(part, letters["total"]) if module else None,
        here=relative(request.url),
    )


@get("/operations/dead-letters/{module:str}/{letter:str}", sync_to_thread=True)
def show_dead_letter(
    request: Here,
    directory: AllModules,
    module: FromPath[str],
    letter: FromPath[str],
    back: FromQuery[str] = "",
) -> Template:
    """One message with its causes and what it says, and the way back to the list."""
    named(directory, module)
    try:
        found = directory.ask_one(module, cookies_of(request), lambda asked: asked.message(letter))
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
        back=local(back, "/operations/dead-letters"),
        form=Form(),
    )


@post("/operations/dead-letters", sync_to_thread=True, status_code=200)
def settle_dead_letters(
    request: Here, directory: AllModules, form: SentForm, flash: FlashWords
) -> Response[Any]:
    """Redrive or discard the letters ticked, or all that match; asks first where it should."""
    chosen = _chosen(directory, form)
    form["_back"] = local(form["_back"], "/operations#dead-letters")
    if not chosen:
        return flash.redirect(form["_back"], "Nothing was done: tick a dead letter.")
    discards = form["deed"] == "discard"
    if not form["sure"] and (discards or form["all"]):
        return _asking(form, chosen, directory, cookies_of(request))
    told = Form({"reason": form["reason"]})
    if discards and told.read(Discarding) is None:
        form.errors.update(told.errors)
        return _asking(form, chosen, directory, cookies_of(request), status=422)
    done = settle(directory, cookies_of(request), chosen, form["reason"] if discards else None)
    return _told(flash, form["_back"], done, "discarded" if discards else "redriven")


def letters_at(
    directory: ModuleDirectory,
    cookies: str,
    which: DeadLetterFilter,
    modules: Sequence[str],
    *,
    limit: int,
    offset: int = 0,
    state: Stuck = "dead",
) -> Mapping[str, Any]:
    """What lists of them show: a page of those of each module that match, the dead in groups."""

    def question(module: ModuleView) -> tuple[DeadLetterPage, Sequence[Group]]:
        letters = module.dead_letters(which, limit, offset, state)
        return letters, module.groups(which) if letters.total and state == "dead" else ()

    answers = directory.ask(cookies, dict.fromkeys(modules, question))
    known = {n: each for n, each in answers.items() if not isinstance(each, Unavailable)}
    groups = [(name, group) for name, (_, groups) in known.items() for group in groups]
    return {
        "total": sum(letters.total for letters, _ in known.values()),
        "found": [(n, letter) for n, (letters, _) in known.items() for letter in letters.found],
        "groups": sorted(groups, key=lambda each: each[1].count, reverse=True),
        "cut": {n: each.total for n, (each, _) in known.items() if each.total > len(each.found)},
        "silent": {n: str(each) for n, each in answers.items() if isinstance(each, Unavailable)},
    }


def _which(type_: str | None, subject: str | None, cause: str | None) -> DeadLetterFilter:
    """All that match; a filter left empty lets all match."""
    return DeadLetterFilter(type=type_ or None, subject=subject or None, cause=cause or None)


def pretty(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def _chosen(directory: ModuleDirectory, form: Form) -> Mapping[str, Sequence[DeadLetterFilter]]:
    if not form["all"]:
        chosen = by_module(form.all("letter")[:_MOST_LETTERS_AT_ONCE])
    else:
        which = _which(form["type"], form["subject"], form["cause"])
        chosen = {name: [which] for name in named(directory, form["module"])}
    for name in chosen:
        named(directory, name)
    return chosen


def _asking(
    form: Form,
    chosen: Mapping[str, Sequence[DeadLetterFilter]],
    directory: ModuleDirectory,
    cookies: str,
    status: int = 200,
) -> Template:
    which = _which(form["type"], form["subject"], form["cause"])
    letters = [] if form["all"] else look_up(directory, cookies, chosen)
    count = (
        letters_at(directory, cookies, which, list(chosen), limit=1)["total"]
        if form["all"]
        else len(letters)
    )
    return page(
        "app/operations_settle.html", status=status, form=form, letters=letters, count=count
    )


def _told(flash: Flash, back: str, done: Done, what: str) -> Redirect:
    letters = "1 dead letter" if done.count == 1 else f"{done.count} dead letters"
    sentences = [f"{letters} {what}.", *done.complaints[:10]]
    return flash.redirect(back, " ".join(sentences))
