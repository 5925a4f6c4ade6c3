"""Messages keep what kind of failure ended them, its facts, and the provider that could not answer at first."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns in place; of failures that are there already nothing more is known."""
    op.add_column("messages", sa.Column("error_kind", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("error_details", sa.Text(), server_default="", nullable=False))
    op.add_column("messages", sa.Column("switched_from", sa.Text(), nullable=True))
