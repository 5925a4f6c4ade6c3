"""Changes are found by when they were made."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the index that “since then” is read from."""
    op.create_index("ix_revisions_at", "revisions", ["at"])
