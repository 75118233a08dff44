"""The part of a log that was written in some time, found however long the log is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, event, insert, text
from uuid_utils import uuid7

from bus.admin import logged_events, span_of
from bus.storage import time_from
from tests.bus.members import Member, World


def at(minute: int) -> str:
    """That minute of an hour."""
    return time_from(f"2026-01-31T12:{minute:02}")


def log(shop: Member, minutes: Sequence[int | None], *, assigned: bool = True) -> None:
    """Log an event at each of these minutes, in this order."""
    row = {"type": "shop.placed", "version": 1, "subject": "pen", "data": "{}"}
    with shop.database.transaction() as connection:
        connection.execute(
            insert(shop.tables.outbox),
            [
                {
                    **row,
                    "position": position if assigned else None,
                    "event_id": str(uuid7()),
                    "correlation_id": "c",
                    "time": at(minute or 0),
                }
                for position, minute in enumerate(minutes, 1)
            ],
        )


def minutes(shop: Member, since: str | None = None, until: str | None = None) -> list[int]:
    """Of what is found: the minutes, newest first."""
    with shop.database.snapshot() as connection:
        within = span_of(connection, shop.tables, since, until)
        found = logged_events(connection, shop.tables, within=within, since=since, until=until)
    return [int(each.time[14:16]) for each in found]


def test_the_first_moment_counts_and_the_last_does_not(world: World) -> None:
    shop = world.member("shop")
    log(shop, [1, 2, 3, 4])

    assert minutes(shop, at(2), at(4)) == [3, 2]
    assert minutes(shop, since=at(3)) == [4, 3]
    assert minutes(shop, until=at(3)) == [2, 1]
    assert minutes(shop, since=at(5)) == []
    assert minutes(shop, until=at(1)) == []


def test_events_whose_times_went_back_are_found(world: World) -> None:
    shop = world.member("shop")
    log(shop, [1, 5, 6, 2, 3, 7])

    assert minutes(shop, at(2), at(6)) == [3, 2, 5]


def test_an_event_without_a_position_is_found_by_its_time(world: World) -> None:
    shop = world.member("shop")
    log(shop, [1, 3], assigned=False)

    assert minutes(shop, at(2), at(4)) == [3]


def test_an_index_finds_them(world: World) -> None:
    shop = world.member("shop")
    log(shop, [1, 2, 3])
    plans = []

    with shop.database.snapshot() as connection:
        if not shop.database.is_sqlite:
            # So few rows would else be read one by one.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        for sql, parameters in asked(connection, shop):
            how = "EXPLAIN QUERY PLAN" if shop.database.is_sqlite else "EXPLAIN"
            rows = connection.exec_driver_sql(f"{how} {sql}", parameters).all()
            plans.append(" ".join(str(column) for row in rows for column in row))

    assert ["outbox_time" in plan for plan in plans] == [True, True]


def asked(connection: Connection, shop: Member) -> list[tuple[str, Any]]:
    """What is asked to find a span."""
    statements: list[tuple[str, Any]] = []

    @event.listens_for(connection, "before_cursor_execute")
    def note(_c: object, _k: object, sql: str, parameters: Any, *_: object) -> None:
        if sql.startswith("SELECT"):
            statements.append((sql, parameters))

    span_of(connection, shop.tables, at(1), at(3))
    event.remove(connection, "before_cursor_execute", note)
    return statements
