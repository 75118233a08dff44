"""Answers that are given again to a repeated request."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SCHEMA = "products"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=True),
        sa.Column("headers", sa.Text, nullable=True),
        sa.Column("body", sa.Text, nullable=True),
        sa.Column("about", sa.String(200), nullable=True, index=True),
        sa.Column("kept_since", sa.String(32), nullable=False, index=True),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Drop the table with all that is in it."""
    op.drop_table("idempotency_keys", schema=SCHEMA)
