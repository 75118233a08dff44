"""What schemathesis is to look for beside its own checks; it imports this as its hooks."""

import json
from datetime import date
from typing import Any

import schemathesis
from hypothesis import strategies as given
from schemathesis import Case, CheckContext, Response

# Of all days that can be written few lie in a lifetime.
_DAYS = given.dates(date(1900, 1, 1), date(2020, 1, 1)).map(date.isoformat)
schemathesis.openapi.format("date", _DAYS)
schemathesis.openapi.format("date-time", _DAYS.map(lambda day: f"{day}T12:00:00Z"))


@schemathesis.check
def headers_are_documented(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Of the headers that the document knows, an answer has only those that stand with it."""
    answer = _described(case).get("responses", {}).get(str(response.status_code))
    if answer is None:
        return
    known = _document(case)["components"]["headers"]

    assert {name for name in known if name.lower() in response.headers} <= set(answer["headers"])


@schemathesis.check
def good_requests_are_taken(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """What fits the document is not refused as wrong, but for what its descriptions rule out."""
    good = case.meta is not None and case.meta.generation.mode.is_positive
    if not good or response.status_code not in {400, 413, 415, 422}:
        return
    problem = response.json()
    if problem["type"] == "urn:problem-type:idempotency-key-reused":
        return

    told = {field for field, schema in _fields(case).items() if "description" in json.dumps(schema)}
    assert {wrong["field"] for wrong in problem["errors"]} <= told


def _document(case: Case[Any]) -> dict[str, Any]:
    document: dict[str, Any] = case.operation.schema.raw_schema
    return document


def _described(case: Case[Any]) -> dict[str, Any]:
    # It also asks by methods that are not there, to see them refused.
    operation: dict[str, Any] = _document(case)["paths"][case.path].get(case.method.lower(), {})
    return operation


def _fields(case: Case[Any]) -> dict[str, Any]:
    content = _described(case).get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    schema = _document(case)["components"]["schemas"].get(reference.rpartition("/")[2], {})
    fields: dict[str, Any] = schema.get("properties", {})
    return fields
