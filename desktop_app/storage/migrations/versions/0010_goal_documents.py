"""Goals have measures, a rhythm, check-ins and proposals, are known by a uid, and are deleted with a way back."""

import sqlalchemy as sa
from alembic import op

from desktop_app.domain.goal_list import title_key

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add columns in place and new tables, and fill what follows from what is there."""
    _add_columns()
    _make_tables()
    _fill()
    op.create_index("ix_goals_uid", "goals", ["uid"], unique=True)
    for name, column in (
        ("deadline", "deadline"),
        ("title", "title_key"),
        ("change", "updated_at"),
        ("progress", "percent"),
    ):
        op.create_index(f"ix_goals_by_{name}", "goals", ["deleted_at", "phase", column])


def _add_columns() -> None:
    for name, kind, default in (
        ("uid", sa.Text(), ""),
        ("rhythm", sa.Text(), "none"),
        ("title_key", sa.Text(), ""),
        ("done_count", sa.Integer(), "0"),
        ("milestone_count", sa.Integer(), "0"),
    ):
        op.add_column("goals", sa.Column(name, kind, server_default=default, nullable=False))
    op.add_column("goals", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("goals", sa.Column("percent", sa.Integer(), nullable=True))
    op.add_column("milestones", sa.Column("weight", sa.Integer(), server_default="1", nullable=False))
    op.add_column("revisions", sa.Column("cause", sa.Text(), server_default="edit", nullable=False))
    op.add_column("revisions", sa.Column("restores_id", sa.Integer(), nullable=True))


def _make_tables() -> None:
    op.create_table(
        "measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("start", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("current", sa.Text(), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=False),
        _goal_key("measures"),
        sa.PrimaryKeyConstraint("id", name="pk_measures"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_measures_goal_id", "measures", ["goal_id"])
    op.create_table(
        "check_ins",
        *_made_by_a_hand("check_ins", goal_is_known=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("readings", sa.JSON(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "proposals",
        *_made_by_a_hand("proposals", goal_is_known=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("check_in", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_proposals_state", "proposals", ["state"])
    for table in ("check_ins", "proposals"):
        op.create_index(f"ix_{table}_goal_id", table, ["goal_id"])
        op.create_index(f"ix_{table}_conversation_id", table, ["conversation_id"])


def _made_by_a_hand(table: str, *, goal_is_known: bool) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=not goal_is_known),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _goal_key(table),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=f"fk_{table}_conversation_id_conversations",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def _goal_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=f"fk_{table}_goal_id_goals", ondelete="CASCADE")


def _fill() -> None:
    op.execute("UPDATE revisions SET cause = 'undo' WHERE undoes_id IS NOT NULL")
    op.execute(
        "UPDATE revisions SET cause = 'redo' WHERE undoes_id IN (SELECT id FROM revisions WHERE undoes_id IS NOT NULL)"
    )
    op.execute(
        "UPDATE goals SET uid = lower(hex(randomblob(16))), "
        "milestone_count = (SELECT count(*) FROM milestones WHERE goal_id = goals.id), "
        "done_count = (SELECT count(done_at) FROM milestones WHERE goal_id = goals.id)"
    )
    # As `Progress.percent` has it: 100 only where all is done, 0 only where nothing is.
    op.execute(
        "UPDATE goals SET percent = CASE done_count WHEN 0 THEN 0 WHEN milestone_count THEN 100 "
        "ELSE min(99, max(1, round(100.0 * done_count / milestone_count))) END WHERE milestone_count > 0"
    )
    connection = op.get_bind()
    for goal_id, title in connection.execute(sa.text("SELECT id, title FROM goals")).all():
        connection.execute(
            sa.text("UPDATE goals SET title_key = :key WHERE id = :id"), {"key": title_key(title), "id": goal_id}
        )
