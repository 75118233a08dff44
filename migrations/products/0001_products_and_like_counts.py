"""The products, and the count of their likes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SCHEMA = "products"


def upgrade() -> None:
    """Make the tables."""
    row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "products",
        sa.Column("id", row_id, primary_key=True, autoincrement=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("image", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        schema=SCHEMA,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "like_counts",
        sa.Column("product_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("likes", sa.BigInteger, nullable=False),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Drop the tables with all that is in them."""
    op.drop_table("like_counts", schema=SCHEMA)
    op.drop_table("products", schema=SCHEMA)
