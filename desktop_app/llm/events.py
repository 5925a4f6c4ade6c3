"""What a streamed turn is made of; the same events from every provider."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from desktop_app.domain.folds import Fold
from desktop_app.domain.ids import GoalId, RevisionId
from desktop_app.domain.usage import Usage
from desktop_app.llm.errors import ErrorKind


class StopReason(StrEnum):
    """Why a turn ended."""

    END = "end"
    LENGTH = "length"  # the model's output limit was reached
    REFUSED = "refused"
    TOOL_ROUNDS = "tool_rounds"  # the limit of tool rounds was reached


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the reply, to be appended."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of the model's reasoning, to be appended. A signature, where a provider gives one, ends the block."""

    text: str
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A complete call that the model wants run. `arguments` is its JSON text as it came, valid or not."""

    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a call did, or why it did not. `text` goes back to the model."""

    call_id: str
    name: str
    text: str
    ok: bool = True
    goal_id: GoalId | None = None
    revision_id: RevisionId | None = None


@dataclass(frozen=True, slots=True)
class UsageReported:
    """What one model call used; a turn with tools has several."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person should know about this turn that is no error."""

    text: str


@dataclass(frozen=True, slots=True)
class RetryScheduled:
    """A model call failed before its first piece and is tried again: for the `attempt`th time, in `delay_s` seconds.

    `of` is how many tries there are, `text` a few words for the screen ("Claude is busy"), `details` redacted facts.
    """

    attempt: int
    of: int
    delay_s: float
    kind: ErrorKind
    text: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class HistoryFolded:
    """The beginning of the conversation is more than the model reads at once: from now on a summary stands for it."""

    fold: Fold


@dataclass(frozen=True, slots=True)
class Done:
    """The end of the turn, always the last event. `usage` is the sum over its calls."""

    usage: Usage
    stop_reason: StopReason = StopReason.END


Event: TypeAlias = (
    TextDelta | ReasoningDelta | ToolCall | ToolResult | UsageReported | Notice | RetryScheduled | HistoryFolded | Done
)


def is_piece(event: Event) -> bool:
    """Whether `event` is part of the reply itself: after it a model call cannot be tried again."""
    match event:
        case TextDelta(text):
            return bool(text)
        case ReasoningDelta() | ToolCall():
            return True
        case _:
            return False
