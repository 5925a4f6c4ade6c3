"""Joins the search to its service: looks while one types, and knows the way back after a jump."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.domain.messages import Conversation
from desktop_app.services.search import SearchService
from desktop_app.ui.search.palette import SearchPalette
from desktop_app.ui.search.rows import result_rows, rows_before_typing
from desktop_app.ui.tasks import TaskRunner


class SearchPresenter(QObject):
    """One search at a time; that of an earlier text is given up."""

    goal_requested = Signal(int)
    message_requested = Signal(int, int)  # conversation, message
    conversation_requested = Signal(int)

    def __init__(
        self,
        palette: SearchPalette,
        search: SearchService,
        runner: TaskRunner,
        shown: Callable[[], Conversation | None],
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(palette)
        self._palette = palette
        self._search = search
        self._runner = runner
        self._shown = shown
        self._now = now
        self._left: list[Conversation] = []
        self._task: asyncio.Task[Any] | None = None
        palette.typed.connect(self._look)
        palette.order_toggled.connect(self._look)
        palette.goal_chosen.connect(self.goal_requested)
        palette.message_chosen.connect(self._jump)
        palette.back_chosen.connect(self.go_back)

    def open(self) -> None:
        """Open the search over the window."""
        window = self._palette.parentWidget()
        if isinstance(window, QWidget):
            self._look()
            self._palette.open_over(window)

    def go_back(self) -> None:
        """Show the chat that the last jump left."""
        if self._left:
            self.conversation_requested.emit(self._left.pop().id)

    def _look(self) -> None:
        if self._task is not None:
            self._task.cancel()
        typed = self._palette.text
        if typed.strip():
            self._task = self._runner.start(self._find(typed), name="search")
        else:
            last = self._left[-1] if self._left else None
            self._palette.show_rows(rows_before_typing((last.id, last.title) if last else None))

    async def _find(self, typed: str) -> None:
        results = await self._search.search(typed, by_rank=self._palette.is_by_rank)
        self._palette.show_rows(result_rows(results, self._now().astimezone()))

    def _jump(self, conversation_id: int, message_id: int) -> None:
        shown = self._shown()
        if shown is not None and shown.id != conversation_id:
            self._left.append(shown)
        self.message_requested.emit(conversation_id, message_id)
