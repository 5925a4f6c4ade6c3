"""Conversations and their messages: what was said, thought and done, in order."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from desktop_app.domain.folds import Fold, furthest_fold
from desktop_app.domain.ids import ConversationId, GoalId, MessageId, QueuedId, RevisionId
from desktop_app.domain.usage import Usage

HELD: Final = "Held: it is done only if the person keeps this answer. Go on as if it will be."
"""The result of a tool call that was not run; the model reads it."""


class Role(StrEnum):
    """Who speaks."""

    YOU = "you"
    COACH = "coach"


class MessageStatus(StrEnum):
    """How a message ended, or that it has not yet."""

    STREAMING = "streaming"
    COMPLETE = "complete"
    STOPPED = "stopped"  # by the person; the text so far is kept
    INTERRUPTED = "interrupted"  # the program ended in the middle
    FAILED = "failed"  # the provider failed; `error` says how


@dataclass(frozen=True, slots=True)
class TextPart:
    """Markdown that was written."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningPart:
    """What the model thought before it wrote. `signature` is the provider's own proof, sent back to it as it came.

    `duration_ms` is how long it thought, None where nobody measured it.
    """

    text: str
    signature: str | None = None
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ToolCallPart:
    """A tool call and, once it ran, its result.

    `arguments` is the JSON text as the model wrote it, valid or not. `goal_id` and `revision_id` name what it changed.
    """

    call_id: str
    name: str
    arguments: str
    result: str | None = None
    ok: bool = True
    goal_id: GoalId | None = None
    revision_id: RevisionId | None = None

    @property
    def is_answered(self) -> bool:
        """Whether the tool ran and said something."""
        return self.result is not None

    @property
    def is_held(self) -> bool:
        """Whether it was not run, and is only if the answer that it stands in is kept: what the coach would do."""
        return self.result == HELD


@dataclass(frozen=True, slots=True)
class AttachmentPart:
    """A text file or an image that the person added. `digest` is the SHA-256 of what it holds, under which it is kept.

    `data` is there where it is needed, in what a model is given; elsewhere it is None.
    """

    name: str
    media_type: str
    digest: str
    size_bytes: int
    data: bytes | None = field(default=None, repr=False, compare=False)

    @property
    def is_image(self) -> bool:
        """Whether it is to be seen, not read."""
        return self.media_type.startswith("image/")

    @property
    def base64(self) -> str:
        """What it holds, in the form in which every provider takes images."""
        return b64encode(self.data or b"").decode("ascii")


Part: TypeAlias = TextPart | ReasoningPart | ToolCallPart | AttachmentPart


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation. A coach's message is a whole turn, with its tool calls between its texts.

    `parent_id` is the message that it follows, None for one that begins the conversation. Of a reply that failed,
    `error` is for the screen, `error_kind` one of the provider errors' kinds and `error_details` redacted facts.
    `switched_from` is the provider that was chosen, where another one answered because that one could not; where it
    was a limit of the person's own, `error_kind` says so of a reply that is complete, too. `trace_id` is that of the
    turn that wrote it last, None where no model was called.
    """

    role: Role
    parts: tuple[Part, ...]
    id: MessageId | None = None
    status: MessageStatus = MessageStatus.COMPLETE
    provider: str | None = None
    model: str | None = None
    usage: Usage | None = None
    error: str | None = None
    created_at: datetime | None = None
    parent_id: MessageId | None = None
    error_kind: str | None = None
    error_details: str = ""
    switched_from: str | None = None
    trace_id: str | None = None

    @property
    def text(self) -> str:
        """All that was written, without reasoning and tool calls."""
        return "\n\n".join(part.text for part in self.parts if isinstance(part, TextPart) and part.text)

    @property
    def tool_calls(self) -> tuple[ToolCallPart, ...]:
        """The tool calls, in order."""
        return tuple(part for part in self.parts if isinstance(part, ToolCallPart))

    @property
    def attachments(self) -> tuple[AttachmentPart, ...]:
        """What was added, in order."""
        return tuple(part for part in self.parts if isinstance(part, AttachmentPart))


@dataclass(frozen=True, slots=True)
class Unsent:
    """What stands in the box or waits to be sent."""

    text: str
    attachments: tuple[AttachmentPart, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not self.text and not self.attachments


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message that waits until the reply before it has ended."""

    id: QueuedId
    unsent: Unsent


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation's heading; its messages are read apart from it. Times are aware and in UTC.

    `deleted_at` is set in one that is deleted and can still be restored.
    """

    id: ConversationId
    title: str
    created_at: datetime
    updated_at: datetime
    goal_id: GoalId | None = None
    is_pinned: bool = False
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands among those that follow the same one: `number` of `total`, counted from 1."""

    number: int
    total: int
    previous: MessageId | None
    next: MessageId | None


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation with the messages of its current path, oldest first.

    Messages form a tree: answering again and editing add a sibling, and nothing is taken away. `places` tells, of the
    messages that have siblings, where they stand. `folds` are the summaries that were made, on any branch.
    """

    conversation: Conversation
    messages: tuple[Message, ...] = field(default=())
    places: Mapping[MessageId, Place] = field(default_factory=dict)
    folds: tuple[Fold, ...] = ()

    @property
    def fold(self) -> Fold | None:
        """The summary that reaches furthest along the path."""
        return furthest_fold(self.folds, [message.id for message in self.messages])
