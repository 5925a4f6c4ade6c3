"""A chat with two models that play scripts, and the hands of a person who compares them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop_app.composition import Session
from desktop_app.desktop import Desktop
from desktop_app.domain.comparisons import Side
from desktop_app.domain.messages import Message
from desktop_app.llm.scripted import ScriptedService, Step
from desktop_app.paths import Paths
from desktop_app.settings import Sources
from desktop_app.ui.chat.card_rows import CardRow, FooterRow
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.items import NoticeItem, ToolCard
from desktop_app.ui.chat.notice_row import NoticeRow
from desktop_app.ui.chat.presenter import ChatPresenter
from desktop_app.ui.compare.answer_panel import AnswerPanel
from desktop_app.ui.compare.compare_view import CompareView
from desktop_app.ui.shell import Shell
from desktop_app.ui.window_state import WindowState
from tests.ui.chat.scenario import TODAY, until

FIRST, SECOND = Side.FIRST, Side.SECOND


class Other(ScriptedService):
    """A second provider."""

    provider_name = "other"
    label = "Other"


@dataclass
class Two:
    """The whole window on a profile with two models."""

    desktop: Desktop
    models: dict[Side, ScriptedService]

    @property
    def session(self) -> Session:
        assert self.desktop.session is not None
        return self.desktop.session

    @property
    def presenter(self) -> ChatPresenter:
        return self.session.chat_presenter

    @property
    def view(self) -> CompareView:
        return self.desktop.shell.chat.compare_view

    @property
    def is_comparing(self) -> bool:
        return self.view.isVisible()

    @property
    def field(self) -> QPlainTextEdit:
        return self.desktop.shell.chat.composer.findChildren(QPlainTextEdit)[0]

    @property
    def said(self) -> list[str]:
        """What the coach says in the thread."""
        rows = self.desktop.shell.chat.thread_view.column.rows
        return [row.source for row in rows if isinstance(row, CoachRow)]

    @property
    def switches(self) -> list[tuple[int, int]]:
        rows = self.desktop.shell.chat.thread_view.column.rows
        branches = [row.item.branch for row in rows if isinstance(row, FooterRow)]
        return [(branch.number, branch.total) for branch in branches if branch]

    @property
    def complaint(self) -> str:
        """What is said above the box."""
        labels = self.desktop.shell.chat.composer.findChildren(QLabel)
        return " ".join(label.text() for label in labels if label.isVisible())

    def panel(self, side: Side) -> AnswerPanel:
        return self.view.panels[side]

    def answer(self, side: Side) -> str:
        """What stands in a column."""
        rows = self.panel(side).thread_view.column.rows
        return "\n".join(row.source for row in rows if isinstance(row, CoachRow))

    def cards(self, side: Side) -> list[ToolCard]:
        return [row.item for row in self.panel(side).thread_view.column.rows if isinstance(row, CardRow)]

    def notices(self, side: Side) -> list[NoticeItem]:
        return [row.item for row in self.panel(side).thread_view.column.rows if isinstance(row, NoticeRow)]

    def play(self, first: Sequence[Sequence[Step]], second: Sequence[Sequence[Step]]) -> None:
        self.models[FIRST].extend(first)
        self.models[SECOND].extend(second)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.field, key, modifiers)

    def begin(self) -> None:
        """Ask for a comparison by its key."""
        self.field.setFocus()
        self.key(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)

    def ask(self, text: str) -> None:
        """Begin to compare, write and send."""
        self.begin()
        assert self.is_comparing
        QTest.keyClicks(self.field, text)
        self.key(Qt.Key.Key_Return)

    async def asked(self, text: str) -> None:
        """Ask both, and wait until both have ended."""
        self.ask(text)
        await until(lambda: all(model.calls for model in self.models.values()))
        await until(lambda: not self.presenter.is_streaming)

    def keep(self, number: int) -> None:
        self.key(Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.AltModifier)

    async def decided(self) -> None:
        await until(lambda: not self.is_comparing and self.said)
        await settled()

    def choose(self, side: Side, text: str) -> None:
        """Choose a model of the list that opens at a pill."""
        self.panel(side).pill.click()
        (menu,) = self.panel(side).pill.findChildren(QMenu)
        (entry,) = [action for action in menu.actions() if action.text() == text]
        entry.trigger()
        menu.close()

    async def path(self) -> tuple[Message, ...]:
        conversation = self.presenter.conversation
        assert conversation is not None
        return (await self.session.chat.transcript(conversation.id)).messages


async def settled() -> None:
    """Wait until nothing goes on: between a fixture and its test Qt's events are taken without asyncio's loop."""
    await until(lambda: len(asyncio.all_tasks()) == 1)


async def opened(paths: Paths, size: tuple[int, int] = (1440, 900), *, has_other: bool = True) -> Two:
    """The program on the profile in `paths`."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    models = {FIRST: ScriptedService(lambda: TODAY, ()), SECOND: Other(lambda: TODAY, ())}
    services = tuple(models.values()) if has_other else (models[FIRST],)
    desktop = Desktop(Shell(application, WindowState()), paths, Sources(), services)
    desktop.shell.window.resize(*size)
    desktop.shell.window.show()
    desktop.open()
    await desktop.opened()
    two = Two(desktop, models)
    await until(lambda: two.session.models.choice is not None)
    await until(lambda: all(entry.models for entry in two.session.models.entries))
    await settled()
    desktop.shell.window.activateWindow()
    return two


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(data=tmp_path / "data", cache=tmp_path / "cache", logs=tmp_path / "logs")


@pytest.fixture
async def two(paths: Paths, qtbot: QtBot) -> AsyncIterator[Two]:
    opened_two = await opened(paths)
    yield opened_two
    await opened_two.desktop.close()


def never() -> asyncio.Event:
    """What is waited for until the reply is stopped."""
    return asyncio.Event()
