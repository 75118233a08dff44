"""Text for case-insensitive searches in products, made of title and description."""

import sqlalchemy as sa
from alembic import op

from web.text import folded

revision = "0003"
down_revision = "0002"
# These revisions changed tables of the bus, which now have a separate history.
replaces = ("0004", "0005")

SCHEMA = "products"
ROWS_AT_ONCE = 1000


def upgrade() -> None:
    """Add the column and fill it."""
    op.add_column(
        "products",
        sa.Column("folded", sa.Text, nullable=False, server_default=""),
        schema=SCHEMA,
    )
    rows = sa.table(
        "products", *map(sa.column, ("id", "title", "description", "folded")), schema=SCHEMA
    )
    key, connection, last = rows.c.id, op.get_bind(), 0
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
    op.drop_column("products", "folded", schema=SCHEMA)
