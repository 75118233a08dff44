"""The tables of web/ in a module's schema, as migrations make them. A change is a new function."""

import sqlalchemy as sa
from alembic import op


def create_idempotency_keys_v1(schema: str) -> None:
    """Make the table for answers that may be asked for again."""
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=True),
        sa.Column("headers", sa.Text, nullable=True),
        sa.Column("body", sa.Text, nullable=True),
        sa.Column("about", sa.String(200), nullable=True),
        sa.Column("kept_since", sa.String(32), nullable=False),
        schema=schema,
    )
    for column in ("about", "kept_since"):
        name = f"ix_{schema}_idempotency_keys_{column}"
        op.create_index(name, "idempotency_keys", [column], schema=schema)


def drop_idempotency_keys_v1(schema: str) -> None:
    """Drop it."""
    op.drop_table("idempotency_keys", schema=schema)
