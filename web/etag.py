"""ETags: versions of resources, and the refusal of changes to an outdated version.

Source: https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.params import HeaderParameter

T = TypeVar("T")

IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        max_length=1000,
        description="The ETag of the version to change. If there is a newer version: 412.",
    ),
]
IfNoneMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-None-Match",
        max_length=1000,
        description="The ETag of the version that the client has. If it is still the same: 304.",
    ),
]


class Stale(HTTPException):
    """The resource is no longer in the version that the client wanted to change."""

    status_code = 412
    detail = "It was changed meanwhile: load it again, then repeat the change."


def etag_of(owned: Sequence[Any]) -> str:
    """The strong ETag for these values."""
    return f'"{sha256(msgspec.json.encode(owned)).hexdigest()[:32]}"'


def with_etag(content: T, owned: Sequence[Any], known: str | None = None) -> Response[Any]:
    """An answer with the ETag of the `owned` values, or 304 if `known` is this ETag."""
    etag = etag_of(owned)
    if known is not None and {"*", etag} & _tags_in(known.replace("W/", "")):
        return Response(None, status_code=304, headers={"ETag": etag})
    return Response(content, headers={"ETag": etag})


def unless_stale(if_match: str | None, owned: Callable[[T], Sequence[Any]]) -> Callable[[T], None]:
    """A check to call with the present version before a change. It raises Stale, unless `if_match`
    is None or fits the present version.
    """

    def check(present: T) -> None:
        if if_match is not None and not {"*", etag_of(owned(present))} & _tags_in(if_match):
            raise Stale

    return check


def _tags_in(tags: str) -> set[str]:
    return {tag.strip() for tag in tags.split(",")}
