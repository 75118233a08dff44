"""Reactions to the events of persons: they count points and write the history of scores."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import delete, insert
from uuid_utils import UUID

from bus import Event, Reactions, UnitOfWork, current_trace, on
from modules.score.consumed import (
    AssetAdded,
    AssetRemoved,
    DebtAdded,
    DebtRemoved,
    IncomeAdded,
    IncomeRemoved,
    PersonErased,
    PersonRegistered,
)
from modules.score.domain import REGISTRATION, Kind, points_of
from modules.score.published import ScoreChanged
from modules.score.tables import ADD_POINTS, REGISTER, entries, history, people

_KINDS: Mapping[type[Event], Kind] = {
    IncomeAdded: Kind.INCOME,
    IncomeRemoved: Kind.INCOME,
    AssetAdded: Kind.ASSET,
    AssetRemoved: Kind.ASSET,
    DebtAdded: Kind.DEBT,
    DebtRemoved: Kind.DEBT,
}


def begin_history_when_person_registered(event: PersonRegistered, work: UnitOfWork) -> None:
    """Begin the history with the registration. It changes no score, so nothing is published."""
    registered = {"person_id": event.person_id, "cpf": event.cpf}
    score = work.connection.execute(REGISTER, registered).scalar_one()
    _write_history(work, event.person_id, score, REGISTRATION, 0)


def add_points_when_entry_added(
    event: IncomeAdded | AssetAdded | DebtAdded, work: UnitOfWork
) -> None:
    """Add the points of the entry, even if an operator discarded the person's registration."""
    kind = _KINDS[type(event)]
    points = points_of(kind, Decimal(event.value))
    entry = {"person_id": event.person_id, "kind": kind.value, "entry_id": event.entry_id}
    work.connection.execute(insert(entries).values(**entry, points=points))
    _change_score(work, event.person_id, kind, points)


def subtract_points_when_entry_removed(
    event: IncomeRemoved | AssetRemoved | DebtRemoved, work: UnitOfWork
) -> None:
    """Subtract the points of the entry; none if an operator discarded its addition."""
    kind = _KINDS[type(event)]
    removed = (
        delete(entries)
        .where(entries.c.person_id == event.person_id)
        .where(entries.c.kind == kind.value, entries.c.entry_id == event.entry_id)
        .returning(entries.c.points)
    )
    points = work.connection.execute(removed).scalar_one_or_none()
    _change_score(work, event.person_id, kind, -(points or 0))


def erase_score_when_person_erased(event: PersonErased, work: UnitOfWork) -> None:
    """Erase all data of the person, also in the events that were published about them."""
    for table in (people, entries, history):
        work.connection.execute(delete(table).where(table.c.person_id == event.person_id))
    work.forget(event.person_id)


def _change_score(work: UnitOfWork, person_id: str, kind: Kind, points: int) -> None:
    if points == 0:
        return
    added = {"person_id": person_id, "income": 0, "asset": 0, "debt": 0, kind.value: points}
    score = work.connection.execute(ADD_POINTS, added).scalar_one()
    _write_history(work, person_id, score, kind.value, points)
    work.publish(ScoreChanged(person_id=person_id, score=score))


def _write_history(work: UnitOfWork, person_id: str, score: int, kind: str, points: int) -> None:
    change = {"score": score, "kind": kind, "points": points, "at": _time_of_cause()}
    work.connection.execute(insert(history).values(person_id=person_id, **change))


def _time_of_cause() -> str:
    """The time at which the causing event was published, read from its id, a UUIDv7.

    Unlike the time of arrival it stays the same if the history is rebuilt from the log. It is exact
    to the millisecond.
    """
    cause = current_trace().causation_id
    seconds = UUID(cause).timestamp / 1000 if cause else time.time()
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


REACTIONS: Reactions = {
    **on(PersonRegistered, begin_history_when_person_registered),
    **on(PersonErased, erase_score_when_person_erased),
    **on(IncomeAdded, add_points_when_entry_added),
    **on(AssetAdded, add_points_when_entry_added),
    **on(DebtAdded, add_points_when_entry_added),
    **on(IncomeRemoved, subtract_points_when_entry_removed),
    **on(AssetRemoved, subtract_points_when_entry_removed),
    **on(DebtRemoved, subtract_points_when_entry_removed),
}
