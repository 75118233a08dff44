"""The logs of all modules read as one, newest first, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.operations.directory import ModuleDirectory
from app.operations.module_view import LogPage, LogQuery, Question, Unavailable
from bus.admin import LoggedEvent

_END = 1
"""Before this position there is nothing."""


@dataclass(frozen=True, slots=True)
class MergedPage:
    """Events with their modules; `older` leads to older ones, `silent` are the missing modules."""

    events: Sequence[tuple[str, LoggedEvent]]
    older: str | None
    silent: Mapping[str, str]


def read(
    directory: ModuleDirectory,
    cookies: str,
    modules: Sequence[str],
    query: LogQuery,
    before: str | None,
) -> MergedPage:
    """A page of these modules' logs; `before` is what the page before it gave as `older`."""
    places = _places(before)
    unread = [name for name in modules if places.get(name) != _END]
    pages = directory.ask(
        cookies, {name: _question(replace(query, before=places.get(name))) for name in unread}
    )
    found = {name: page for name, page in pages.items() if not isinstance(page, Unavailable)}
    events = [(name, event) for name, page in found.items() for event in page.events]
    # Events of one module keep their order, for the sort is stable and times may go back.
    events.sort(key=lambda each: each[1].time, reverse=True)
    shown = events[: query.limit]
    following = dict.fromkeys(modules, _END) | {
        name: _following(page, [event for of, event in shown if of == name], places.get(name))
        for name, page in found.items()
    }
    more = any(place != _END for place in following.values())
    return MergedPage(
        events=shown,
        older=",".join(f"{name}:{place}" for name, place in following.items()) if more else None,
        silent={n: str(page) for n, page in pages.items() if isinstance(page, Unavailable)},
    )


def _question(query: LogQuery) -> Question[LogPage]:
    return lambda module: module.events(query)


def _places(before: str | None) -> Mapping[str, int]:
    pairs = (each.partition(":") for each in (before or "").split(",") if each)
    return {name: int(position) for name, _, position in pairs}


def _following(page: LogPage, shown: Sequence[LoggedEvent], before: int | None) -> int:
    """The position of a module before which the next page goes on."""
    if len(shown) == len(page.events):
        return page.older or _END
    if shown:
        return shown[-1].position or (page.events[0].position or 0) + 1
    first = page.events[0].position
    return before or (first + 1 if first else _END)
