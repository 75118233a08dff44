"""A Postman collection that runs green from top to bottom, made from the OpenAPI document.

What creates comes first and what deletes last. The ids that answers give are kept in variables, as
the document's links say, for the requests that need them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from posixpath import commonpath
from typing import Any

from app.openapi.examples import RUN, example

Json = dict[str, Any]

COLLECTION = Path(__file__).parents[2] / "docs" / "postman_collection.json"
"""Where it is kept."""

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_RANKS = {"post": 0, "get": 1, "put": 2}
_LAST = "cleaning up"
_FROM_ANSWER = "$response.body#/"

# New in each run, so that names and numbers are new to a server that is in use.
_BEGIN_RUN = f'pm.collectionVariables.set("{RUN}", String(Date.now() % 1e9).padStart(9, "0"));'

# Modules hear of one another through events: word may be on its way for a moment.
_UNLESS_TOO_EARLY = """\
const tries = Number(pm.collectionVariables.get("tries"));
if (pm.response.code === 404 && tries < 100) {
  pm.collectionVariables.set("tries", tries + 1);
  pm.execution.setNextRequest(pm.info.requestName);
  setTimeout(() => {}, 100);
  return;
}
pm.collectionVariables.set("tries", 0);
"""


@dataclass(frozen=True)
class Operation:
    """One operation of the document and where it stands there."""

    path: str
    method: str
    said: Json

    @property
    def id(self) -> str:
        return str(self.said["operationId"])

    @property
    def folder(self) -> str:
        return _LAST if self.method == "delete" else str(self.said["tags"][0])

    @property
    def status(self) -> int:
        """The status when all goes well."""
        return int(next(iter(self.said["responses"])))

    @property
    def links(self) -> Mapping[str, Json]:
        """The operations that can follow it, with their parameters."""
        links: Mapping[str, Json] = self.said["responses"][str(self.status)].get("links", {})
        return links

    @property
    def gives(self) -> list[str]:
        """The fields of its answer that other operations take."""
        values = [value for link in self.links.values() for value in link["parameters"].values()]
        taken = {value.removeprefix(_FROM_ANSWER) for value in values if _FROM_ANSWER in value}
        return sorted(taken)

    def parameters(self, place: str) -> list[Json]:
        """Those in the path, the query or the header."""
        return [each for each in self.said.get("parameters", ()) if each["in"] == place]


def collection(document: Json) -> str:
    """The collection as JSON, in its format 2.1."""
    operations = [
        Operation(path, method, said)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    ]
    folders: dict[str, list[Json]] = {}
    for operation in _in_order(operations):
        item = _item(operation, operations, document)
        folders.setdefault(operation.folder, []).append(item)
    next(iter(folders.values()))[0]["event"].append(_event("prerequest", _BEGIN_RUN))
    about = document["info"]
    written = {
        "info": {"name": about["title"], "description": about["description"], "schema": _SCHEMA},
        "variable": [
            {"key": "baseUrl", "value": "http://127.0.0.1:8000"},
            {"key": RUN, "value": "000000000"},
            {"key": "tries", "value": "0"},
        ],
        "item": [{"name": name, "item": items} for name, items in folders.items()],
    }
    return json.dumps(written, indent=2, ensure_ascii=False) + "\n"


def _in_order(operations: Sequence[Operation]) -> Iterator[Operation]:
    deleting = [operation for operation in operations if operation.folder == _LAST]
    others = [operation for operation in operations if operation.folder != _LAST]
    folders = list(TopologicalSorter(_needed_folders(others)).static_order())
    yield from sorted(
        others,
        key=lambda each: (folders.index(each.folder), _depth(each), _RANKS[each.method]),
    )
    yield from sorted(deleting, key=_depth, reverse=True)


def _needed_folders(operations: Sequence[Operation]) -> Mapping[str, set[str]]:
    """For each folder those whose answers it takes, which come before it."""
    needed: dict[str, set[str]] = {operation.folder: set() for operation in operations}
    for operation in operations:
        givers = {each.folder for each in operations if operation.id in each.links}
        needed[operation.folder] |= givers - {operation.folder}
    return needed


def _depth(operation: Operation) -> int:
    return operation.path.count("/")


def _item(operation: Operation, operations: Sequence[Operation], document: Json) -> Json:
    places = {
        each["name"]: _variable(operation, each["name"], operations)
        for each in operation.parameters("path")
    }
    return {
        "name": operation.id.replace("_", " ").capitalize(),
        "request": {
            "method": operation.method.upper(),
            "description": operation.said["description"],
            "header": _headers(operation),
            "url": _url(operation, places),
            **_body(operation, operations, document),
        },
        "event": [_event("test", _test(operation, places))],
    }


def _variable(operation: Operation, name: str, operations: Sequence[Operation]) -> str | None:
    """The variable with this parameter of the path, if another operation's answer gives it."""
    givers = [each for each in operations if operation.id in each.links]
    if not givers:
        return None
    giver = max(givers, key=lambda each: len(commonpath([each.path, operation.path])))
    value = giver.links[operation.id]["parameters"][name]
    if _FROM_ANSWER not in value:
        return _variable(giver, value.removeprefix("$request.path."), operations)
    return f"{giver.id}.{value.removeprefix(_FROM_ANSWER)}"


def _headers(operation: Operation) -> list[Json]:
    headers: list[Json] = [
        {"key": each["name"], "value": "", "description": each["description"], "disabled": True}
        for each in operation.parameters("header")
    ]
    has_body = "requestBody" in operation.said
    return headers + [{"key": "Content-Type", "value": "application/json"}] * has_body


def _url(operation: Operation, places: Mapping[str, str | None]) -> Json:
    path = operation.path.replace("{", ":").replace("}", "").removeprefix("/")
    return {
        "raw": f"{{{{baseUrl}}}}/{path}",
        "host": ["{{baseUrl}}"],
        "path": path.split("/"),
        "query": [_query(operation, each) for each in operation.parameters("query")],
        "variable": [
            {"key": each["name"], "value": _place(each, places[each["name"]])}
            for each in operation.parameters("path")
        ],
    }


def _place(parameter: Json, variable: str | None) -> str:
    return f"{{{{{variable}}}}}" if variable else str(parameter["schema"].get("enum", [0])[0])


def _query(operation: Operation, parameter: Json) -> Json:
    # Without a filter, what writes would do so to all there is.
    default = f"{{{{{RUN}}}}}" if operation.method == "post" else ""
    schema = parameter["schema"]
    # The only parameters with examples are lists.
    [[value], *_] = schema.get("examples", [[schema.get("default", default)]])
    return {
        "key": parameter["name"],
        "value": str(value),
        "disabled": operation.method != "post" and not parameter["required"],
    }


def _body(operation: Operation, operations: Sequence[Operation], document: Json) -> Json:
    if "requestBody" not in operation.said:
        return {}
    schema = operation.said["requestBody"]["content"]["application/json"]["schema"]
    body = example(schema, document["components"]["schemas"])
    # By what others are to find it, nothing else may be found.
    new = f"{{{{{RUN}}}}}{operations.index(operation):02}"
    body.update({field: new for field in operation.gives if field in body})
    return {
        "body": {
            "mode": "raw",
            "raw": json.dumps(body, indent=2),
            "options": {"raw": {"language": "json"}},
        }
    }


def _test(operation: Operation, places: Mapping[str, str | None]) -> str:
    fitting = [operation.status, 404] if _may_miss(operation, places) else [operation.status]
    names = ", ".join(map(str, fitting))
    lines = [
        f'pm.test("answers {names}", () => pm.expect(pm.response.code).to.be.oneOf([{names}]));'
    ]
    for field in operation.gives:
        value = f"pm.response.json().{field}"
        lines.append(f'pm.collectionVariables.set("{operation.id}.{field}", {value});')
    waits = any(places.values()) and 404 not in fitting
    return (_UNLESS_TOO_EARLY if waits else "") + "\n".join(lines)


def _may_miss(operation: Operation, places: Mapping[str, str | None]) -> bool:
    """True if it asks for something that nobody has created, such as a dead letter."""
    unknown = [each for each in operation.parameters("path") if not places[each["name"]]]
    guessed = any("enum" not in each["schema"] for each in unknown)
    filtered = operation.method == "post" and bool(operation.parameters("query"))
    return guessed or filtered


def _event(when: str, script: str) -> Json:
    return {"listen": when, "script": {"type": "text/javascript", "exec": script.splitlines()}}
