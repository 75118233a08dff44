"""Bodies of requests as their schemas want them."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

RUN = "run"
"""The variable of a collection that is another number in each run."""

_DATE = "2019-06-15"


def example(schema: Json, components: Mapping[str, Json], name: str = "") -> Any:
    """A value that fits the schema: its own example if it has one, objects with what they need."""
    if "$ref" in schema:
        return example(components[schema["$ref"].rpartition("/")[2]], components, name)
    if chosen := schema.get("examples") or schema.get("enum"):
        return chosen[0]
    if kinds := schema.get("oneOf") or schema.get("anyOf"):
        return example(kinds[0], components, name)
    if schema["type"] == "object":
        return {
            field: example(schema["properties"][field], components, field)
            for field in schema.get("required", ())
        }
    if schema["type"] == "string":
        return _DATE if schema.get("format") == "date" else f"{name} {{{{{RUN}}}}}"
    raise ValueError(f"There is no example of {name}: give it one in its schema.")
