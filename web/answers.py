"""Answers and headers that all modules have in common."""

from collections.abc import Sequence
from typing import Any, TypeVar

from litestar import Response
from litestar.datastructures import CacheControlHeader, MutableScopeHeaders
from litestar.types import Message, Scope

from web.etag import etag_of

T = TypeVar("T")

MAY_BE_STORED = CacheControlHeader(no_cache=True)
"""The `cache_control` of answers that are alike for everyone. Caches must revalidate them."""


def created(content: T, *, at: str, owned: Sequence[Any] = ()) -> Response[T]:
    """A 201 answer with the Location `at`, and an ETag of the `owned` values if there are any."""
    etag = {"ETag": etag_of(owned)} if owned else {}
    return Response(content, status_code=201, headers={"Location": at, **etag})


async def set_default_headers(message: Message, _scope: Scope) -> None:
    """Forbid caching where the answer does not allow it, and sniffing of the media type."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        headers.setdefault("Cache-Control", "no-store")
        headers["X-Content-Type-Options"] = "nosniff"


async def vary_by_origin(message: Message, _scope: Scope) -> None:
    """Tell caches that the answer depends on the request's origin."""
    if message["type"] == "http.response.start":
        MutableScopeHeaders.from_message(message)["Vary"] = "Origin"
