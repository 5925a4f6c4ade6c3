"""Opens the files and links that the program, or a second start of it, was given: one after the other, asking first."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final, assert_never

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.errors import AppError, InvalidValueError
from desktop_app.services.goal_files import GoalFileService
from desktop_app.services.goal_files.json_format import FORMAT as GOALS_FORMAT
from desktop_app.ui.dialogs import Dialogs
from desktop_app.ui.openings.links import ChatLink, GoalLink, NewChatLink, read_link
from desktop_app.ui.tasks import TaskRunner

_HEAD_BYTES: Final = 4096


class OpeningPresenter(QObject):
    """Shows what links ask for, and hands files to those who import them."""

    goal_requested = Signal(int)
    conversation_requested = Signal(int)
    text_offered = Signal(str)

    def __init__(
        self,
        window: QWidget,
        files: GoalFileService,
        offer_goals: Callable[[Path], Awaitable[None]],
        offer_chats: Callable[[Path], Awaitable[None]],
        dialogs: Dialogs,
        runner: TaskRunner,
    ) -> None:
        """`offer_goals` and `offer_chats` show what is in a file of either, and take it in where that is wanted."""
        super().__init__(window)
        self._files = files
        self._offer_goals = offer_goals
        self._offer_chats = offer_chats
        self._dialogs = dialogs
        self._runner = runner
        self._waiting: list[str] = []
        self._work: asyncio.Task[None] | None = None

    def open(self, items: Sequence[str]) -> None:
        """Open these links and files once those before them are done."""
        self._waiting.extend(items)
        if self._waiting and (self._work is None or self._work.done()):
            self._work = self._runner.start(self._open_all(), name="open files and links")

    async def _open_all(self) -> None:
        while self._waiting:
            item = self._waiting.pop(0)
            try:
                await (self._open_link(item) if is_link(item) else self._open_file(Path(item)))
            except AppError as error:
                await self._dialogs.tell(str(error))

    async def _open_link(self, link: str) -> None:
        match read_link(link):
            case GoalLink(goal):
                goal_id = await self._files.goal_with(goal)
                if goal_id is None:
                    raise InvalidValueError("The goal of this link is not on this computer, or was deleted.")
                self.goal_requested.emit(goal_id)
            case ChatLink(conversation_id):
                self.conversation_requested.emit(conversation_id)
            case NewChatLink(text):
                if text.strip():
                    self.text_offered.emit(text)
            case _ as unknown:
                assert_never(unknown)

    async def _open_file(self, path: Path) -> None:
        await (self._offer_goals(path) if await asyncio.to_thread(_holds_goals, path) else self._offer_chats(path))


def is_link(item: str) -> bool:
    """Whether it is a link, not the name of a file."""
    return item.casefold().startswith("goalgetter:")


def _holds_goals(path: Path) -> bool:
    """Whether a file is one of goals, by its beginning; any other is taken for one of chats."""
    if path.suffix.casefold() not in {".json", ".zip"}:
        return True
    try:
        with path.open("rb") as file:
            return GOALS_FORMAT.encode() in file.read(_HEAD_BYTES)
    except OSError as error:
        raise AppError(f"“{path.name}” cannot be read ({error.strerror}). Nothing was taken in.") from None
