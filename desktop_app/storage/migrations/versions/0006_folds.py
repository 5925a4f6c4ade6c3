"""A table for the summaries that stand for the beginning of long conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create it."""
    op.create_table(
        "folds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("up_to_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("message_count", sa.Integer(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_folds_conversation_id_conversations", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["up_to_id"], ["messages.id"], name="fk_folds_up_to_id_messages", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_folds"),
    )
    op.create_index("ix_folds_conversation_id", "folds", ["conversation_id"], unique=False)
    op.create_index("ix_folds_up_to_id", "folds", ["up_to_id"], unique=False)
