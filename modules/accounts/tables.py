"""The accounts module's own table."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table

metadata = MetaData(schema="accounts")

# SQLite counts rows up without reuse only in a column it calls INTEGER.
_ROW_ID = BigInteger().with_variant(Integer, "sqlite")

accounts = Table(
    "accounts",
    metadata,
    Column("id", _ROW_ID, primary_key=True, autoincrement=True),
    Column("user_id", String(36), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("name_key", String(100), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("role", String(10), nullable=False),
    sqlite_autoincrement=True,
)
