"""What set events off, and the index by which those of a time are found."""

from bus.storage.migrations import add_origins_v3, drop_origins_v3

revision = "0003"
down_revision = "0002"

SCHEMA = "person"


def upgrade() -> None:
    """Add them."""
    add_origins_v3(SCHEMA)


def downgrade() -> None:
    """Drop them."""
    drop_origins_v3(SCHEMA)
