"""What is on screen at the moment; the parts of the chat that act on it share one."""

from dataclasses import dataclass

from desktop_app.domain.goals import Goal
from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import Conversation


@dataclass(slots=True)
class Screen:
    """The conversation that is shown (None for a new chat) and the goal that is talked about.

    `number` is another one each time that something else is shown.
    """

    number: int = 0
    conversation: Conversation | None = None
    goal: Goal | None = None

    @property
    def conversation_id(self) -> ConversationId | None:
        """The id of the conversation that is shown."""
        return self.conversation.id if self.conversation else None
