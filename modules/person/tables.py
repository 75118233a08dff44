"""The tables of the person module."""

from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from bus.storage import ROW_ID
from web.idempotency import idempotency_keys as _idempotency_keys


class Cents(TypeDecorator[Decimal]):
    """An amount stored as a whole number of cents: SQLite stores decimals as floating point."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """The amount in cents, as the database stores it."""
        return None if value is None else int(value.scaleb(2))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """The amount that the stored cents stand for."""
        return None if value is None else Decimal(value).scaleb(-2)


metadata = MetaData(schema="person")
idempotency_keys = _idempotency_keys(metadata)

# SQLite ignores case for unaccented letters only, so searches use the folded name.
persons = Table(
    "persons",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("cpf", String(11), nullable=False),
    Column("name", String(200), nullable=False),
    Column("folded_name", Text, nullable=False),
    Column("address", String(500), nullable=False),
    Column("date_of_birth", Date, nullable=False),
    UniqueConstraint("cpf", name="one_person_per_cpf"),
)


def _entries(name: str, *more: Column[str]) -> Table:
    table = Table(
        name,
        metadata,
        Column("id", ROW_ID, primary_key=True, autoincrement=True),
        Column("person_id", String(36), ForeignKey(persons.c.id), nullable=False),
        *more,
        Column("cents", Cents, nullable=False),
        sqlite_autoincrement=True,
    )
    Index(f"{name}_of_person", table.c.person_id, table.c.id)
    return table


incomes = _entries("incomes", Column("type", String(100), nullable=False))
assets = _entries("assets", Column("type", String(100), nullable=False))
debts = _entries("debts")
