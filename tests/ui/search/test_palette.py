"""The search by keyboard and mouse, on a real database."""

import asyncio
import gc
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLineEdit, QListView, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.domain.goals import GoalFields
from desktop_app.domain.messages import Conversation, Message, Role, TextPart
from desktop_app.domain.revisions import YOU
from desktop_app.errors import AppError
from desktop_app.services.search import SearchService
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository, Write
from desktop_app.storage.search import SearchRepository
from desktop_app.ui.search.palette import SearchPalette
from desktop_app.ui.search.presenter import SearchPresenter
from desktop_app.ui.search.rows import HINT, NOTHING
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme

NOW = datetime(2026, 3, 12, 10, tzinfo=UTC)


@dataclass
class Desk:
    """A search over two chats and a goal; `shown` is the chat on screen."""

    palette: SearchPalette
    presenter: SearchPresenter
    chats: list[Conversation]
    shown: list[Conversation] = field(default_factory=list)
    errors: list[AppError] = field(default_factory=list)

    @property
    def field(self) -> QLineEdit:
        found = self.palette.findChild(QLineEdit)
        assert isinstance(found, QLineEdit)
        return found

    @property
    def results(self) -> QListView:
        found = self.palette.findChild(QListView)
        assert isinstance(found, QListView)
        return found

    @property
    def spoken(self) -> list[str]:
        model = self.results.model()
        return [str(model.index(number, 0).data()) for number in range(model.rowCount())]

    async def until(self, words: str) -> None:
        """Wait until a row says this."""
        changed = asyncio.Event()
        self.results.model().modelReset.connect(changed.set)
        while not any(words in row for row in self.spoken):
            changed.clear()
            await asyncio.wait_for(changed.wait(), 30)


@pytest.fixture
async def desk(qtbot: QtBot, theme: Theme, tmp_path: Path) -> AsyncIterator[Desk]:
    # Loops of earlier tests have timers, which must end in this thread and not in that which opens the database.
    gc.collect()
    database = await Database.open(tmp_path / "goalgetter.db")
    conversations = ConversationRepository(database)
    chats = [await conversations.create(title, NOW) for title in ("Half marathon plan", "Reading")]
    for chat, said in zip(chats, ("Three runs a week", "Read on the run"), strict=True):
        await conversations.add_message(chat.id, Message(Role.COACH, (TextPart(said),)), NOW)
    await GoalRepository(database).create(GoalFields("Run a half marathon"), Write(YOU, NOW))
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1100, 700)
    with qtbot.waitExposed(window):
        window.show()
    palette = SearchPalette(theme, window)
    shown: list[Conversation] = []
    errors: list[AppError] = []
    runner = TaskRunner(errors.append)
    search = SearchService(SearchRepository(database))
    presenter = SearchPresenter(palette, search, runner, lambda: shown[-1] if shown else None, lambda: NOW)
    yield Desk(palette, presenter, chats, shown, errors)
    await runner.close()
    await database.close()
    assert not errors


async def test_hits_come_while_typing_and_enter_opens_the_one_under_the_keyboard(desk: Desk) -> None:
    messages, goals = QSignalSpy(desk.presenter.message_requested), QSignalSpy(desk.presenter.goal_requested)
    desk.presenter.open()
    assert desk.palette.isVisible()
    assert desk.spoken == [HINT]
    QTest.keyClicks(desk.field, "ru")
    await desk.until("Three runs")
    assert [row.partition(",")[0] for row in desk.spoken] == [
        "Goals",
        "Goal: Run a half marathon",
        "Messages",
        "Coach in Reading",
        "Coach in Half marathon plan",
    ]
    assert desk.field.accessibleDescription().startswith("Goal: Run a half marathon")
    for _ in range(2):
        QTest.keyClick(desk.field, Qt.Key.Key_Down)
    assert desk.field.accessibleDescription().startswith("Coach in Half marathon plan")
    QTest.keyClick(desk.field, Qt.Key.Key_Return)
    assert messages.at(0) == [desk.chats[0].id, 1]
    assert goals.count() == 0
    assert not desk.palette.isVisible()


async def test_a_click_opens_a_goal(desk: Desk) -> None:
    goals = QSignalSpy(desk.presenter.goal_requested)
    desk.presenter.open()
    QTest.keyClicks(desk.field, "half")
    await desk.until("Goal: Run")
    place = desk.results.visualRect(desk.results.model().index(1, 0)).center()
    QTest.mouseClick(desk.results.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert goals.at(0) == [1]


async def test_after_a_jump_there_is_a_way_back(desk: Desk) -> None:
    back = QSignalSpy(desk.presenter.conversation_requested)
    desk.shown.append(desk.chats[1])
    desk.presenter.open()
    QTest.keyClicks(desk.field, "three")
    await desk.until("Three runs")
    QTest.keyClick(desk.field, Qt.Key.Key_Return)
    desk.shown.append(desk.chats[0])
    desk.field.clear()
    desk.presenter.open()
    await desk.until("Back to “Reading”")
    QTest.keyClick(desk.field, Qt.Key.Key_Return)
    assert back.at(0) == [desk.chats[1].id]
    desk.presenter.go_back()
    assert back.count() == 1


async def test_what_has_no_hit_is_said(desk: Desk) -> None:
    desk.presenter.open()
    QTest.keyClicks(desk.field, "zanzibar")
    await desk.until(NOTHING)
    QTest.keyClick(desk.field, Qt.Key.Key_Return)
    assert desk.palette.isVisible()
    QTest.keyClick(desk.palette, Qt.Key.Key_Escape)
    assert not desk.palette.isVisible()


async def test_the_best_match_can_be_first(desk: Desk) -> None:
    desk.presenter.open()
    QTest.keyClicks(desk.field, "runs week")
    await desk.until("Three runs")
    button = desk.palette.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.palette.is_by_rank
    await desk.until("Three runs")
