"""The tables. Rows stay in this package; above it there are the values of `domain`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, MetaData, false, true
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from desktop_app.storage.columns import DecimalText, StorableText, UtcDateTime

# An id is never given out twice: revisions and tool calls name ids of what may be gone.
_NEVER_REUSED = {"sqlite_autoincrement": True}


class Base(DeclarativeBase):
    """What the tables have in common: types, and names of constraints that later migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - as SQLAlchemy names it
        str: StorableText,
        datetime: UtcDateTime,
        Decimal: DecimalText,
    }


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
        _NEVER_REUSED,
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
    __table_args__ = _NEVER_REUSED

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
    __table_args__ = _NEVER_REUSED

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
    __table_args__ = _NEVER_REUSED

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
    __table_args__ = _NEVER_REUSED

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
    __table_args__ = _NEVER_REUSED

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


class ConversationRow(Base):
    """A conversation's heading.

    `is_title_given` says that the person gave the title, so that it is never replaced. `origin` is by what an imported
    conversation is known where it comes from.
    """

    __tablename__ = "conversations"
    __table_args__ = _NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    is_title_given: Mapped[bool] = mapped_column(default=False, server_default=true())
    is_pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)
    origin: Mapped[str | None] = mapped_column(index=True)


class MessageRow(Base):
    """A message without its parts. `usage` holds the fields of `domain.usage.Usage` by name.

    The messages of a conversation are a tree. Of those under one parent exactly one is current, and so is one of those
    without a parent; `message_tree` keeps it so. A path therefore always exists, and a branch that is left remembers
    where its reader stood in it. A message's id is larger than its parent's.
    """

    __tablename__ = "messages"
    __table_args__ = _NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    # No foreign key: messages go only with their conversation, and a cascade along a long chain is deeper than SQLite
    # descends.
    parent_id: Mapped[int | None] = mapped_column(index=True)
    is_current: Mapped[bool] = mapped_column(server_default=true())
    role: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    provider: Mapped[str | None]
    model: Mapped[str | None]
    usage: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[str | None]
    error_kind: Mapped[str | None]
    error_details: Mapped[str] = mapped_column(server_default="")
    switched_from: Mapped[str | None]
    created_at: Mapped[datetime]


class MessagePartRow(Base):
    """A text or reasoning of a message; `position` counts from 0, together with that of tool calls."""

    __tablename__ = "message_parts"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    text: Mapped[str]
    signature: Mapped[str | None]
    duration_ms: Mapped[int | None]


class ToolCallRow(Base):
    """A tool call of a message and its result.

    `goal_id` and `revision_id` are notes of what was, not foreign keys: a reply is kept whatever it refers to.
    """

    __tablename__ = "tool_calls"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str]
    name: Mapped[str]
    arguments: Mapped[str]
    result: Mapped[str | None]
    ok: Mapped[bool]
    goal_id: Mapped[int | None]
    revision_id: Mapped[int | None]


class AttachmentRow(Base):
    """A file or image of a message; `position` counts from 0, as with texts. Its bytes are in `contents`."""

    __tablename__ = "attachments"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    digest: Mapped[str] = mapped_column(index=True)
    size_bytes: Mapped[int]


class ContentRow(Base):
    """What an attachment holds, once however often it is attached; `digest` is its SHA-256 in hexadecimal."""

    __tablename__ = "contents"

    digest: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class DraftRow(Base):
    """What stands unsent in the box of a conversation, or of the chat that has not begun, which has none."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str]
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class QueuedRow(Base):
    """A message that waits to be sent, the one with the lowest position first."""

    __tablename__ = "queued_messages"
    __table_args__ = _NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    text: Mapped[str]
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class FoldRow(Base):
    """A summary of the messages of a path up to one, that included."""

    __tablename__ = "folds"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    up_to_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    message_count: Mapped[int]
    provider: Mapped[str | None]
    model: Mapped[str | None]
    created_at: Mapped[datetime]


class ComparisonRow(Base):
    """Two replies to one message, and which of them was kept.

    Ids of messages are notes; the models' names stay when the conversation goes.
    """

    __tablename__ = "comparisons"
    __table_args__ = _NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime]
    first_message_id: Mapped[int]
    first_provider: Mapped[str]
    first_model: Mapped[str]
    second_message_id: Mapped[int]
    second_provider: Mapped[str]
    second_model: Mapped[str]
    kept: Mapped[str | None]


class UsageRecordRow(Base):
    """One model call; money in millionths of a US dollar, times in milliseconds.

    `goal_id` is a note, no foreign key: what was spent on a goal stays so when the goal goes. `price_date` is the day
    of the prices that it was counted with.
    """

    __tablename__ = "usage_records"
    __table_args__ = (Index(None, "provider", "model", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    provider: Mapped[str]
    model: Mapped[str]
    outcome: Mapped[str]
    input_tokens: Mapped[int]
    output_tokens: Mapped[int]
    cache_read_tokens: Mapped[int]
    cache_write_tokens: Mapped[int]
    reasoning_tokens: Mapped[int]
    cost_micro_usd: Mapped[int | None] = mapped_column(BigInteger)
    time_to_first_token_ms: Mapped[int | None]
    duration_ms: Mapped[int | None]
    is_estimated: Mapped[bool]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)
    goal_id: Mapped[int | None]
    trace_id: Mapped[str | None]
    price_date: Mapped[date | None]


class UsageQuarterRow(Base):
    """The calls of one model in one quarter of an hour, in sums; written with each call, in its transaction.

    `cost_micro_usd` is that of the calls with a price; `unpriced` counts the others. `timed_output_tokens` came in
    `timed_ms` after their first, in calls that ended well.
    """

    __tablename__ = "usage_quarters"

    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    requests: Mapped[int] = mapped_column(BigInteger)
    errors: Mapped[int] = mapped_column(BigInteger)
    input_tokens: Mapped[int] = mapped_column(BigInteger)
    output_tokens: Mapped[int] = mapped_column(BigInteger)
    cache_read_tokens: Mapped[int] = mapped_column(BigInteger)
    cache_write_tokens: Mapped[int] = mapped_column(BigInteger)
    reasoning_tokens: Mapped[int] = mapped_column(BigInteger)
    cost_micro_usd: Mapped[int] = mapped_column(BigInteger)
    unpriced: Mapped[int] = mapped_column(BigInteger)
    estimated: Mapped[int] = mapped_column(BigInteger)
    timed_output_tokens: Mapped[int] = mapped_column(BigInteger)
    timed_ms: Mapped[int] = mapped_column(BigInteger)


class PreferenceRow(Base):
    """What the person chose, as text."""

    __tablename__ = "preferences"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
