"""Answers that every module gives alike."""

from collections.abc import Sequence
from typing import Any, TypeVar

from litestar import Response

from web.etag import etag_of

T = TypeVar("T")


def created(content: T, *, at: str, owned: Sequence[Any] = ()) -> Response[T]:
    """201: it exists now, at this address, with the ETag of what is `owned` if anything is."""
    etag = {"ETag": etag_of(owned)} if owned else {}
    return Response(content, status_code=201, headers={"Location": at, **etag})
