"""Comparisons of two models, and whose answer was kept."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "comparisons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_message_id", sa.Integer(), nullable=False),
        sa.Column("first_provider", sa.Text(), nullable=False),
        sa.Column("first_model", sa.Text(), nullable=False),
        sa.Column("second_message_id", sa.Integer(), nullable=False),
        sa.Column("second_provider", sa.Text(), nullable=False),
        sa.Column("second_model", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_comparisons_conversation_id_conversations",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comparisons"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_comparisons_conversation_id", "comparisons", ["conversation_id"], unique=False)
