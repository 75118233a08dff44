"""Request bodies, parsed strictly, so that each wrong field can be named."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.exceptions import ClientException, HTTPException, InternalServerException
from litestar.handlers import BaseRouteHandler
from pydantic import BaseModel, ConfigDict, field_validator

from web.guards import SAFE_METHODS
from web.session import Connection

MAX_BODY_BYTES = 1_000_000
URL_ENCODED = "application/x-www-form-urlencoded"


def _describe_text(schema: dict[str, Any]) -> None:
    """Add the rule of Body for text to a JSON schema, where a field has no pattern or format."""
    for field in schema["properties"].values():
        if field.get("type") == "string" and not field.keys() & {"pattern", "format"}:
            field["pattern"] = "^[^\0]*$"


class Body(BaseModel):
    """A JSON object. Unknown fields are errors, and so is U+0000, which PostgreSQL cannot store."""

    model_config = ConfigDict(
        extra="forbid", hide_input_in_errors=True, json_schema_extra=_describe_text
    )

    @field_validator("*")
    @classmethod
    def _without_nul(cls, value: Any) -> Any:
        if isinstance(value, str) and "\0" in value:
            raise ValueError("Text cannot contain the character U+0000")
        return value


class StrictRequest(Request[Any, Any, Any]):
    """A request whose body is read as JSON or as a form only if its content type says so."""

    async def body(self) -> bytes:
        """The raw body. Raises a 400 error if the client disconnects before the end."""
        try:
            return await super().body()
        except InternalServerException as error:
            raise ClientException("The body ended before all of it was there.") from error

    async def form(self) -> FormMultiDict:
        """The fields of a URL-encoded body. Empty for any other content type."""
        # Not with Litestar's parser: it caches the last thousand bodies, with their passwords.
        sent = await self.body() if self.content_type[0] == URL_ENCODED else b""
        return FormMultiDict(parse_qsl(sent.decode("latin-1"), keep_blank_values=True))

    async def json(self) -> Any:
        """The body as JSON. Raises a 415 error for another content type, 400 if it is malformed.

        A lone surrogate is accepted here, so that validation can name its field. Numbers with a
        point or an exponent become Decimals. A repeated name in an object is malformed.
        """
        if self.content_type[0] not in {"", "application/json"}:
            raise HTTPException(
                status_code=415, detail="The body must be JSON, sent as application/json."
            )
        if self.headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
            raise HTTPException(status_code=415, detail="The body must not be compressed.")
        try:
            body = await self.body()
            return json.loads(
                body.decode("utf-8-sig"),
                parse_float=_exact,
                parse_int=_whole,
                parse_constant=_refuse_constant,
                object_pairs_hook=_without_repeated_names,
            )
        except (ValueError, RecursionError) as error:
            raise ClientException("The body is not well-formed JSON.") from error


async def limit_body_size(connection: Connection, _handler: BaseRouteHandler) -> None:
    """A guard: 413 for a write with more than MAX_BODY_BYTES, even if its handler reads no body."""
    if isinstance(connection, Request) and connection.method not in SAFE_METHODS:
        await connection.body()


def _without_repeated_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("A name is repeated in an object")
    return fields


def _exact(number: str) -> Decimal:
    try:
        return Decimal(number)
    except InvalidOperation:
        # Its exponent is beyond the range of Decimal: no field accepts such a number.
        return Decimal("-Infinity" if number.startswith("-") else "Infinity")


def _whole(number: str) -> int | Decimal:
    try:
        return int(number)
    except ValueError:
        # More digits than Python parses. No field accepts such a number; validation names it.
        return _exact(number)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
