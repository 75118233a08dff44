"""The tables of web/ in a module's schema, as migrations make them. A change is a new function."""

import sqlalchemy as sa
from alembic import op

from web.text import folded


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


def add_folded_v1(schema: str, table: str, key: str) -> None:
    """Add the text that searches look into, made of title and description."""
    op.add_column(
        table,
        sa.Column("folded", sa.Text, nullable=False, server_default=""),
        schema=schema,
    )
    rows = sa.table(table, *map(sa.column, (key, "title", "description", "folded")), schema=schema)
    id_, connection = rows.c[key], op.get_bind()
    some = sa.select(id_, rows.c.title, rows.c.description).order_by(id_).limit(1000)
    fill = sa.update(rows).where(id_ == sa.bindparam("id_"))
    last = 0
    while found := connection.execute(some.where(id_ > last)).all():
        texts = [
            {"id_": id_, "folded": folded(f"{title}\n{description}")}
            for id_, title, description in found
        ]
        connection.execute(fill, texts)
        last = found[-1][0]


def drop_folded_v1(schema: str, table: str) -> None:
    """Drop it."""
    op.drop_column(table, "folded", schema=schema)
