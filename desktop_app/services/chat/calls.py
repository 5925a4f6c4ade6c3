"""Writes down every model call of a turn as it ended, failed and stopped ones included."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import Message
from desktop_app.domain.usage import Usage, UsageRecord
from desktop_app.errors import StorageError
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import (
    Event,
    HistoryFolded,
    ReasoningDelta,
    RetryScheduled,
    TextDelta,
    ToolCall,
    ToolResult,
    UsageReported,
)
from desktop_app.llm.resilience.guard import CircuitOpenError
from desktop_app.storage.usage import UsageRepository

_log = logging.getLogger(__name__)

COMPLETE: Final = "complete"
STOPPED: Final = "stopped"
_CHARACTERS_PER_TOKEN: Final = 4
_NOT_MADE: Final = frozenset({ErrorKind.NOT_SET_UP})


class CallLog:
    """The calls of one provider in one turn. `reply` is the message they write, `sent` goes along with each."""

    def __init__(
        self,
        usage: UsageRepository,
        now: Callable[[], datetime],
        conversation_id: ConversationId,
        reply: Message,
        sent: Sequence[Message],
    ) -> None:
        self._usage = usage
        self._now = now
        self._conversation_id = conversation_id
        self._reply = reply
        self._sent = sum(len(message.text) for message in sent)
        self._received = 0
        self._is_open = True
        self._began = now()

    async def note(self, event: Event) -> None:
        """Take an event of the turn. Raises StorageError."""
        match event:
            case UsageReported(usage):
                await self._record(COMPLETE, usage)
            case RetryScheduled(kind=kind):
                await self._record(kind.value, self._failed())
            case ToolResult() | HistoryFolded():
                self._begin()
            case TextDelta(text) | ReasoningDelta(text) | ToolCall(arguments=text):
                if not self._is_open:
                    self._begin()
                self._received += len(text)
            case _:
                pass

    @asynccontextmanager
    async def closed_with_the_turn(self) -> AsyncIterator[None]:
        """The call that is on when the body fails or is stopped is written down too."""
        try:
            yield
        except ProviderError as error:
            if not isinstance(error, CircuitOpenError) and error.kind not in _NOT_MADE:
                await self._record_last(error.kind.value, self._failed())
            raise
        except asyncio.CancelledError:
            if self._is_open:
                await self._record_last(STOPPED, self._estimated())
            raise

    def _begin(self) -> None:
        self._is_open = True
        self._received = 0
        self._began = self._now()

    def _failed(self) -> Usage:
        """A call that failed: before its first piece it costs nothing, after it what was sent and came."""
        if self._received:
            return self._estimated()
        return Usage(cost_micro_usd=0, duration_ms=self._elapsed_ms())

    def _estimated(self) -> Usage:
        return Usage(
            input_tokens=self._sent // _CHARACTERS_PER_TOKEN,
            output_tokens=self._received // _CHARACTERS_PER_TOKEN,
            duration_ms=self._elapsed_ms(),
            is_estimated=True,
        )

    def _elapsed_ms(self) -> int:
        return round((self._now() - self._began).total_seconds() * 1000)

    async def _record_last(self, outcome: str, usage: Usage) -> None:
        try:
            await self._record(outcome, usage)
        except StorageError as error:
            # How the turn ended matters more; the save of the reply, which follows, tells of what still fails.
            _log.warning("a model call could not be written down: %s", type(error).__name__)

    async def _record(self, outcome: str, usage: Usage) -> None:
        self._is_open = False
        self._received = 0
        await self._usage.record(
            UsageRecord(
                at=self._now(),
                provider=self._reply.provider or "",
                model=self._reply.model or "",
                outcome=outcome,
                usage=usage,
                conversation_id=self._conversation_id,
                message_id=self._reply.id,
            )
        )
