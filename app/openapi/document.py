"""The OpenAPI document of an application: true in every status, header and media type.

Litestar describes parameters, and the answers when all goes well. What it cannot see is added here
from what is known of each route.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types.internal_types import PathParameterDefinition
from pydantic import BaseModel

from app.openapi.answers import HEADERS, PROBLEM, Rules, add_headers, add_problems
from app.openapi.links import add_links
from web.paging import LARGEST_OFFSET
from web.session import COOKIE

Json = dict[str, Any]

_COMPONENT = "#/components/schemas/{model}"

_SESSION: Json = {
    "type": "apiKey",
    "in": "cookie",
    "name": COOKIE,
    "description": "Signed; given to who signs in, and renewed while used.",
}


def operation_id(
    handler: HTTPRouteHandler, _method: object, path: Sequence[str | PathParameterDefinition]
) -> str:
    """The handler's name, after the first part of the path unless that is /api or a parameter."""
    place, name = path[0], _name_of(handler)
    told = isinstance(place, str) and place != "api"
    return f"{place}_{name}" if told else name


def described(app: Litestar, rules: Rules) -> Json:
    """The document as JSON."""
    document: Json = app.openapi_schema.to_schema()
    components = document["components"]
    components["schemas"]["Problem"] = PROBLEM
    components["headers"] = HEADERS
    components["securitySchemes"] = {"session": _SESSION}
    for method, handler, operation in _operations(app, document):
        operation["summary"] = _name_of(handler).replace("_", " ").capitalize()
        components["schemas"].update(_body_schemas(handler))
        for parameter in operation.get("parameters", ()):
            _correct_parameter(parameter, rules)
        _say_who_may(operation, handler, rules)
        add_problems(operation, method, handler, rules)
    add_headers([operation for _, _, operation in _operations(app, document)])
    add_links(document)
    return document


def _operations(app: Litestar, document: Json) -> Iterator[tuple[str, HTTPRouteHandler, Json]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in sorted(route.route_handler_map.items()):
                operation = document["paths"].get(route.path_format, {}).get(method.lower())
                if operation:
                    yield method, handler, operation


def _name_of(handler: HTTPRouteHandler) -> str:
    function: Any = handler.fn
    return str(getattr(function, "func", function).__name__)


def _body_schemas(handler: HTTPRouteHandler) -> Json:
    """The body that a handler takes as pydantic describes it; Litestar leaves out half of it."""
    body = handler.parsed_fn_signature.parameters.get("data")
    if body is None:
        return {}
    model: type[BaseModel] = body.annotation
    schema = model.model_json_schema(ref_template=_COMPONENT)
    return {**schema.pop("$defs", {}), model.__name__: schema}


def _correct_parameter(parameter: Json, rules: Rules) -> None:
    schema = parameter["schema"]
    for limit in {"minimum", "maximum"} & schema.keys():
        # Litestar makes floats of some, of which the largest is rounded up.
        schema[limit] = min(int(schema[limit]), LARGEST_OFFSET)
    if (parameter["in"], parameter["name"]) == ("path", "module"):
        schema["enum"] = list(rules.modules)


def _say_who_may(operation: Json, handler: HTTPRouteHandler, rules: Rules) -> None:
    if rules.role_for(handler):
        operation["security"] = [{"session": []}]
    elif "visitor" in handler.parsed_fn_signature.parameters:
        operation["security"] = [{}, {"session": []}]
