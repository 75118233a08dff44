"""The times at which events were applied, and the index of a request's events."""

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NAME, TIME = sa.String(200), sa.String(27)
STAMPED = sa.text("position IS NOT NULL")


def upgrade() -> None:
    """Add the table of moves, the last move of each cursor, and the index."""
    schema = context.config.attributes["schema"]
    # Once the modules' own histories made it.
    if sa.inspect(op.get_bind()).has_table("moves", schema=schema):
        return
    op.add_column("cursors", sa.Column("moved", TIME, nullable=True), schema=schema)
    op.create_table(
        "moves",
        sa.Column("id", ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("source", NAME, nullable=False),
        sa.Column("epoch", sa.String(36), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("time", TIME, nullable=False),
        schema=schema,
        sqlite_autoincrement=True,
    )
    op.create_index("moves_position", "moves", ["source", "epoch", "position"], schema=schema)
    op.create_index(
        "outbox_correlation",
        "outbox",
        ["correlation_id"],
        schema=schema,
        postgresql_where=STAMPED,
        sqlite_where=STAMPED,
    )


def downgrade() -> None:
    """Drop them."""
    schema = context.config.attributes["schema"]
    op.drop_index("outbox_correlation", "outbox", schema=schema)
    op.drop_table("moves", schema=schema)
    op.drop_column("cursors", "moved", schema=schema)
