"""Money in the whole window: the estimate, the notice at a limit, one click that raises it, meter, usage, prices."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.desktop import Desktop
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.usage import Usage
from desktop_app.llm.events import Event, TextDelta, UsageReported
from desktop_app.llm.scripted import ScriptedService
from desktop_app.llm.tool_loop import ModelCall
from desktop_app.paths import Paths
from desktop_app.settings import read_sources
from desktop_app.ui.shell import Shell
from desktop_app.ui.usage.prices_dialog import PricesDialog
from desktop_app.ui.window_state import WindowState
from tests.e2e.test_main_job import TODAY, Tried, until


class Paid(ScriptedService):
    """A scripted provider that reports tokens and no price, as paid ones do."""

    async def stream_call(self, call: ModelCall) -> AsyncGenerator[Event, None]:
        async for event in super().stream_call(call):
            yield UsageReported(Usage(1_000, 100)) if isinstance(event, UsageReported) else event


# 1000 * 3 + 100 * 15 micro-dollars a reply
ENVIRONMENT = {"GOALGETTER_PRICES": "scripted/script = 3 / 15"}


@pytest.fixture
async def tried(tmp_path: Path, qtbot: QtBot) -> AsyncIterator[Tried]:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    paths = Paths(data=tmp_path / "data", cache=tmp_path / "cache", logs=tmp_path / "logs")
    paid = Paid(lambda: TODAY, ())
    sources = read_sources((), ENVIRONMENT, tmp_path)
    desktop = Desktop(Shell(application, WindowState()), paths, sources, (paid,))
    desktop.shell.window.resize(1440, 900)
    desktop.shell.window.show()
    desktop.open()
    await desktop.opened()
    tried = Tried(desktop, paid, qtbot)
    await until(lambda: tried.session.models.choice is not None)
    desktop.shell.window.activateWindow()
    yield tried
    await desktop.close()


def labels(tried: Tried) -> set[str]:
    return {label.text() for label in tried.desktop.shell.window.findChildren(QLabel) if label.isVisible()}


async def test_it_is_known_before_sending_counted_and_stopped_at_the_limit_which_one_click_raises(
    tried: Tried, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    shell, settings = tried.desktop.shell, tried.session._backend.settings
    QTest.keyClicks(_field(tried), "Hi")
    await until(lambda: any("tokens · $0.0" in words for words in labels(tried)))
    tried.play([TextDelta("Hello")], [TextDelta("Again")])
    await tried.say("Hi")
    await until(lambda: shell.sidebar.meter.words == "<$0.01 this month, no limit")
    await until(lambda: "<$0.01 this chat" in labels(tried))
    await settings.keep("budget.month", "0.01")
    await tried.say("And now?")
    await until(lambda: tried.notices != [])
    (notice,) = tried.notices
    assert notice.title == "This would go over this month’s $0.01"
    assert "Nothing was sent." in notice.text
    assert len(tried.scripted.calls) == 1
    (raise_limit,) = [action for action in notice.actions if action.label.startswith("Raise limit to $")]
    shell.chat.thread_view.action_requested.emit(notice.key, raise_limit.id)
    await until(lambda: tried.said[-1:] == ["Again"])
    assert tried.notices == []
    assert [one.message for one in caplog.records if one.message.startswith("limits:")] == [
        f"limits: month changed from $0.01 to {raise_limit.label.removeprefix('Raise limit to ')}"
    ]
    await until(lambda: shell.sidebar.meter.words.startswith("$0.01 of $"))


async def test_where_a_price_is_not_known_it_is_entered_from_the_notice(tried: Tried) -> None:
    settings, usage = tried.session._backend.settings, tried.desktop.shell.usage
    unknown = ModelChoice("scripted", "unknown")
    await settings.keep("budget.month", "1")
    await tried.session.models.choose(unknown)
    await tried.say("Hi")
    await until(lambda: tried.notices != [])
    (notice,) = tried.notices
    assert notice.title == "The price of this model is not known, so your limits cannot be kept"
    tried.desktop.shell.chat.thread_view.action_requested.emit(notice.key, "enter_price")
    await until(lambda: any(dialog.table.rowCount() for dialog in usage.findChildren(PricesDialog)))
    (dialog,) = usage.findChildren(PricesDialog)
    assert dialog.model.text() == "scripted/unknown"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await until(lambda: usage.findChildren(PricesDialog) == [])


async def test_the_meter_opens_usage_and_usage_the_prices(tried: Tried) -> None:
    tried.play([TextDelta("Hello")])
    await tried.say("Hi")
    meter, usage = tried.desktop.shell.sidebar.meter, tried.desktop.shell.usage
    await until(lambda: not meter.isHidden())
    QTest.mouseClick(meter, Qt.MouseButton.LeftButton)
    await until(lambda: usage.isVisible() and usage.table.rowCount() == 2)
    assert usage.table.texts(0)[5] == "$0.005"
    (link,) = [button for button in usage.findChildren(QPushButton) if button.text() == "Edit prices"]
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    await until(lambda: any(dialog.table.rowCount() for dialog in usage.findChildren(PricesDialog)))
    (dialog,) = usage.findChildren(PricesDialog)
    assert dialog.table.texts(0)[1:] == ["3", "–", "–", "15", "you"]
    assert "GOALGETTER_PRICES" in dialog.outcome.text()
    assert not dialog.save.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await until(lambda: usage.findChildren(PricesDialog) == [])
    assert usage.isVisible()


def _field(tried: Tried) -> QWidget:
    tried.desktop.shell.chat.composer.focus()
    field = QApplication.focusWidget()
    assert field is not None
    return field
