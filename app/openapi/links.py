"""The links of each 201: the operations that take what was just created.

Source: https://spec.openapis.org/oas/v3.1.0#link-object
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]

_PARAMETER = re.compile(r"{(\w+)}")


def add_links(document: Json) -> None:
    """Link each operation that creates something with those that take what it answers."""
    for path, operations in document["paths"].items():
        answer = operations.get("post", {}).get("responses", {}).get("201")
        if answer:
            fields = _fields(document, answer)
            links = dict(_links(path, fields, document["paths"]))
            answer.update({"links": links} if links else {})


def parameters_of(path: str) -> set[str]:
    """The names in a path that stand for something."""
    return set(_PARAMETER.findall(path))


def _fields(document: Json, answer: Json) -> set[str]:
    schema = answer["content"]["application/json"]["schema"]
    name = schema.get("$ref", "").rpartition("/")[2]
    return set(document["components"]["schemas"].get(name, {}).get("properties", {}))


def _links(created: str, fields: set[str], paths: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    for path, operations in paths.items():
        parameters = _parameters(created, fields, path)
        for method, operation in operations.items() if parameters else ():
            if (path, method) != (created, "post"):
                name = operation["operationId"]
                yield name, {"operationId": name, "parameters": parameters}


def _parameters(created: str, fields: set[str], path: str) -> dict[str, str]:
    """The origin of each parameter of this path; empty when not all of them are given."""
    known = {name: f"$request.path.{name}" for name in parameters_of(created)}
    wanted = parameters_of(path) - set(known)
    if path == created:
        return known
    if len(wanted) != 1 or not known.keys() <= parameters_of(path):
        return {}
    (name,) = wanted
    if name in fields:
        return {**known, name: f"$response.body#/{name}"}
    below = f"{path}/".startswith(f"{created}/{{{name}}}/")
    return {**known, name: "$response.body#/id"} if below and "id" in fields else {}
