"""ETags: which version of a thing an answer shows, and what to refuse for an older one.

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
        description="The ETag of the version that may be changed; when it is another by now: 412.",
    ),
]
IfNoneMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-None-Match",
        max_length=1000,
        description="The ETag of the version that is known; while it is the same: 304.",
    ),
]


class Stale(HTTPException):
    """What was to be changed is another version by now."""

    status_code = 412
    detail = "It was changed meanwhile: load it again, then repeat the change."


def etag_of(owned: Sequence[Any]) -> str:
    """The strong ETag of these values."""
    return f'"{sha256(msgspec.json.encode(owned)).hexdigest()[:32]}"'


def tagged(content: T, owned: Sequence[Any], known: str | None = None) -> Response[Any]:
    """The answer with the ETag of what is `owned`; 304 to someone who has this version."""
    etag = etag_of(owned)
    if known is not None and {"*", etag} & _listed(known.replace("W/", "")):
        return Response(None, status_code=304, headers={"ETag": etag})
    return Response(content, headers={"ETag": etag})


def unless_stale(if_match: str | None, owned: Callable[[T], Sequence[Any]]) -> Callable[[T], None]:
    """What to call with the present version before it is changed: 412 when it is not `if_match`."""

    def check(present: T) -> None:
        if if_match is not None and not {"*", etag_of(owned(present))} & _listed(if_match):
            raise Stale

    return check


def _listed(tags: str) -> set[str]:
    return {tag.strip() for tag in tags.split(",")}
