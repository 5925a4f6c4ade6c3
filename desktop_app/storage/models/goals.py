"""The tables of goals: what belongs to them, what was changed in them, and what is proposed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desktop_app.storage.models.base import NEVER_REUSED, Base


class GoalRow(Base):
    """A goal as it stands.

    `title_key`, `done_count`, `milestone_count` and `percent` follow from the rest and are kept for lists, which read
    them from the indexes. A goal that is deleted stays until it is purged.
    """

    __tablename__ = "goals"
    __table_args__ = (
        Index("ix_goals_by_deadline", "deleted_at", "phase", "deadline"),
        Index("ix_goals_by_title", "deleted_at", "phase", "title_key"),
        Index("ix_goals_by_change", "deleted_at", "phase", "updated_at"),
        Index("ix_goals_by_progress", "deleted_at", "phase", "percent"),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    content: Mapped[str]
    template: Mapped[str]
    phase: Mapped[str]
    deadline: Mapped[date | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    uid: Mapped[str] = mapped_column(unique=True, index=True, server_default="")
    rhythm: Mapped[str] = mapped_column(server_default="none")
    deleted_at: Mapped[datetime | None]
    title_key: Mapped[str] = mapped_column(server_default="")
    done_count: Mapped[int] = mapped_column(server_default="0")
    milestone_count: Mapped[int] = mapped_column(server_default="0")
    percent: Mapped[int | None]
    milestones: Mapped[list["MilestoneRow"]] = relationship(
        order_by="MilestoneRow.position", cascade="all, delete-orphan", lazy="raise"
    )
    tag_links: Mapped[list["GoalTagRow"]] = relationship(
        order_by="GoalTagRow.position", cascade="all, delete-orphan", lazy="raise"
    )
    measures: Mapped[list["MeasureRow"]] = relationship(
        order_by="MeasureRow.position", cascade="all, delete-orphan", lazy="raise"
    )


class MilestoneRow(Base):
    """A step of a goal; `position` counts from 0."""

    __tablename__ = "milestones"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    description: Mapped[str]
    target_date: Mapped[date | None]
    done_at: Mapped[datetime | None]
    weight: Mapped[int] = mapped_column(server_default="1")


class MeasureRow(Base):
    """A measure of a goal; `position` counts from 0. Numbers are written out in decimal."""

    __tablename__ = "measures"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    unit: Mapped[str]
    start: Mapped[Decimal]
    target: Mapped[Decimal]
    current: Mapped[Decimal | None]
    weight: Mapped[int]


class TagRow(Base):
    """A tag as it was written; goals share it."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class GoalTagRow(Base):
    """A goal carries a tag; `position` counts from 0."""

    __tablename__ = "goal_tags"

    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]
    tag: Mapped[TagRow] = relationship(lazy="raise")


class RevisionRow(Base):
    """One change of a goal; `changes` is written by `revision_codec`."""

    __tablename__ = "revisions"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id", ondelete="CASCADE"), index=True)
    author: Mapped[str]
    provider: Mapped[str | None]
    model: Mapped[str | None]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    created: Mapped[bool]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id", ondelete="SET NULL"), index=True)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    cause: Mapped[str] = mapped_column(server_default="edit")
    restores_id: Mapped[int | None]  # a note of what was, not a foreign key


class CheckInRow(Base):
    """How a goal stood on a day; `readings` and `progress` are of its measures as they were."""

    __tablename__ = "check_ins"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id", ondelete="CASCADE"), index=True)
    author: Mapped[str]
    provider: Mapped[str | None]
    model: Mapped[str | None]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime]
    status: Mapped[str]
    note: Mapped[str]
    readings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    progress: Mapped[Decimal | None]
    revision_id: Mapped[int | None]  # a note of what was, not a foreign key


class ProposalRow(Base):
    """What the coach would change; `changes` as in a revision. `goal_id` is None for a goal that is not made yet."""

    __tablename__ = "proposals"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id", ondelete="CASCADE"), index=True)
    author: Mapped[str]
    provider: Mapped[str | None]
    model: Mapped[str | None]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    check_in: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str] = mapped_column(index=True)
    revision_id: Mapped[int | None]  # a note of what was, not a foreign key
