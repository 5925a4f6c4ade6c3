"""Conversations know who gave their title, whether they are pinned, and when they were deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """A title that is there already may be the person's own, and counts as such."""
    op.add_column("conversations", sa.Column("is_title_given", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("conversations", sa.Column("is_pinned", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("conversations", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_conversations_deleted_at", "conversations", ["deleted_at"], unique=False)
