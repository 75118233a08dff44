"""The answers that may be asked for again."""

from web.migrations import create_idempotency_keys_v1, drop_idempotency_keys_v1

revision = "0002"
down_revision = "0001"

SCHEMA = "products"


def upgrade() -> None:
    """Make the table."""
    create_idempotency_keys_v1(SCHEMA)


def downgrade() -> None:
    """Drop it."""
    drop_idempotency_keys_v1(SCHEMA)
