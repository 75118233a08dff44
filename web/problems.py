"""Errors as RFC 9457 problem details."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

_log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"

# Limits, so that an answer does not become much larger than its request.
_MAX_ERRORS = 100
_MAX_NAME_LENGTH = 100

_PLAIN_WORDS = {
    "Input should be a valid dictionary or instance of": "A JSON object is needed",
    "Value should have at most": "It is too long",
    "Expected `str` matching regex": "It has characters that cannot stand here",
}

# A 401 must have a challenge, and no registered scheme stands for cookies.
_CHALLENGE = {"WWW-Authenticate": 'Cookie realm="/api/session"'}


def problem(
    status: int,
    detail: str | None = None,
    *,
    type_: str = "about:blank",
    title: str | None = None,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Response[dict[str, Any]]:
    """An error answer as problem+json. Source: https://www.rfc-editor.org/rfc/rfc9457"""
    members = {"type": type_, "title": title or HTTPStatus(status).phrase, "status": status}
    if detail:
        members["detail"] = detail
    return Response(
        {**members, **more},
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={**(_CHALLENGE if status == 401 else {}), **(headers or {})},
    )


def domain_problem(status: int) -> Callable[[Request[Any, Any, Any], Any], Response[Any]]:
    """An exception handler for a domain error: the class name is the title, the text the detail."""

    def answer(_request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        words = re.findall("[A-Z][a-z]*", type(error).__name__)
        return problem(
            status,
            str(error),
            type_="urn:problem-type:" + "-".join(words).lower(),
            title=" ".join(words).capitalize(),
        )

    return answer


def _http_problem(_request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    if error.status_code >= 500:
        _log.error("answered with an error", status=error.status_code, exc_info=error)
        return problem(error.status_code)
    phrase = HTTPStatus(error.status_code).phrase
    detail = error.detail if error.detail != phrase else None
    return problem(error.status_code, detail, headers=error.headers)


def _wrong_fields(_request: Request[Any, Any, Any], error: ValidationException) -> Response[Any]:
    wrong = error.extra if isinstance(error.extra, list) else []
    if any(each.get("key") == "data" for each in wrong):
        return problem(400, "A JSON body is needed.")
    more = (
        f" Of {len(wrong)} the first {_MAX_ERRORS} are named." if len(wrong) > _MAX_ERRORS else ""
    )
    return problem(
        422,
        f"Some fields are wrong.{more}",
        title="Wrong fields",
        type_="urn:problem-type:wrong-fields",
        errors=[
            {"field": _field(each)[:_MAX_NAME_LENGTH], "message": _message(each)}
            for each in wrong[:_MAX_ERRORS]
        ],
    )


def _field(wrong: dict[str, str]) -> str:
    name = wrong.get("key", "body")
    if wrong.get("source") == "header":
        return name.replace("_", "-").title()
    return name.removesuffix("_")


def _message(wrong: dict[str, str]) -> str:
    message = wrong["message"].removeprefix("Value error, ")
    for machine_words, plain_words in _PLAIN_WORDS.items():
        if message.startswith(machine_words):
            return plain_words
    plain = message.replace("`str`", "text").replace(" | null`", "`")
    return plain.replace("`int`", "a whole number")


def unexpected(_request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The answer to an unexpected exception: a 500 without details."""
    # Only the log has the traceback: an answer must not reveal internals.
    _log.error("unexpected error", exc_info=error)
    return problem(500)


GENERAL_PROBLEMS: ExceptionHandlersMap = {
    ValidationException: _wrong_fields,
    HTTPException: _http_problem,
    Exception: unexpected,
}
