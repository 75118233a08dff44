"""The table of the accounts module."""

from sqlalchemy import Column, MetaData, String, Table

from bus.storage import ROW_ID

metadata = MetaData(schema="accounts")

accounts = Table(
    "accounts",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("user_id", String(36), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("name_key", String(100), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("role", String(10), nullable=False),
    sqlite_autoincrement=True,
)
