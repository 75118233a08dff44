"""Text for case-insensitive searches in the copies of products, made of title and description."""

import sqlalchemy as sa
from alembic import op

from web.text import folded

revision = "0002"
down_revision = "0001"
# These revisions changed tables of the bus, which now have a separate history.
replaces = ("0003", "0004")

SCHEMA = "likes"
ROWS_AT_ONCE = 1000


def upgrade() -> None:
    """Add the column and fill it."""
    op.add_column(
        "product_copies",
        sa.Column("folded", sa.Text, nullable=False, server_default=""),
        schema=SCHEMA,
    )
    rows = sa.table(
        "product_copies",
        *map(sa.column, ("product_id", "title", "description", "folded")),
        schema=SCHEMA,
    )
    key, connection, last = rows.c.product_id, op.get_bind(), 0
    page = sa.select(key, rows.c.title, rows.c.description).order_by(key).limit(ROWS_AT_ONCE)
    fill = sa.update(rows).where(key == sa.bindparam("row_key"))
    while found := connection.execute(page.where(key > last)).all():
        texts = [
            {"row_key": row_key, "folded": folded(f"{title}\n{description}")}
            for row_key, title, description in found
        ]
        connection.execute(fill, texts)
        last = found[-1][0]


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("product_copies", "folded", schema=SCHEMA)
