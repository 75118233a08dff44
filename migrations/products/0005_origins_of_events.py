"""What set events off, and the index by which those of a time are found."""

from bus.storage.migrations import add_origins_v3, drop_origins_v3

revision = "0005"
down_revision = "0004"

SCHEMA = "products"


def upgrade() -> None:
    """Add them."""
    add_origins_v3(SCHEMA)


def downgrade() -> None:
    """Drop them."""
    drop_origins_v3(SCHEMA)
