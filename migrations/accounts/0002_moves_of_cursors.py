"""When events were applied, and the index by which the story of a request is found."""

from bus.storage.migrations import add_moves_v2, drop_moves_v2

revision = "0002"
down_revision = "0001"

SCHEMA = "accounts"


def upgrade() -> None:
    """Add them."""
    add_moves_v2(SCHEMA)


def downgrade() -> None:
    """Drop them."""
    drop_moves_v2(SCHEMA)
