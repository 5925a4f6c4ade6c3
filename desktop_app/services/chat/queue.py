"""The messages that were written while a reply came in, and wait for it to end."""

from desktop_app.domain.ids import ConversationId, QueuedId
from desktop_app.domain.messages import QueuedMessage, Unsent
from desktop_app.services.chat.texts import checked_unsent
from desktop_app.storage.unsent import UnsentRepository


class MessageQueue:
    """A queue a conversation, on disk from the first moment; `ChatService.send_next` sends from it.

    Any call may raise StorageError, and NotFoundError for a message that was sent or dropped meanwhile.
    """

    def __init__(self, unsent: UnsentRepository) -> None:
        self._unsent = unsent

    async def waiting(self, conversation_id: ConversationId) -> tuple[QueuedMessage, ...]:
        """What waits, in the order in which it will be sent."""
        return await self._unsent.queue(conversation_id)

    async def add(self, conversation_id: ConversationId, unsent: Unsent) -> QueuedMessage:
        """Let a message wait behind the others. Raises InvalidValueError for one that could not be sent."""
        return await self._unsent.enqueue(conversation_id, checked_unsent(unsent))

    async def change(self, queued_id: QueuedId, unsent: Unsent) -> None:
        """Say something else in its place. Raises InvalidValueError."""
        await self._unsent.change(queued_id, checked_unsent(unsent))

    async def move(self, queued_id: QueuedId, index: int) -> None:
        """Put it at this place of the queue, counted from 0."""
        await self._unsent.move(queued_id, index)

    async def drop(self, queued_id: QueuedId) -> Unsent:
        """Do not send it; returns what it said, so that it can be put back into the box."""
        return await self._unsent.drop(queued_id)
