"""The coach's message while it comes in: on disk every second, and whole when it ends."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from desktop_app.domain.messages import Message, MessageStatus
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.usage import Usage
from desktop_app.errors import AppError
from desktop_app.llm.collector import PartsCollector
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, is_piece
from desktop_app.storage.conversations import ConversationRepository

_log = logging.getLogger(__name__)

SAVE_INTERVAL_S: Final = 1.0


class IncomingReply:
    """Collects the events of one turn into its message."""

    def __init__(self, message: Message, conversations: ConversationRepository) -> None:
        self.message = message
        self._conversations = conversations
        self._collector = PartsCollector(message.parts, time.monotonic)
        self._usage: Usage | None = message.usage
        self._has_begun = False
        self._is_counted = False
        self._has_news = False
        self._saving = asyncio.Lock()

    def add(self, event: Event) -> None:
        """Take the next event of the turn."""
        self._collector.add(event)
        self._has_news = True
        self._has_begun = self._has_begun or is_piece(event)
        if isinstance(event, Done):
            self._is_counted = True
            self._usage = event.usage if self.message.usage is None else self.message.usage.plus(event.usage)

    def count(self, used: Usage | None) -> None:
        """The turn ended early, having used that, partly by an estimate."""
        if not self._is_counted and used is not None:
            self._usage = used if self.message.usage is None else self.message.usage.plus(used)

    @property
    def has_begun(self) -> bool:
        """Whether any piece came in this turn."""
        return self._has_begun

    def trace(self, trace_id: str) -> None:
        """What happens in this turn is in the trace with this id."""
        self.message = replace(self.message, trace_id=trace_id)

    def switch(self, to: ModelChoice, reason: ErrorKind) -> None:
        """Another model answers in the place of the one that was chosen; the person's own limits are named as why."""
        chosen = self.message.switched_from or self.message.provider
        self.message = replace(self.message, provider=to.provider, model=to.model, switched_from=chosen)
        if reason is ErrorKind.BUDGET:
            self.message = replace(self.message, error_kind=reason.value)

    def message_with(self, status: MessageStatus, error: ProviderError | None) -> Message:
        """The message with all that came so far."""
        return replace(
            self.message,
            parts=self._collector.parts(),
            status=status,
            usage=self._usage,
            error=str(error) if error else None,
            error_kind=error.kind.value if error else self.message.error_kind,
            error_details=error.details if error else "",
        )

    async def save(self) -> None:
        """Write what came since the last time, if anything did. Raises StorageError."""
        async with self._saving:
            if self._has_news:
                self._has_news = False
                await self._conversations.save_message(self.message_with(MessageStatus.STREAMING, None))

    async def finish(self, status: MessageStatus, error: ProviderError | None) -> Message:
        """Write the message as it ended. Raises StorageError."""
        async with self._saving:
            message = self.message_with(status, error)
            await self._conversations.save_message(message)
        return message

    @asynccontextmanager
    async def saved_every_second(self) -> AsyncIterator[None]:
        """Save what came, every second while the body runs."""
        saver = asyncio.create_task(self._save_regularly())
        try:
            yield
        finally:
            # Not in the middle of a write: the connection would have to be thrown away.
            async with self._saving:
                saver.cancel()
            await asyncio.wait([saver])

    async def _save_regularly(self) -> None:
        while True:
            await asyncio.sleep(SAVE_INTERVAL_S)
            try:
                await self.save()
            except AppError as error:
                # The reply goes on; the save at its end tells the person if it still fails.
                self._has_news = True
                _log.warning("a reply could not be saved yet: %s", type(error).__name__)
