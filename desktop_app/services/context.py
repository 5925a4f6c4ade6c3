"""What the model is given for one turn: valid history, and goals and drafts read fresh."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from desktop_app.domain.goals import Goal, GoalDraft, Phase, UserPhase
from desktop_app.domain.ids import GoalId
from desktop_app.domain.messages import Message, Part, Role, TextPart, ToolCallPart


@dataclass(frozen=True, slots=True)
class TurnContext:
    """The arguments of a turn, apart from model and tools."""

    messages: tuple[Message, ...]
    user_phase: UserPhase
    saved_goals: tuple[Goal, ...]
    draft_goals: tuple[GoalDraft, ...]
    active_goal_id: GoalId | None


def build_context(
    messages: Sequence[Message],
    goals: Sequence[Goal],
    drafts: Sequence[GoalDraft],
    active_goal_id: GoalId | None,
) -> TurnContext:
    """The context of a turn that answers the last of `messages`. An active goal that is gone is not named."""
    known = any(goal.id == active_goal_id for goal in goals)
    return TurnContext(
        messages=valid_history(messages),
        user_phase=user_phase(goals),
        saved_goals=tuple(goals),
        draft_goals=tuple(drafts),
        active_goal_id=active_goal_id if known else None,
    )


def user_phase(goals: Iterable[Goal]) -> UserPhase:
    """`goal_setting` until a first goal is active, then `tracking`."""
    started = {Phase.ACTIVE, Phase.COMPLETED}
    return UserPhase.TRACKING if any(goal.phase in started for goal in goals) else UserPhase.GOAL_SETTING


def valid_history(messages: Iterable[Message]) -> tuple[Message, ...]:
    """History that any provider takes: unanswered tool calls and replies that have nothing to say are left out."""
    cleaned = (replace(message, parts=tuple(part for part in message.parts if _is_kept(part))) for message in messages)
    return tuple(message for message in cleaned if message.role is Role.YOU or _says_something(message))


def _is_kept(part: Part) -> bool:
    if isinstance(part, ToolCallPart):
        return part.is_answered
    return bool(part.text) or not isinstance(part, TextPart)


def _says_something(message: Message) -> bool:
    return any(isinstance(part, TextPart | ToolCallPart) for part in message.parts)
