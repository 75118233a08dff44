"""Answers that every module gives alike."""

from collections.abc import Sequence
from typing import Any, TypeVar

from litestar import Response
from litestar.datastructures import CacheControlHeader, MutableScopeHeaders
from litestar.types import Message, Scope

from web.etag import etag_of

T = TypeVar("T")

MAY_BE_STORED = CacheControlHeader(no_cache=True)
"""The `cache_control` of routes that tell everyone the same: stored, but asked again each time."""


def created(content: T, *, at: str, owned: Sequence[Any] = ()) -> Response[T]:
    """201: it exists now, at this address, with the ETag of what is `owned` if anything is."""
    etag = {"ETag": etag_of(owned)} if owned else {}
    return Response(content, status_code=201, headers={"Location": at, **etag})


async def harden(message: Message, _scope: Scope) -> None:
    """Let no answer be stored, unless it says otherwise, nor be taken for another media type."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        headers.setdefault("Cache-Control", "no-store")
        headers["X-Content-Type-Options"] = "nosniff"


async def vary_by_origin(message: Message, _scope: Scope) -> None:
    """Let no cache give a page of one origin what was answered to another."""
    if message["type"] == "http.response.start":
        MutableScopeHeaders.from_message(message)["Vary"] = "Origin"
