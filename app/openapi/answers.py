"""The answers of each operation beside the wanted one, and the headers of all its answers.

Most of it follows from the operation: one with a body may answer 415, one with an id 404, and so
on. What does not, a handler says itself: `problems=[AlreadyLiked]` names errors it may end with.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from web.bodies import MAX_BODY_BYTES
from web.problems import MEDIA_TYPE

Json = dict[str, Any]

_WRITES = {"POST", "PUT", "PATCH", "DELETE"}
_TEXT: Json = {"type": "string"}

PROBLEM: Json = {
    "title": "Problem",
    "description": "What went wrong; https://www.rfc-editor.org/rfc/rfc9457.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "examples": ["about:blank", "urn:problem-type:wrong-fields"]},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "errors": {
            "description": "Every wrong field.",
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": _TEXT, "message": _TEXT},
            },
        },
    },
}

HEADERS: Json = {
    name: {"description": description, "schema": _TEXT, "required": required}
    for name, description, required in (
        ("ETag", "The version that is shown: for If-Match.", True),
        ("Link", "Where other pages are; https://www.rfc-editor.org/rfc/rfc8288.", False),
        ("Location", "Where it is to be found.", True),
        ("Retry-After", "How many seconds to wait.", True),
        ("WWW-Authenticate", "How to sign in.", True),
        ("X-Correlation-Id", "The id of this request in logs and events.", True),
        ("X-Total-Count", "How many entries there are on all pages.", True),
    )
}
"""Every header of an answer that callers may want to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules that hold on all routes of a process."""

    roles_count: bool
    """Whether APP_AUTH is required."""
    modules: Sequence[str]
    """Those that it hosts."""
    problems: Mapping[type[Exception], int]
    """Which status each domain error is."""

    def role_for(self, handler: HTTPRouteHandler) -> str | None:
        """The role that a caller of this handler needs."""
        return handler.opt.get("role") if self.roles_count else None

    def status_of(self, error: type[Exception]) -> int:
        """The status that answers this error; raises KeyError for one that nobody translates."""
        return error.status_code if issubclass(error, HTTPException) else self.problems[error]


def add_problems(operation: Json, method: str, handler: HTTPRouteHandler, rules: Rules) -> None:
    """Put what may go wrong in the place of what Litestar says of it."""
    reasons: dict[int, list[str]] = defaultdict(list)
    for status, reason in (
        *_for_what_is_asked(operation),
        *_for_who_asks(method, handler, rules),
        *_for_what_happens(handler, rules),
    ):
        reasons[status].append(reason)
    answers = operation["responses"]
    answers.pop("400", None)
    for status in sorted(reasons):
        answers[str(status)] = _answer(status, " ".join(reasons[status]))


def _answer(status: int, description: str) -> Json:
    if status < 400:
        return {"description": description}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


def _for_what_is_asked(operation: Json) -> Iterator[tuple[int, str]]:
    parameters = operation.get("parameters", ())
    names, places = _names(operation), {parameter["in"] for parameter in parameters}
    if "If-None-Match" in names:
        yield 304, "It is the version that is known."
    if "requestBody" in operation:
        yield 400, "The body is missing or is not well-formed JSON."
        yield 415, "The body is not sent as application/json, or is compressed."
    if "path" in places:
        yield 404, "There is no such thing, or no longer."
    if "If-Match" in names:
        yield 412, "It was changed meanwhile."
    if "requestBody" in operation or places - {"path"}:
        yield 422, "Some fields are wrong; `errors` names each."
    if "Idempotency-Key" in names:
        yield 422, "The Idempotency-Key was used for another request."


def _for_who_asks(
    method: str, handler: HTTPRouteHandler, rules: Rules
) -> Iterator[tuple[int, str]]:
    if role := rules.role_for(handler):
        yield 401, "Nobody is signed in."
        yield 403, f"This needs the role {role}."
    if not rules.roles_count:
        yield 403, "Only requests to this machine's own names are answered."
    if method in _WRITES:
        yield 403, "A page of another origin may not ask for this."
        yield 413, f"The body has more than {MAX_BODY_BYTES} bytes."


def _for_what_happens(handler: HTTPRouteHandler, rules: Rules) -> Iterator[tuple[int, str]]:
    errors: Sequence[type[Exception]] = handler.opt.get("problems", ())
    for error in errors:
        yield rules.status_of(error), (error.__doc__ or "").strip().partition("\n")[0]
    yield 500, "Something unexpected happened, of which the log has more."
    yield 503, "A database is away or full for the moment."


def add_headers(operations: Sequence[Json]) -> None:
    """Say which headers each answer has; what is edited with its ETag has one directory."""
    edited = [operation for operation in operations if "If-Match" in _names(operation)]
    tagged = [content for operation in edited if (content := _wished(operation))]
    for operation in operations:
        for status, answer in operation["responses"].items():
            names = _headers(status, answer, _names(operation), tagged)
            answer["headers"] = {
                name: {"$ref": f"#/components/headers/{name}"} for name in sorted(names)
            }


def _headers(status: str, answer: Json, asked: set[str], tagged: Sequence[Json]) -> Iterator[str]:
    yield "X-Correlation-Id"
    if status == "304" or answer.get("content") in tagged:
        yield "ETag"
    if status == "200" and "limit" in asked and asked & {"offset", "before"}:
        yield "Link"
    if status == "200" and "offset" in asked:
        yield "X-Total-Count"
    if status in _OF_STATUS:
        yield _OF_STATUS[status]


_OF_STATUS = {"201": "Location", "401": "WWW-Authenticate", "429": "Retry-After"}


def _names(operation: Json) -> set[str]:
    return {parameter["name"] for parameter in operation.get("parameters", ())}


def _wished(operation: Json) -> Json:
    """The answer when all goes well."""
    content: Json = next(iter(operation["responses"].values())).get("content", {})
    return content
