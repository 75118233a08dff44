"""The log as an operator reads it: newest first, and by what an event is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, func, select

from bus.storage.tables import BusTables

_FURTHEST = 2**63 - 1

_OUT_OF_ORDER = 1000
"""So many events around a moment may have other positions than the order of their times says."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of a log: what lies between two positions."""

    after: int = 0
    before: int = _FURTHEST


def span_of(
    connection: Connection, tables: BusTables, since: str | None, until: str | None
) -> Span:
    """Between which positions the events of a time lie, which holds others, too.

    An event's time is that of its publishing and its position that of its commit, so both nearly
    agree; found by index, however long the log is.
    """
    outbox, after, before = tables.outbox, 0, _FURTHEST
    positioned = select(outbox.c.position).where(outbox.c.position.is_not(None))
    if since is not None:
        first = positioned.where(outbox.c.time >= since).order_by(outbox.c.time)
        after = _extreme(connection, first, func.min, _FURTHEST) - 1
    if until is not None:
        last = positioned.where(outbox.c.time < until).order_by(outbox.c.time.desc())
        before = _extreme(connection, last, func.max, 0) + 1
    return Span(after=after, before=before)


def _extreme(
    connection: Connection, query: Select[Any], of: Callable[[Any], Any], otherwise: int
) -> int:
    near = query.limit(_OUT_OF_ORDER).subquery()
    return connection.scalar(select(func.coalesce(of(near.c.position), otherwise))) or 0


def logged_events(
    connection: Connection,
    tables: BusTables,
    *,
    before: int | None = None,
    within: Span | None = None,
    limit: int = 100,
    type: str | None = None,
    subject: str | None = None,
    correlation: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> Sequence[LoggedEvent]:
    """The log, newest first: what is older than the position `before`, of a part of it.

    `since` is the first moment and `until` the one behind the last, as the tables keep times. The
    part is `within`, by default the `span_of` that time. What has no position yet is newer than
    `before` and in every span.
    Only by correlation and by time events are found at once: with other filters, all the span may
    have to be read.
    """
    outbox = tables.outbox
    query = select(outbox)
    for column, value in (
        (outbox.c.type, type),
        (outbox.c.subject, subject),
        (outbox.c.correlation_id, correlation),
    ):
        query = query if value is None else query.where(column == value)
    if since is not None:
        query = query.where(outbox.c.time >= since)
    if until is not None:
        query = query.where(outbox.c.time < until)
    positioned = query.where(outbox.c.position.is_not(None)).order_by(outbox.c.position.desc())
    if within is None and correlation is None:
        within = span_of(connection, tables, since, until)
    if within is not None:
        positioned = positioned.where(
            outbox.c.position > within.after, outbox.c.position < within.before
        )
    if before is not None:
        positioned, newest = positioned.where(outbox.c.position < before), []
    else:
        # Apart, for no index serves an order by both.
        unpositioned = query.where(outbox.c.position.is_(None)).order_by(outbox.c.id.desc())
        newest = [*connection.execute(unpositioned.limit(limit))]
    rest = connection.execute(positioned.limit(limit - len(newest)))
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
