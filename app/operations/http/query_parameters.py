"""The query parameters that the operator's routes take."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar.exceptions import ValidationException
from litestar.handlers import BaseRouteHandler
from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from app.operations.module_view import Stuck
from bus.admin import Sent
from bus.storage import time_from
from web.guards import AsyncGuard
from web.paging import LARGEST_OFFSET
from web.session import Connection

Filter = Annotated[str | None, QueryParameter(max_length=200, pattern="^[^\0]*$")]
TypeFilter = Annotated[str | None, QueryParameter(name="type", max_length=200, pattern="^[^\0]*$")]
StateFilter = Annotated[
    Stuck,
    QueryParameter(
        name="state", description="`retrying`, and `waiting` behind another one, are not dead."
    ),
]
Since = Annotated[
    str | None,
    QueryParameter(
        format="date-time", description="The first moment, in ISO 8601; UTC by default."
    ),
]
Until = Annotated[
    str | None, QueryParameter(format="date-time", description="The moment behind the last.")
]
Cursor = Annotated[int | None, QueryParameter(ge=1, le=LARGEST_OFFSET)]

_ASKED = "^[^/\0]{1,200}/[0-9a-f-]{36}/[0-9]{1,18}/[0-9a-f-]{36}$"
EventsAskedFor = Annotated[
    # The first checks it; the second is for the OpenAPI document.
    list[Annotated[str, msgspec.Meta(pattern=_ASKED), QueryParameter(pattern=_ASKED)]],
    QueryParameter(
        min_items=1,
        max_items=100,
        description="Events as `source/epoch/position/event_id`, as their source's log has them.",
        examples=[Example(id="event", value=[f"a_module/{UUID(int=0)}/1/{UUID(int=0)}"])],
    ),
]


def kept_time(name: str, text: str | None) -> str | None:
    """The time that this parameter names, as the log has times; raises ValidationException."""
    try:
        return None if text is None else time_from(text)
    except ValueError:
        wrong = {"key": name, "message": "A time in ISO 8601 is needed", "source": "query"}
        raise ValidationException(extra=[wrong]) from None


def sent(text: str) -> Sent:
    """One of the events in the query."""
    source, epoch, position, event_id = text.split("/")
    return Sent(source=source, epoch=epoch, position=int(position), event_id=event_id)


def only_filters(*names: str) -> AsyncGuard:
    """A guard that refuses a filter which there is not: it would let all match."""

    async def guard(connection: Connection, _handler: BaseRouteHandler) -> None:
        wrong = sorted(set(connection.query_params) - set(names))
        if wrong:
            message = "There is no such filter"
            named = [{"key": each, "message": message, "source": "query"} for each in wrong]
            raise ValidationException(extra=named)

    return guard
