"""A thread on an invisible screen, and a whole chat."""

import gc
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.backend import Backend
from desktop_app.errors import AppError
from desktop_app.llm.scripted import ScriptedService
from desktop_app.paths import Paths
from desktop_app.settings import Sources
from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.composer_desk import BoxServices
from desktop_app.ui.chat.items import ThreadItem
from desktop_app.ui.chat.presenter import ChatPresenter
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.chat.turns import ChatServices
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme
from tests.ui.chat.scenario import TODAY, Scenario, now, until

ShowThread = Callable[[Sequence[ThreadItem]], ThreadView]


@pytest.fixture
def show_thread(qtbot: QtBot, theme: Theme) -> ShowThread:
    """Shows items in a view of 740 × 500."""

    def show(items: Sequence[ThreadItem]) -> ThreadView:
        view = ThreadView(theme)
        qtbot.addWidget(view)
        view.resize(740, 500)
        with qtbot.waitExposed(view):
            view.show()
        view.set_items(items)
        return view

    return show


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(data=tmp_path / "data", cache=tmp_path / "cache", logs=tmp_path / "logs")


async def opened(paths: Paths, qtbot: QtBot, theme: Theme) -> Scenario:
    """A chat on the profile in `paths`, shown and ready."""
    # As in the program, whose loop goes on until everything is saved.
    QApplication.setQuitOnLastWindowClosed(False)
    # Widgets of earlier tests that lie in cycles would else be collected in a thread of the database's.
    gc.collect()
    scripted = ScriptedService(lambda: TODAY, ())
    backend = await Backend.open(paths, Sources(), now, (scripted,))
    await backend.load()
    await backend.drafts.load()
    view = ChatView(theme)
    qtbot.addWidget(view)
    view.resize(760, 640)
    told: list[AppError] = []
    runner = TaskRunner(told.append)
    asked: list[str] = []

    async def confirm(_question: str, detail: str) -> bool:
        asked.append(detail)
        return False

    box = BoxServices(backend.drafts, backend.queue, backend.attachments)
    services = ChatServices(
        backend.chat, backend.goals, backend.models, backend.fallback, lambda _: None, box, backend.limits
    )
    presenter = ChatPresenter(view, services, runner, lambda: (), confirm, lambda: TODAY)
    view.show()
    view.activateWindow()
    presenter.start()
    await backend.models.prepare()
    await until(lambda: backend.models.choice is not None)
    assert not told
    return Scenario(backend, scripted, view, presenter, runner, asked)


@pytest.fixture
async def chat(paths: Paths, qtbot: QtBot, theme: Theme) -> AsyncIterator[Scenario]:
    scenario = await opened(paths, qtbot, theme)
    yield scenario
    await scenario.close()
