"""The log's statements, built once per log: building one costs more than running it."""

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Insert,
    Integer,
    Label,
    ScalarSelect,
    Select,
    Table,
    Update,
    bindparam,
    exists,
    func,
    insert,
    select,
    update,
)


@cache
def number(outbox: Table, log: Table) -> Update:
    """Gives the current epoch and positions after `head` to the first `limit` without one."""
    unpositioned = (
        select(outbox.c.id)
        .where(outbox.c.position.is_(None))
        .order_by(outbox.c.id)
        .limit(bindparam("limit", type_=Integer))
        .subquery()
    )
    number = func.row_number().over(order_by=unpositioned.c.id)
    position = (bindparam("head", type_=BigInteger) + number).label("position")
    numbered = select(unpositioned.c.id, position).subquery()
    # Locked, so that no epoch begins between reading it here and the commit.
    epoch = select(log.c.epoch).with_for_update().scalar_subquery()
    return (
        update(outbox)
        .where(outbox.c.id == numbered.c.id)
        .values(position=numbered.c.position, epoch=epoch)
    )


@cache
def append(outbox: Table) -> Insert:
    """Logs events, to be given their positions later."""
    return insert(outbox).inline()


@cache
def append_numbered(outbox: Table, log: Table) -> Insert:
    """Logs events with the next positions, right only where transactions write by turns.

    Behind events that have none, as older versions left them, the relay gives them theirs.
    """
    waits = exists().where(outbox.c.position.is_(None))
    following = func.coalesce(_head(outbox), 0) + 1
    position = select(following).select_from(log).where(~waits).scalar_subquery()
    epoch = select(log.c.epoch).where(~waits).scalar_subquery()
    return insert(outbox).inline().values(position=position, epoch=epoch)


@cache
def following(outbox: Table) -> Select[Any]:
    """The first `limit` events from position `after` on."""
    return _from_position(outbox, bindparam("after"))


@cache
def unconfirmed(outbox: Table, log: Table) -> Select[Any]:
    """The same from the position that the broker has confirmed on."""
    confirmed = select(func.coalesce(log.c.confirmed, 0)).scalar_subquery()
    return _from_position(outbox, confirmed).add_columns(confirmed.label("confirmed"))


SENT = (
    "position",
    "epoch",
    "event_id",
    "type",
    "version",
    "subject",
    "time",
    "correlation_id",
    "causation_id",
    "traceparent",
    "data",
)
"""What of an event travels, in the order in which a log unpacks it."""


def _from_position(outbox: Table, position: ColumnElement[int]) -> Select[Any]:
    return (
        select(*[outbox.c[name] for name in SENT])
        .where(outbox.c.position >= position)
        .order_by(outbox.c.position)
        .limit(bindparam("limit", type_=Integer))
    )


@cache
def status(outbox: Table, log: Table) -> Select[Any]:
    """The head, what the broker has confirmed, and what has no position yet."""
    # Without looking at each event to be sent: there may be a million of them.
    unpositioned = outbox.c.position.is_(None)
    confirmed = select(log.c.confirmed).scalar_subquery()
    oldest = select(outbox.c.time).where(unpositioned).order_by(outbox.c.id).limit(1)
    return select(
        _head(outbox),
        confirmed.label("confirmed"),
        select(func.count()).where(unpositioned).scalar_subquery().label("unstamped"),
        oldest.scalar_subquery().label("unstamped_time"),
        _time_at(outbox, confirmed + 1).label("unconfirmed_time"),
    )


@cache
def lag(outbox: Table) -> Select[int | None, str]:
    """The head, and when the event after `position` was published."""
    after = bindparam("position", type_=BigInteger)
    return select(_head(outbox), _time_at(outbox, after + 1))


@cache
def head(outbox: Table) -> Select[int | None]:
    """The highest position given."""
    return select(func.max(outbox.c.position))


def _head(outbox: Table) -> Label[int | None]:
    return select(func.max(outbox.c.position)).scalar_subquery().label("head")


def _time_at(outbox: Table, position: ColumnElement[int]) -> ScalarSelect[str]:
    return select(outbox.c.time).where(outbox.c.position == position).scalar_subquery()
