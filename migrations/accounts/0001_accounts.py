"""The accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
# These revisions changed tables of the bus, which now have a separate history.
replaces = ("0002", "0003")

SCHEMA = "accounts"


def upgrade() -> None:
    """Make the tables."""
    row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "accounts",
        sa.Column("id", row_id, primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.String(36), nullable=False, unique=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_key", sa.String(100), nullable=False, unique=True),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        schema=SCHEMA,
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Drop the tables with all that is in them."""
    op.drop_table("accounts", schema=SCHEMA)
