"""A full-text index of messages and goals."""

from alembic import op

from desktop_app.storage.search import create_index

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make it, and put in what is there already. A later change of what is indexed makes it anew."""
    create_index(op.get_bind())
