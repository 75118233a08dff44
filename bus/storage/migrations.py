"""The bus's tables for Alembic: each module's first migration calls version 1.

A version is never changed once released; a new one is added beside it, and every module gets a
migration that calls it.
"""

import sqlalchemy as sa
from alembic import op
from uuid_utils import uuid7


def create_tables_v1(schema: str) -> None:
    """Make the bus's tables in `schema` and draw the log's first epoch."""
    row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    name, time, uuid = sa.String(200), sa.String(27), sa.String(36)
    op.create_table(
        "outbox",
        sa.Column("id", row_id, primary_key=True, autoincrement=True),
        sa.Column("position", sa.BigInteger, nullable=True),
        sa.Column("epoch", uuid, nullable=True),
        sa.Column("event_id", uuid, nullable=False),
        sa.Column("type", name, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("subject", name, nullable=False),
        sa.Column("time", time, nullable=False),
        sa.Column("correlation_id", name, nullable=False),
        sa.Column("causation_id", name, nullable=True),
        sa.Column("traceparent", name, nullable=True),
        sa.Column("data", sa.Text, nullable=False),
        schema=schema,
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_position", "outbox", ["position"], unique=True, schema=schema)
    unstamped = sa.text("position IS NULL")
    op.create_index(
        "outbox_unstamped",
        "outbox",
        ["id"],
        schema=schema,
        postgresql_where=unstamped,
        sqlite_where=unstamped,
    )
    log = op.create_table(
        "log",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("epoch", uuid, nullable=False),
        sa.Column("confirmed", sa.BigInteger, nullable=True),
        schema=schema,
    )
    epochs = op.create_table(
        "epochs",
        sa.Column("epoch", uuid, primary_key=True),
        sa.Column("previous", uuid, nullable=True),
        sa.Column("start", sa.BigInteger, nullable=False),
        schema=schema,
    )
    epoch = str(uuid7())
    op.bulk_insert(epochs, [{"epoch": epoch, "start": 0}])
    op.bulk_insert(log, [{"id": 1, "epoch": epoch}])
    op.create_table(
        "cursors",
        sa.Column("source", name, primary_key=True),
        sa.Column("epoch", uuid, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("last_event_id", uuid, nullable=True),
        sa.Column("parked", sa.Integer, nullable=False),
        sa.Column("trial", sa.Boolean, nullable=False),
        sa.Column("resend", sa.Boolean, nullable=False),
        sa.Column("fault", sa.Text, nullable=True),
        schema=schema,
    )
    _create_inbox_v1(schema, name, time, uuid)


def _create_inbox_v1(schema: str, name: sa.String, time: sa.String, uuid: sa.String) -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("source", name, nullable=False),
        sa.Column("epoch", uuid, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("subject", name, nullable=False),
        sa.Column("type", name, nullable=False),
        sa.Column("event_id", uuid, nullable=True),
        sa.Column("correlation_id", name, nullable=True),
        sa.Column("message", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("causes", sa.Text, nullable=False),
        sa.Column("next_attempt", sa.Float, nullable=True),
        sa.Column("stored", time, nullable=False),
        sa.Column("settled", time, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        schema=schema,
    )
    subject = ["source", "subject", "epoch", "position"]
    op.create_index("inbox_subject", "inbox", subject, schema=schema)
    op.create_index("inbox_due", "inbox", ["state", "next_attempt"], schema=schema)


def add_moves_v2(schema: str) -> None:
    """Add when cursors moved, and the index by which the story of a request is found."""
    row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    name, time = sa.String(200), sa.String(27)
    op.add_column("cursors", sa.Column("moved", time, nullable=True), schema=schema)
    op.create_table(
        "moves",
        sa.Column("id", row_id, primary_key=True, autoincrement=True),
        sa.Column("source", name, nullable=False),
        sa.Column("epoch", sa.String(36), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("time", time, nullable=False),
        schema=schema,
        sqlite_autoincrement=True,
    )
    op.create_index("moves_position", "moves", ["source", "epoch", "position"], schema=schema)
    stamped = sa.text("position IS NOT NULL")
    op.create_index(
        "outbox_correlation",
        "outbox",
        ["correlation_id"],
        schema=schema,
        postgresql_where=stamped,
        sqlite_where=stamped,
    )


def drop_moves_v2(schema: str) -> None:
    """Drop them."""
    op.drop_index("outbox_correlation", "outbox", schema=schema)
    op.drop_table("moves", schema=schema)
    op.drop_column("cursors", "moved", schema=schema)


def add_origins_v3(schema: str) -> None:
    """Add what set events off, and the index by which those of a time are found."""
    origin = sa.Column("origin", sa.String(200), nullable=True)
    op.add_column("outbox", origin, schema=schema)
    stamped = sa.text("position IS NOT NULL")
    op.create_index(
        "outbox_time",
        "outbox",
        ["time"],
        schema=schema,
        postgresql_where=stamped,
        sqlite_where=stamped,
    )


def drop_origins_v3(schema: str) -> None:
    """Drop them."""
    op.drop_index("outbox_time", "outbox", schema=schema)
    op.drop_column("outbox", "origin", schema=schema)


def drop_tables_v1(schema: str) -> None:
    """Drop the bus's tables, the log with them."""
    for table in ("inbox", "cursors", "epochs", "log", "outbox"):
        op.drop_table(table, schema=schema)
