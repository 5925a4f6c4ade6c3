"""What a search finds: goals and messages, each with the place of the hit."""

from dataclasses import dataclass
from datetime import datetime

from desktop_app.domain.goals import Phase
from desktop_app.domain.ids import ConversationId, GoalId, MessageId
from desktop_app.domain.messages import Role


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; `is_hit` says that it is what was looked for."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True, slots=True)
class GoalHit:
    """A goal. `snippet` is from its plan, milestones or tags, empty where only the title was hit."""

    goal_id: GoalId
    phase: Phase
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class MessageHit:
    """A message of a conversation, on its current path or not. `at` is aware and in UTC."""

    message_id: MessageId
    conversation_id: ConversationId
    conversation_title: str
    role: Role
    at: datetime
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What was found; messages newest first unless they were asked for by rank."""

    goals: tuple[GoalHit, ...] = ()
    messages: tuple[MessageHit, ...] = ()
