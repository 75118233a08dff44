"""The pages of dead letters: the list, each of them, redrive and discard."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException, ServiceUnavailableException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from app.operations.bulk_actions import Chosen, Outcome, apply_to_all, by_module, look_up
from app.operations.directory import ModuleDirectory
from app.operations.http.bodies import Discarding
from app.operations.http.dependencies import Directory, ListenersOf, PageRequest, cookies_of, named
from app.operations.http.query_parameters import Filter, StateFilter, TypeFilter
from app.operations.module_view import DeadLetterPage, ModuleView, Stuck, Unavailable
from bus.admin import DeadLetterFilter, Group, UnknownDeadLetter
from web.flash import Flash, FlashWords
from web.forms import Form, SentForm
from web.pages import local, page
from web.paging import Offset, Page, places, relative

DEAD_LETTERS_PER_PAGE = 50
_MOST_AT_ONCE = 500


@get("/operations/dead-letters", sync_to_thread=True)
def list_dead_letters(
    request: PageRequest,
    directory: Directory,
    listeners: ListenersOf,
    module: Filter = None,
    type_: TypeFilter = None,
    subject: Filter = None,
    cause: Filter = None,
    state_: StateFilter = "dead",
    offset: Offset = 0,
) -> Template:
    """The dead letters that match, oldest first: of one module in pages, else the first of each.

    Messages in another state are shown without actions.
    """
    filter = _filter(type_, subject, cause)
    part = Page(request.url, DEAD_LETTERS_PER_PAGE, offset if module else 0)
    found = dead_letters_of(
        directory,
        cookies_of(request),
        filter,
        named(directory, module),
        limit=part.limit,
        offset=part.offset,
        state=state_,
    )
    return page(
        "app/operations_dead_letters.html",
        dead_letters=found,
        types=sorted(listeners),
        filter=filter,
        module=module or "",
        modules=directory.modules,
        state=state_,
        places=places(part, found["total"]) if module else None,
        here=relative(request.url),
    )


@get("/operations/dead-letters/{module:str}/{letter:str}", sync_to_thread=True)
def show_dead_letter(
    request: PageRequest,
    directory: Directory,
    module: FromPath[str],
    letter: FromPath[str],
    back: FromQuery[str] = "",
) -> Template:
    """One message with its causes and its content, and the way back to the list."""
    named(directory, module)
    try:
        found = directory.ask_one(module, cookies_of(request), lambda view: view.message(letter))
    except UnknownDeadLetter:
        raise NotFoundException("No dead letter has this id, or it was applied long ago.") from None
    if isinstance(found, Unavailable):
        raise ServiceUnavailableException(f"{module}: {found}.")
    message = found["message"]
    data = message.get("data") if isinstance(message, dict) else message
    return page(
        "app/operations_dead_letter.html",
        module=module,
        modules=directory.modules,
        dead_letter=found,
        data=data if isinstance(data, str) else pretty(data),
        envelope=pretty(message) if isinstance(message, dict) else "",
        back=local(back, "/operations/dead-letters"),
        form=Form(),
    )


@post("/operations/dead-letters", sync_to_thread=True, status_code=200)
def apply_to_dead_letters(
    request: PageRequest, directory: Directory, form: SentForm, flash: FlashWords
) -> Response[Any]:
    """Redrive or discard the dead letters ticked, or all that match; confirms where it should."""
    chosen = _chosen(directory, form)
    form["_back"] = local(form["_back"], "/operations#dead-letters")
    if not chosen:
        return flash.redirect(form["_back"], "Nothing was done: tick a dead letter.")
    discards = form["deed"] == "discard"
    if not form["sure"] and (discards or form["all"]):
        return _confirmation(form, chosen, directory, cookies_of(request))
    body = Form({"reason": form["reason"]})
    if discards and body.read(Discarding) is None:
        form.errors.update(body.errors)
        return _confirmation(form, chosen, directory, cookies_of(request), status=422)
    reason = form["reason"] if discards else None
    outcome = apply_to_all(directory, cookies_of(request), chosen, reason)
    return _report(flash, form["_back"], outcome, "discarded" if discards else "redriven")


def dead_letters_of(
    directory: ModuleDirectory,
    cookies: str,
    filter: DeadLetterFilter,
    modules: Sequence[str],
    *,
    limit: int,
    offset: int = 0,
    state: Stuck = "dead",
) -> Mapping[str, Any]:
    """A page of those of each module that match, and groups of the dead, as lists show them."""

    def question(module: ModuleView) -> tuple[DeadLetterPage, Sequence[Group]]:
        found = module.dead_letters(filter, limit, offset, state)
        return found, module.groups(filter) if found.total and state == "dead" else ()

    answers = directory.ask(cookies, dict.fromkeys(modules, question))
    known = {n: each for n, each in answers.items() if not isinstance(each, Unavailable)}
    groups = [(name, group) for name, (_, groups) in known.items() for group in groups]
    return {
        "total": sum(page.total for page, _ in known.values()),
        "found": [(n, each) for n, (page, _) in known.items() for each in page.found],
        "groups": sorted(groups, key=lambda each: each[1].count, reverse=True),
        "cut": {n: each.total for n, (each, _) in known.items() if each.total > len(each.found)},
        "silent": {n: str(each) for n, each in answers.items() if isinstance(each, Unavailable)},
    }


def _filter(type_: str | None, subject: str | None, cause: str | None) -> DeadLetterFilter:
    """All that match; a filter left empty lets all match."""
    return DeadLetterFilter(type=type_ or None, subject=subject or None, cause=cause or None)


def pretty(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def _chosen(directory: ModuleDirectory, form: Form) -> Chosen:
    if not form["all"]:
        chosen = by_module(form.all("letter")[:_MOST_AT_ONCE])
    else:
        filter = _filter(form["type"], form["subject"], form["cause"])
        chosen = {name: [filter] for name in named(directory, form["module"])}
    for name in chosen:
        named(directory, name)
    return chosen


def _confirmation(
    form: Form, chosen: Chosen, directory: ModuleDirectory, cookies: str, status: int = 200
) -> Template:
    if form["all"]:
        filter = _filter(form["type"], form["subject"], form["cause"])
        found = []
        count = dead_letters_of(directory, cookies, filter, list(chosen), limit=1)["total"]
    else:
        found = list(look_up(directory, cookies, chosen))
        count = len(found)
    return page(
        "app/operations_confirm.html", status=status, form=form, dead_letters=found, count=count
    )


def _report(flash: Flash, back: str, outcome: Outcome, action: str) -> Redirect:
    count = "1 dead letter" if outcome.count == 1 else f"{outcome.count} dead letters"
    refused = [f"{each}." for each in outcome.refused[:10]]
    return flash.redirect(back, " ".join([f"{count} {action}.", *refused]))
