"""The people and their points, the entries, and the history of the scores."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
# These revisions changed tables of the bus, which now have a separate history.
replaces = ("0002", "0003")

SCHEMA = "score"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "people",
        sa.Column("person_id", sa.String(36), primary_key=True),
        sa.Column("cpf", sa.String(11), nullable=True),
        sa.Column("income", sa.BigInteger, nullable=False),
        sa.Column("asset", sa.BigInteger, nullable=False),
        sa.Column("debt", sa.BigInteger, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("people_cpf", "people", ["cpf", "person_id"], schema=SCHEMA)
    op.create_table(
        "entries",
        sa.Column("person_id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(12), primary_key=True),
        sa.Column("entry_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("points", sa.BigInteger, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "history",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("score", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("points", sa.BigInteger, nullable=False),
        schema=SCHEMA,
        sqlite_autoincrement=True,
    )
    op.create_index("history_person", "history", ["person_id", "id"], schema=SCHEMA)


def downgrade() -> None:
    """Drop the tables with all that is in them."""
    for table in ("history", "entries", "people"):
        op.drop_table(table, schema=SCHEMA)
