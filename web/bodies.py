"""Request bodies, read strictly enough that each wrong field can be named."""

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
    """Add to a JSON schema what Body demands of text, where no field says more of its own."""
    for field in schema["properties"].values():
        if field.get("type") == "string" and not field.keys() & {"pattern", "format"}:
            field["pattern"] = "^[^\0]*$"


class Body(BaseModel):
    """A JSON object whose unknown fields are wrong, and whose text a database can keep."""

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
    """A request whose body counts as JSON or as a form only when it says that it is."""

    async def body(self) -> bytes:
        """The body as it came; 400, which nobody reads, when the client hangs up within it."""
        try:
            return await super().body()
        except InternalServerException as error:
            raise ClientException("The body ended before all of it was there.") from error

    async def form(self) -> FormMultiDict:
        """The fields of an URL-encoded body; nothing where it is none."""
        # Litestar's own reading keeps the last thousand bodies, passwords and all.
        sent = await self.body() if self.content_type[0] == URL_ENCODED else b""
        return FormMultiDict(parse_qsl(sent.decode("latin-1"), keep_blank_values=True))

    async def json(self) -> Any:
        """The body as JSON; 415 for another content type, 400 when it is malformed.

        A lone surrogate is read, so that validation can name the field that has it. Numbers with a
        point or an exponent are read exactly. A name that stands twice in an object is malformed.
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
                object_pairs_hook=_with_each_name_once,
            )
        except (ValueError, RecursionError) as error:
            raise ClientException("The body is not well-formed JSON.") from error


async def no_too_large_bodies(connection: Connection, _handler: BaseRouteHandler) -> None:
    """A guard: 413 for a write with more than MAX_BODY_BYTES, also where nobody reads the body."""
    if isinstance(connection, Request) and connection.method not in SAFE_METHODS:
        await connection.body()


def _with_each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("A name stands twice in an object")
    return read


def _exact(number: str) -> Decimal:
    try:
        return Decimal(number)
    except InvalidOperation:
        # Its exponent has more digits than a decimal can have: no field takes such a number.
        return Decimal("-Infinity" if number.startswith("-") else "Infinity")


def _whole(number: str) -> int | Decimal:
    try:
        return int(number)
    except ValueError:
        # Longer than Python reads: validation shall name the field, which takes no such number.
        return _exact(number)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
