"""The log with its epochs, the cursors and the inbox."""

import sqlalchemy as sa
from alembic import context, op
from uuid_utils import uuid7

revision = "0001"
down_revision = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NAME, TIME, UUID = sa.String(200), sa.String(27), sa.String(36)


def upgrade() -> None:
    """Make the tables and draw the log's first epoch."""
    schema = context.config.attributes["schema"]
    # Once the modules' own histories made them.
    if sa.inspect(op.get_bind()).has_table("outbox", schema=schema):
        return
    _create_outbox(schema)
    _create_log(schema)
    _create_cursors(schema)
    _create_inbox(schema)


def _create_outbox(schema: str) -> None:
    op.create_table(
        "outbox",
        sa.Column("id", ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("position", sa.BigInteger, nullable=True),
        sa.Column("epoch", UUID, nullable=True),
        sa.Column("event_id", UUID, nullable=False),
        sa.Column("type", NAME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("subject", NAME, nullable=False),
        sa.Column("time", TIME, nullable=False),
        sa.Column("correlation_id", NAME, nullable=False),
        sa.Column("causation_id", NAME, nullable=True),
        sa.Column("traceparent", NAME, nullable=True),
        sa.Column("data", sa.Text, nullable=False),
        schema=schema,
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_position", "outbox", ["position"], unique=True, schema=schema)
    unstamped = sa.text("position IS NULL")
    op.create_index(
        "outbox_unstamped",
        "outbox",
        ["id"],
        schema=schema,
        postgresql_where=unstamped,
        sqlite_where=unstamped,
    )


def _create_log(schema: str) -> None:
    log = op.create_table(
        "log",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("epoch", UUID, nullable=False),
        sa.Column("confirmed", sa.BigInteger, nullable=True),
        schema=schema,
    )
    epochs = op.create_table(
        "epochs",
        sa.Column("epoch", UUID, primary_key=True),
        sa.Column("previous", UUID, nullable=True),
        sa.Column("start", sa.BigInteger, nullable=False),
        schema=schema,
    )
    epoch = str(uuid7())
    op.bulk_insert(epochs, [{"epoch": epoch, "start": 0}])
    op.bulk_insert(log, [{"id": 1, "epoch": epoch}])


def _create_cursors(schema: str) -> None:
    op.create_table(
        "cursors",
        sa.Column("source", NAME, primary_key=True),
        sa.Column("epoch", UUID, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("last_event_id", UUID, nullable=True),
        sa.Column("parked", sa.Integer, nullable=False),
        sa.Column("trial", sa.Boolean, nullable=False),
        sa.Column("resend", sa.Boolean, nullable=False),
        sa.Column("fault", sa.Text, nullable=True),
        schema=schema,
    )


def _create_inbox(schema: str) -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("source", NAME, nullable=False),
        sa.Column("epoch", UUID, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("subject", NAME, nullable=False),
        sa.Column("type", NAME, nullable=False),
        sa.Column("event_id", UUID, nullable=True),
        sa.Column("correlation_id", NAME, nullable=True),
        sa.Column("message", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("causes", sa.Text, nullable=False),
        sa.Column("next_attempt", sa.Float, nullable=True),
        sa.Column("stored", TIME, nullable=False),
        sa.Column("settled", TIME, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        schema=schema,
    )
    subject = ["source", "subject", "epoch", "position"]
    op.create_index("inbox_subject", "inbox", subject, schema=schema)
    op.create_index("inbox_due", "inbox", ["state", "next_attempt"], schema=schema)


def downgrade() -> None:
    """Drop the tables, the log with them."""
    schema = context.config.attributes["schema"]
    for table in ("inbox", "cursors", "epochs", "log", "outbox"):
        op.drop_table(table, schema=schema)
