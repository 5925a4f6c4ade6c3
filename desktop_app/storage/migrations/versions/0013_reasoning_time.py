"""How long the model thought stands with its thoughts."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the time; of what was thought before, nobody knows it."""
    op.add_column("message_parts", sa.Column("duration_ms", sa.Integer(), nullable=True))
