"""One message answered by two models side by side, until the person keeps one of the answers."""

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.domain.ids import ComparisonId, ConversationId, MessageId
from desktop_app.domain.providers import ModelChoice


class Side(StrEnum):
    """Which of the two."""

    FIRST = "first"
    SECOND = "second"

    @property
    def other(self) -> "Side":
        """The one beside it."""
        return Side.SECOND if self is Side.FIRST else Side.FIRST


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison with its two answers; `kept` is None until the person has decided."""

    id: ComparisonId
    conversation_id: ConversationId
    message_ids: tuple[MessageId, MessageId]
    kept: Side | None = None

    def message_id(self, side: Side) -> MessageId:
        """The answer at one side."""
        return self.message_ids[0 if side is Side.FIRST else 1]


@dataclass(frozen=True, slots=True)
class ModelWins:
    """How often a model's answer was kept, of the decided comparisons that it took part in."""

    model: ModelChoice
    wins: int
    decided: int
