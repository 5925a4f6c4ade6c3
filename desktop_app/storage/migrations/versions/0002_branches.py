"""Messages become a tree; those that are there already, a chain."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns in place: rebuilding the table could give out ids a second time."""
    op.add_column("messages", sa.Column("parent_id", sa.Integer(), nullable=True))
    op.add_column("messages", sa.Column("is_current", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute(
        "UPDATE messages SET parent_id = chain.id FROM "
        "(SELECT id AS next_id, LAG(id) OVER (PARTITION BY conversation_id ORDER BY id) AS id FROM messages) AS chain "
        "WHERE chain.next_id = messages.id"
    )
    op.create_index("ix_messages_parent_id", "messages", ["parent_id"], unique=False)
