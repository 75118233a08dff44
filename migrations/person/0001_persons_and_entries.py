"""The persons, their incomes, assets and debts, and the stored answers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
# These revisions changed tables of the bus, which now have a separate history.
replaces = ("0002", "0003")

SCHEMA = "person"


def upgrade() -> None:
    """Make the tables."""
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
    op.create_table(
        "persons",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("cpf", sa.String(11), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("folded_name", sa.Text, nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("date_of_birth", sa.Date, nullable=False),
        sa.UniqueConstraint("cpf", name="one_person_per_cpf"),
        schema=SCHEMA,
    )
    _create_entries("incomes", sa.Column("type", sa.String(100), nullable=False))
    _create_entries("assets", sa.Column("type", sa.String(100), nullable=False))
    _create_entries("debts")


def _create_entries(name: str, *more: "sa.Column[str]") -> None:
    row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        name,
        sa.Column("id", row_id, primary_key=True, autoincrement=True),
        sa.Column(
            "person_id", sa.String(36), sa.ForeignKey(f"{SCHEMA}.persons.id"), nullable=False
        ),
        *more,
        sa.Column("cents", sa.BigInteger, nullable=False),
        schema=SCHEMA,
        sqlite_autoincrement=True,
    )
    op.create_index(f"{name}_of_person", name, ["person_id", "id"], schema=SCHEMA)


def downgrade() -> None:
    """Drop the tables with all that is in them."""
    for table in ("debts", "assets", "incomes", "persons", "idempotency_keys"):
        op.drop_table(table, schema=SCHEMA)
