"""What stands unsent in the box of each chat, kept over a restart."""

import asyncio
import logging
from typing import Final

from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import Unsent
from desktop_app.errors import AppError
from desktop_app.storage.unsent import UnsentRepository

_log = logging.getLogger(__name__)

SAVE_AFTER_S: Final = 1.0
_NOTHING: Final = Unsent("")


class DraftKeeper:
    """Knows every draft, and writes what changed within a second. None is the new chat."""

    def __init__(self, repository: UnsentRepository, save_after_s: float = SAVE_AFTER_S) -> None:
        self._repository = repository
        self._save_after_s = save_after_s
        self._drafts: dict[ConversationId | None, Unsent] = {}
        self._unsaved: set[ConversationId | None] = set()
        self._saver: asyncio.Task[None] | None = None
        self._saving = asyncio.Lock()

    async def load(self) -> None:
        """Read them all, once, at start. Raises StorageError."""
        self._drafts = await self._repository.drafts()

    def draft(self, conversation_id: ConversationId | None) -> Unsent:
        """What stands in this box; an empty one if nothing does."""
        return self._drafts.get(conversation_id, _NOTHING)

    def note(self, conversation_id: ConversationId | None, draft: Unsent) -> None:
        """The box changed; call it as often as it does. An emptied one, as after sending, is an empty draft."""
        if draft == self.draft(conversation_id):
            return
        self._drafts[conversation_id] = draft
        self._unsaved.add(conversation_id)
        if self._saver is None:
            self._saver = asyncio.get_running_loop().create_task(self._save_later())

    async def flush(self) -> None:
        """Write what is not written yet: on leaving a chat, and at the end. Raises StorageError."""
        self._rest()
        async with self._saving:
            while self._unsaved:
                conversation_id = next(iter(self._unsaved))
                draft = self.draft(conversation_id)
                await self._repository.keep_draft(conversation_id, draft)
                if draft == self.draft(conversation_id):
                    self._unsaved.discard(conversation_id)

    async def close(self) -> None:
        """Write the rest; a text that cannot be written is said in the log, where it is not shown."""
        await self._try_to_flush()

    async def _save_later(self) -> None:
        await asyncio.sleep(self._save_after_s)
        self._saver = None  # what is noted from now on is for the next one
        await self._try_to_flush()

    def _rest(self) -> None:
        if self._saver is not None:
            self._saver.cancel()
            self._saver = None

    async def _try_to_flush(self) -> None:
        try:
            await self.flush()
        except AppError as error:
            # It stays noted: the next change tries again.
            _log.warning("a draft could not be saved yet: %s", type(error).__name__)
