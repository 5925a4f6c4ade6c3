"""Which part of a conversation goes to the model: the newest that fits its window, the rest folded into a summary."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from desktop_app.domain.messages import AttachmentPart, Message, Part, ReasoningPart, Role, TextPart, ToolCallPart
from desktop_app.llm.tokens import raw_tokens

# What the marks around a message, and those around a call, are in tokens.
_MESSAGE_TOKENS: Final = 8
_CALL_TOKENS: Final = 24
# The most that Claude and OpenAI count for an image of the sizes that are sent.
_IMAGE_TOKENS: Final = 1_600.0


@dataclass(frozen=True, slots=True)
class ContextLimit:
    """What a model reads at once. `window` None is "not known": then nothing is left out before the server asks for it.

    `reply_room` tokens are kept for the reply, its thinking and the results of tools. `history` is the most that older
    messages may take where reading is slow. All in tokens. A server that cuts what is too long says nothing of it.
    """

    window: int | None
    reply_room: int = 4_096
    history: int | None = None
    is_cut_silently: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """How many tokens there are for messages: `most` of them all, `history` of those before the newest."""

    most: int
    history: int

    def holds(self, costs: Sequence[int], newest: int) -> bool:
        """Whether messages of these costs fit; those from `newest` on are the newest."""
        return sum(costs) <= self.most and sum(costs[:newest]) <= self.history


def message_tokens(message: Message) -> float:
    """The guess for what a message is in a request, its tool calls and their results included."""
    return _MESSAGE_TOKENS + sum(_part_tokens(part) for part in message.parts)


def room_for(limit: ContextLimit, window: int, constant: int) -> Room:
    """The room beside instructions, goals and tools, which take `constant` tokens, with the reply's room kept."""
    most = window - constant - min(limit.reply_room, window // 2)
    return Room(most, most if limit.history is None else limit.history)


def newest_from(messages: Sequence[Message]) -> int:
    """Where the newest message of the person stands: what always goes begins there."""
    return max((index for index, message in enumerate(messages) if message.role is Role.YOU), default=0)


def first_kept(messages: Sequence[Message], costs: Sequence[int], summary: int, room: Room) -> int:
    """Where the part that still goes begins, when the rest is folded into a summary of `summary` tokens.

    Much is folded at once, down to half the room, so that it happens seldom and what is sent begins alike for long.
    The part begins with the person; calls stay with their results, being parts of one message.
    """
    start = newest = newest_from(messages)
    older, all_kept = summary, summary + sum(costs[newest:])
    for index in range(newest - 1, 0, -1):
        older += costs[index]
        all_kept += costs[index]
        if older > room.history // 2 or all_kept > room.most // 2:
            break
        if messages[index].role is Role.YOU:
            start = index
    return start


def _part_tokens(part: Part) -> float:
    match part:
        case TextPart(text):
            return raw_tokens(text)
        case AttachmentPart():
            return _IMAGE_TOKENS  # texts are part of what is written by then
        case ReasoningPart():
            return 0.0  # of earlier turns it is left out
        case ToolCallPart():
            if part.result is None:
                return 0.0
            return _CALL_TOKENS + raw_tokens(part.name) + raw_tokens(part.arguments) + raw_tokens(part.result)
