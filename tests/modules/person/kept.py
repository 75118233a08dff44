"""Somebody to register, and what the person module keeps and has announced."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import MetaData, select

from app.container import Application

Announced = Callable[[], list[tuple[str, Any]]]
ANN: Mapping[str, Any] = {
    "cpf": "00000011111",
    "name": "Ann Ângelo",
    "address": "1 Main Street",
    "date_of_birth": date(1990, 2, 28),
}
BESIDE_PERSONS = {"alembic_version", "bus_version", "log", "epochs", "cursors"}


def tables(application: Application) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table in the person module's schema, as the database has it."""
    database = application.databases()["person"]
    found = MetaData(schema="person")
    found.reflect(database.engine)
    with database.snapshot() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in found.tables.values()
        }


def rows_by_table(application: Application) -> dict[str, int]:
    """How many rows each table has that tells of persons, if any."""
    counts = {name: len(rows) for name, rows in tables(application).items()}
    return {name: count for name, count in counts.items() if count and name not in BESIDE_PERSONS}
