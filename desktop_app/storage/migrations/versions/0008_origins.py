"""Imported conversations know where they come from."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """None for those that are there: they began here."""
    op.add_column("conversations", sa.Column("origin", sa.Text(), nullable=True))
    op.create_index("ix_conversations_origin", "conversations", ["origin"], unique=False)
