"""The log as an operator reads it: newest first, and by what an event is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from bus.tables import BusTables


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEvent:
    """A logged event as an operator sees it; without a position the relay has not seen it yet.

    Its data is nothing when its subject was forgotten. `origin` is what set it off, as
    `POST /api/products`, where no other event caused it and one knows.
    """

    position: int | None
    epoch: str | None
    event_id: str
    type: str
    version: int
    subject: str
    time: str
    correlation_id: str
    causation_id: str | None
    data: Any
    origin: str | None = None


def logged_events(
    connection: Connection,
    tables: BusTables,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = 100,
    type: str | None = None,
    subject: str | None = None,
    correlation: str | None = None,
) -> Sequence[LoggedEvent]:
    """The log, newest first, between positions; what has none yet is newer than `before`.

    Only by correlation events are found at once: with other filters, all the log up to `after`
    may have to be read.
    """
    outbox = tables.outbox
    query = select(outbox)
    for column, value in (
        (outbox.c.type, type),
        (outbox.c.subject, subject),
        (outbox.c.correlation_id, correlation),
    ):
        query = query if value is None else query.where(column == value)
    stamped = query.where(outbox.c.position.is_not(None)).order_by(outbox.c.position.desc())
    if after is not None:
        stamped = stamped.where(outbox.c.position > after)
    if before is not None:
        stamped, newest = stamped.where(outbox.c.position < before), []
    else:
        # Apart, for no index serves an order by both.
        unstamped = query.where(outbox.c.position.is_(None)).order_by(outbox.c.id.desc())
        newest = [*connection.execute(unstamped.limit(limit))]
    rest = connection.execute(stamped.limit(limit - len(newest)))
    return [_logged(row) for row in (*newest, *rest)]


def _logged(row: Row[Any]) -> LoggedEvent:
    return LoggedEvent(
        position=row.position,
        epoch=row.epoch,
        event_id=row.event_id,
        type=row.type,
        version=row.version,
        subject=row.subject,
        time=row.time,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        data=msgspec.json.decode(row.data),
        origin=row.origin,
    )
