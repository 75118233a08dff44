"""The origin of events, and the index of their times."""

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"

STAMPED = sa.text("position IS NOT NULL")


def upgrade() -> None:
    """Add the column and the index."""
    schema = context.config.attributes["schema"]
    # Once the modules' own histories made it.
    columns = sa.inspect(op.get_bind()).get_columns("outbox", schema=schema)
    if "origin" in {column["name"] for column in columns}:
        return
    op.add_column("outbox", sa.Column("origin", sa.String(200), nullable=True), schema=schema)
    op.create_index(
        "outbox_time",
        "outbox",
        ["time"],
        schema=schema,
        postgresql_where=STAMPED,
        sqlite_where=STAMPED,
    )


def downgrade() -> None:
    """Drop them."""
    schema = context.config.attributes["schema"]
    op.drop_index("outbox_time", "outbox", schema=schema)
    op.drop_column("outbox", "origin", schema=schema)
