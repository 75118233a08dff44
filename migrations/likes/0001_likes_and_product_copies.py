"""The likes, and the copies of the products."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SCHEMA = "likes"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "product_user",
        sa.Column("product_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.String(36), primary_key=True),
        schema=SCHEMA,
    )
    op.create_table(
        "like_tallies",
        sa.Column("product_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("likes", sa.BigInteger, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "product_copies",
        sa.Column("product_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("image", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        schema=SCHEMA,
    )
    columns = ["state", "product_id"]
    op.create_index("product_copies_shown", "product_copies", columns, schema=SCHEMA)


def downgrade() -> None:
    """Drop the tables with all that is in them."""
    for table in ("product_copies", "like_tallies", "product_user"):
        op.drop_table(table, schema=SCHEMA)
