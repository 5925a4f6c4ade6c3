"""A chat with everything behind it but the model, which plays a script; and the hands of a person."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit

from desktop_app.backend import Backend
from desktop_app.domain.messages import Conversation, Transcript
from desktop_app.llm.scripted import ScriptedService, Step
from desktop_app.ui.chat.bubble_row import BubbleRow
from desktop_app.ui.chat.card_rows import FooterRow
from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.column import Place
from desktop_app.ui.chat.items import NoticeItem
from desktop_app.ui.chat.notice_row import NoticeRow
from desktop_app.ui.chat.presenter import ChatPresenter
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.tasks import TaskRunner

TODAY = date(2026, 11, 21)


def now() -> datetime:
    """A moment that stands still."""
    return datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


async def until(is_true: Callable[[], object], within_s: float = 20.0) -> None:
    """Wait for what an event will bring."""
    async with asyncio.timeout(within_s):
        while not is_true():  # noqa: ASYNC110 - the window is watched from outside, as a person does
            await asyncio.sleep(0.005)


@dataclass
class Scenario:
    """The chat view with its presenter on a real profile."""

    backend: Backend
    scripted: ScriptedService
    view: ChatView
    presenter: ChatPresenter
    runner: TaskRunner
    asked: list[str] = field(default_factory=list)

    @property
    def thread(self) -> ThreadView:
        return self.view.thread_view

    @property
    def conversation(self) -> Conversation:
        assert self.presenter.conversation is not None
        return self.presenter.conversation

    @property
    def field(self) -> QPlainTextEdit:
        """Where the person writes."""
        return self.view.composer.findChildren(QPlainTextEdit)[0]

    @property
    def said(self) -> list[str]:
        """What stands in the thread, the person's words and the coach's."""
        return [
            row.source if isinstance(row, CoachRow) else row.item.text
            for row in self.thread.column.rows
            if isinstance(row, CoachRow | BubbleRow)
        ]

    @property
    def switches(self) -> list[str]:
        """Every ‹ 2/3 › in the thread."""
        rows = [row for row in self.thread.column.rows if isinstance(row, BubbleRow | FooterRow)]
        return [f"{row.item.branch.number}/{row.item.branch.total}" for row in rows if row.item.branch]

    @property
    def notices(self) -> list[NoticeItem]:
        return [row.item for row in self.thread.column.rows if isinstance(row, NoticeRow)]

    def play(self, *script: Sequence[Step]) -> None:
        self.scripted.extend(script)

    async def transcript(self) -> Transcript:
        return await self.backend.chat.transcript(self.conversation.id)

    def write(self, text: str) -> None:
        """Type into the box."""
        self.field.setFocus()
        QTest.keyClicks(self.field, text)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key in the box."""
        QTest.keyClick(self.field, key, modifiers)

    async def end(self) -> None:
        """Wait until no reply comes in any more."""
        await until(lambda: not self.presenter.is_streaming)

    async def say(self, text: str) -> None:
        """Type, send, wait for the reply."""
        count = len(self.scripted.calls)
        self.write(text)
        self.key(Qt.Key.Key_Return)
        await until(lambda: len(self.scripted.calls) > count)
        await self.end()

    def press(self, row: int, action: str) -> None:
        """Press a place of a row with the mouse, wherever the conversation is scrolled to."""
        column = self.thread.column
        if row < 0:
            row += len(column.rows)
        unit = column.rows[row].count() - 1
        self.thread.reveal(Place(row, 0))
        (hot,) = [hot for hot in column.rows[row].laid[unit].hots if hot.id == action]
        rect = hot.rect.translated(0, column.unit_top(Place(row, unit)))
        shown = self.thread.view_rect(rect.x(), rect.y(), rect.width(), rect.height())
        self.point(shown.center())
        QTest.mouseClick(self.thread.viewport(), Qt.MouseButton.LeftButton, pos=shown.center())

    def point(self, at: QPoint) -> None:
        """Move the pointer over the thread. QTest's own move runs the loop, which must not be run within a task."""
        viewport = self.thread.viewport()
        buttons = Qt.MouseButton.NoButton
        where, on_screen = QPointF(at), QPointF(viewport.mapToGlobal(at))
        event = QMouseEvent(QEvent.Type.MouseMove, where, on_screen, buttons, buttons, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(viewport, event)

    def choose(self, text: str) -> None:
        """Choose an entry of the menu that is open, or of one in it."""
        entries = [action for menu in self.view.findChildren(QMenu) for action in menu.actions()]
        (entry,) = [action for action in entries if action.text() == text]
        entry.trigger()
        for menu in self.view.findChildren(QMenu):
            menu.close()

    async def close(self) -> None:
        await self.runner.close()
        await self.backend.close()
