"""The tables of conversations: messages, what is attached and unsent, and what was compared."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, false, true
from sqlalchemy.orm import Mapped, mapped_column

from desktop_app.storage.models.base import NEVER_REUSED, Base


class ConversationRow(Base):
    """A conversation's heading.

    `is_title_given` says that the person gave the title, so that it is never replaced. `origin` is by what an imported
    conversation is known where it comes from.
    """

    __tablename__ = "conversations"
    __table_args__ = NEVER_REUSED

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
    __table_args__ = NEVER_REUSED

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
    __table_args__ = NEVER_REUSED

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
    __table_args__ = NEVER_REUSED

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
