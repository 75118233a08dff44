"""Answers that every module gives alike."""

from typing import TypeVar

from litestar import Response

T = TypeVar("T")


def created(content: T, *, at: str) -> Response[T]:
    """201: it exists now, at this address."""
    return Response(content, status_code=201, headers={"Location": at})
