"""What a turn is asked with, and what it tells while it goes on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from desktop_app.domain.goals import GoalDraft
from desktop_app.domain.ids import GoalId, MessageId
from desktop_app.domain.messages import Conversation, Message, Place
from desktop_app.domain.providers import ModelChoice
from desktop_app.llm.errors import ProviderError
from desktop_app.llm.events import Event
from desktop_app.llm.resilience.wait import RetryWait


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """The person's message is on disk; the coach's is there too, still empty. Both are on the current path.

    `places` tells where the messages of this conversation that have siblings stand; see `Transcript`.
    """

    conversation: Conversation
    you: Message
    coach: Message
    places: Mapping[MessageId, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """How the turn ended; always the last event of a turn that started. `error` says how it failed, if it did."""

    message: Message
    error: ProviderError | None = None


@dataclass(frozen=True, slots=True)
class Switched:
    """`chosen` could not answer, for the reason in `error`; `to` answers in its place, this once."""

    chosen: ModelChoice
    to: ModelChoice
    error: ProviderError


TurnEvent: TypeAlias = TurnStarted | Event | Switched | TurnEnded
TurnListener: TypeAlias = Callable[[TurnEvent], None]


class TurnControl:
    """What a person can do about a turn that waits before it tries again."""

    def __init__(self) -> None:
        self.wait = RetryWait()
        self._other: ModelChoice | None = None

    def retry_now(self) -> None:
        """Wait no longer."""
        self.wait.retry_now()

    def answer_with(self, choice: ModelChoice) -> None:
        """Try no more: let this model answer."""
        self._other = choice
        self.wait.give_up()

    def take_other(self) -> ModelChoice | None:
        """The model that the person asked for instead, once."""
        other, self._other = self._other, None
        return other


@dataclass(frozen=True, slots=True)
class TurnOptions:
    """What the person chose for a turn: who answers, which goal is open, what stands unsaved in the editor.

    Without `with_tools` the coach only talks; with `holds_tools` it says what it would do, and nobody else answers in
    its place, nor without `may_switch`. With `may_pass_limits` it is answered though a limit of what may be spent is
    reached. `can_see` is that of the model's `ModelInfo`; where it is not known, images are sent.
    """

    choice: ModelChoice
    active_goal_id: GoalId | None = None
    drafts: tuple[GoalDraft, ...] = ()
    with_tools: bool = True
    holds_tools: bool = False
    may_switch: bool = True
    can_see: bool | None = None
    may_pass_limits: bool = False
    control: TurnControl = field(default_factory=TurnControl)
