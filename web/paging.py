"""Pagination: `limit` and `offset` in the query, the total and links to other pages in headers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from litestar import Request, Response
from litestar.datastructures import URL
from litestar.di import Provide
from litestar.params import QueryParameter

T = TypeVar("T")

LARGEST_OFFSET = 2**63 - 1

Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="The most entries of a page.")]
Offset = Annotated[
    int,
    QueryParameter(ge=0, le=LARGEST_OFFSET, description="The number of entries before the page."),
]
Searched = Annotated[
    str, QueryParameter(max_length=200, pattern="^[^\0]*$", description="Text to look for.")
]


@dataclass(frozen=True, slots=True)
class Page:
    """The requested part of a list."""

    url: URL
    limit: int
    offset: int
    q: str = ""
    """The text to search for; empty for no search."""


# One dependency for all parameters, so that one answer names every wrong value.
def _page(
    request: Request[Any, Any, Any], limit: Limit = 100, offset: Offset = 0, q: Searched = ""
) -> Page:
    return Page(request.url, limit, offset, q)


page_dependency = Provide(_page, sync_to_thread=False)


def pages_of(entries: int) -> Provide:
    """The dependency `page` for HTML pages, which have a fixed number of entries."""

    def page(request: Request[Any, Any, Any], offset: Offset = 0, q: Searched = "") -> Page:
        return Page(request.url, entries, offset, q)

    return Provide(page, sync_to_thread=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The entries that a page shows, counted from 1, and the URLs of its neighbours."""

    first: int
    last: int
    total: int
    before: str | None
    after: str | None


def places(page: Page, total: int) -> Places:
    """The place of a page in its list; `first` and `last` are at most `total`."""
    links = {name: relative(page.url, offset=offset) for name, offset in _neighbours(page, total)}
    return Places(
        first=min(page.offset + 1, total),
        last=min(page.offset + page.limit, total),
        total=total,
        before=links.get("prev"),
        after=links.get("next"),
    )


def paged(entries: Sequence[T], total: int, page: Page) -> Response[list[T]]:
    """An answer with a page of a list, with `X-Total-Count`, and `Link` to the other pages."""
    links = ", ".join(f'<{address}>; rel="{name}"' for name, address in _links(page, total))
    return Response(list(entries), headers={"X-Total-Count": str(total), "Link": links})


def _links(page: Page, total: int) -> Iterator[tuple[str, str]]:
    # Relative, so that the links also work behind a proxy.
    for name, offset in _neighbours(page, total):
        yield name, relative(page.url, limit=page.limit, offset=offset)


def _neighbours(page: Page, total: int) -> Iterator[tuple[str, int]]:
    last = max(0, (total - 1) // page.limit * page.limit)
    yield "first", 0
    if page.offset > 0:
        yield "prev", min(last, max(0, page.offset - page.limit))
    if page.offset + page.limit < total:
        yield "next", page.offset + page.limit
    yield "last", last


def relative(url: URL, **query: object) -> str:
    """The path and query of `url`, with these values set and the others kept."""
    changed = url.with_replacements(query=_with_query(url, query))
    return f"{changed.path}?{changed.query}" if changed.query else changed.path


def _with_query(url: URL, query: dict[str, object]) -> str:
    # Not from `query_params`: their order differs between processes.
    given = parse_qsl(url.query, keep_blank_values=True)
    kept = [(name, value) for name, value in given if name not in query]
    return urlencode([*kept, *((name, str(value)) for name, value in query.items())])
