"""What a person does with conversations as a whole: rename, pin, delete, restore. Whoever listens is told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from desktop_app.domain.goals import storable_text
from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import Conversation
from desktop_app.errors import InvalidValueError, NotFoundError
from desktop_app.storage.headings import HeadingRepository

KEPT_AFTER_DELETING: Final = timedelta(days=30)
_TITLE_LIMIT: Final = 200


class ConversationService:
    """Changes headings and tells of each change. Any call may raise StorageError, and NotFoundError."""

    def __init__(self, headings: HeadingRepository, now: Callable[[], datetime]) -> None:
        self._headings = headings
        self._now = now
        self._listeners: list[Callable[[Conversation], None]] = []

    def subscribe(self, listener: Callable[[Conversation], None]) -> None:
        """Call `listener` with the heading after each change; `deleted_at` says that it was deleted."""
        self._listeners.append(listener)

    async def rename(self, conversation_id: ConversationId, title: str) -> Conversation:
        """Give a conversation a title that nothing but another renaming replaces. Raises InvalidValueError if empty."""
        cleaned = _one_line(title)
        if not cleaned:
            raise InvalidValueError("A chat needs a title; the old one stays.")
        return self._tell(await self._headings.rename(conversation_id, cleaned))

    async def suggest_title(self, conversation_id: ConversationId, title: str) -> Conversation:
        """Give a conversation a better title by itself; one that the person gave stays."""
        return self._tell(await self._headings.suggest_title(conversation_id, _one_line(title)))

    async def pin(self, conversation_id: ConversationId, *, is_pinned: bool) -> Conversation:
        """Let a conversation stand above the others, or no longer."""
        return self._tell(await self._headings.pin(conversation_id, is_pinned=is_pinned))

    async def delete(self, conversation_id: ConversationId) -> Conversation:
        """Delete a conversation; it can be restored for 30 days. Goals that were written in it stay."""
        return self._tell(await self._headings.delete(conversation_id, self._now()))

    async def restore(self, conversation_id: ConversationId) -> Conversation:
        """Bring a deleted conversation back, with all that was in it."""
        try:
            return self._tell(await self._headings.restore(conversation_id))
        except NotFoundError as error:
            raise NotFoundError("This chat cannot be restored: it is there already, or gone for good.") from error

    async def deleted(self) -> tuple[Conversation, ...]:
        """What can be restored, the one deleted last first."""
        return await self._headings.deleted()

    async def purge(self) -> int:
        """Remove for good what was deleted more than 30 days ago; returns how many. Call it once at start."""
        return await self._headings.purge(self._now() - KEPT_AFTER_DELETING)

    def _tell(self, conversation: Conversation) -> Conversation:
        for listener in tuple(self._listeners):
            listener(conversation)
        return conversation


def _one_line(title: str) -> str:
    return " ".join(storable_text(title).split())[:_TITLE_LIMIT]
