"""A key is entered, refused, replaced and used over a whole session, and is found nowhere it does not belong."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import keyring
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.desktop import Desktop
from desktop_app.domain.providers import ModelChoice
from desktop_app.llm.scripted import ScriptedService
from desktop_app.paths import Paths
from desktop_app.settings import read_sources
from desktop_app.storage.keychain import SERVICE
from desktop_app.tracing.reader import read_records
from desktop_app.ui.crashes.dialog import CrashDialog
from desktop_app.ui.models.key_dialog import KeyDialog
from desktop_app.ui.settings.window import SettingsWindow
from desktop_app.ui.shell import Shell
from desktop_app.ui.window_state import WindowState
from tests.e2e.test_main_job import TODAY, Tried, until
from tests.llm.claude.fake_claude import encode_message, error, model, model_list
from tests.llm.contract.script import Says, ScriptedReply
from tests.llm.contract.server import Answer, LoopbackServer, SeenRequest
from tests.storage.keyrings import MemoryKeyring

# Like no key that anybody issues: it must be known as a key because it is one, not by its form.
REFUSED, TAKEN = "Quince.refused.4711.abcd", "Quince.taken.0815.efgh"
MARK = "quince"


class Anthropic(LoopbackServer):
    """Repeats every key that it refuses, in the body and in a header."""

    def __init__(self) -> None:
        super().__init__(self._judge)
        self.refuses_messages = True

    def _judge(self, request: SeenRequest) -> Answer:
        key = request.headers["authorization"].removeprefix("Bearer ")
        is_message = request.path.startswith("/v1/messages")
        if key != TAKEN or (is_message and self.refuses_messages):
            return error(401, "authentication_error", f"invalid x-api-key: {key}", {"x-refused": key})
        if not is_message:
            return model_list(model("claude-sonnet-5", "sonnet", "2026-08-01T00:00:00Z"))
        reply = ScriptedReply([Says("Which race?")])
        return Answer(encode_message(reply), 200, {"content-type": "text/event-stream; charset=utf-8"})


@dataclass
class Desk:
    """The whole application in front of the server, with the system's keychain in memory."""

    tried: Tried
    server: Anthropic
    ring: MemoryKeyring
    titles: set[str]

    @property
    def window(self) -> QWidget:
        return self.tried.desktop.shell.window

    def look(self) -> None:
        """Note what all windows are called and say now."""
        for widget in QApplication.allWidgets():
            self.titles |= {widget.windowTitle(), widget.accessibleName(), widget.toolTip()}
            if isinstance(widget, QLabel | QPushButton):
                self.titles.add(widget.text())

    async def enter_key(self, settings: SettingsWindow, key: str) -> KeyDialog:
        """Open the box of Claude's key in the settings, type, and press Enter."""
        settings.keys["claude"].replace.click()
        (dialog,) = [one for one in settings.findChildren(KeyDialog) if one.isVisible()]
        field = dialog.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        assert field.echoMode() is QLineEdit.EchoMode.Password
        QTest.keyClicks(field, key)
        QTest.keyClick(field, Qt.Key.Key_Return)
        return dialog


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before, ring = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
async def desk(
    tmp_path: Path, qtbot: QtBot, ring: MemoryKeyring, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Desk]:
    caplog.set_level(logging.DEBUG)
    gc.collect()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    server = Anthropic()
    nobody = {"OLLAMA_HOST": "127.0.0.1:9", "GOALGETTER_BUILTIN_FILE": str(tmp_path / "no weights.gguf")}
    sources = read_sources((), {"ANTHROPIC_BASE_URL": await server.start(), **nobody}, tmp_path)
    paths = Paths(data=tmp_path / "data", cache=tmp_path / "cache", logs=tmp_path / "logs")
    desktop = Desktop(Shell(application, WindowState()), paths, sources)
    desktop.shell.window.resize(1440, 900)
    desktop.shell.window.show()
    desktop.open()
    await desktop.opened()
    yield Desk(Tried(desktop, ScriptedService(lambda: TODAY, ()), qtbot), server, ring, set())
    if not desktop.shell.window.isHidden():
        await desktop.close()
    await server.stop()


def entry(menu: QMenu, *words: str) -> QAction:
    """The entry of a menu, or of a menu in it."""
    action = next(one for one in menu.actions() if one.text() == words[0])
    below = action.menu()
    return entry(below, *words[1:]) if words[1:] and isinstance(below, QMenu) else action


def files_with_keys(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and MARK.encode() in path.read_bytes().lower()]


async def export(desk: Desk, path: Path, *words: str) -> None:
    entry(desk.tried.desktop.shell.window.chat_menu, "Export as", *words).trigger()
    await until(lambda: any(box.isVisible() for box in desk.window.findChildren(QFileDialog)))
    (box,) = [box for box in desk.window.findChildren(QFileDialog) if box.isVisible()]
    line = box.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(line, QLineEdit)
    line.setText(str(path))
    desk.look()
    box.accept()
    await until(path.exists)
    await until(lambda: not any(one.isVisible() for one in desk.window.findChildren(QFileDialog)))


async def test_a_key_is_in_no_file_log_trace_export_report_or_title_after_a_whole_session(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tried, shell = desk.tried, desk.tried.desktop.shell
    QTest.keyClick(shell.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    (settings,) = shell.window.findChildren(SettingsWindow)

    dialog = await desk.enter_key(settings, REFUSED)
    await until(lambda: any("did not accept" in label.text() for label in dialog.findChildren(QLabel)))
    desk.look()
    dialog.close()
    await until(lambda: not [one for one in settings.findChildren(KeyDialog) if one.isVisible()])

    dialog = await desk.enter_key(settings, TAKEN)
    await until(lambda: settings.keys["claude"].replace.text() == "Replace")
    desk.look()
    dialog.close()
    assert desk.ring.keys == {(SERVICE, "claude"): TAKEN}
    settings.show_page("About")
    await until(lambda: "Database" in settings.about.text())
    desk.look()
    settings.close()

    await tried.session.models.choose(ModelChoice("claude", "claude-sonnet-5"))
    shell.window.activateWindow()
    await until(shell.window.isActiveWindow)
    tried.type_and_send("I want to run a half marathon")
    await until(lambda: tried.notices != [])
    (notice,) = tried.notices
    assert "key" in notice.title.casefold()
    desk.look()
    desk.server.refuses_messages = False
    await tried.say("And now?")
    await until(lambda: "Which race?" in tried.said)

    for number, words in enumerate(("Markdown…", "HTML…", "JSON, with all branches…")):
        await export(desk, tmp_path / f"chat{number}.{('md', 'html', 'json')[number]}", words)

    # What follows is an error that holds the key by itself: files and reports are cleaned, not the error.
    assert MARK not in caplog.text.casefold()

    async def fail() -> None:
        raise AttributeError(f"'Client' object has no attribute '{TAKEN} or {REFUSED}'")

    tried.session.runner.start(fail(), name="show a goal")
    await until(lambda: any(one.isVisible() for one in shell.window.findChildren(CrashDialog)))
    desk.look()
    for one in shell.window.findChildren(CrashDialog):
        one.close()

    await until((tmp_path / "logs" / "traces.jsonl").exists)
    await tried.desktop.close()
    sent = [request.headers["authorization"] for request in desk.server.requests]
    assert f"Bearer {REFUSED}" in sent
    assert f"Bearer {TAKEN}" in sent
    assert [one.kind for one in read_records(tmp_path / "logs" / "traces.jsonl")].count("turn") == 2
    assert list((tmp_path / "logs" / "crashes").glob("crash-*.txt"))
    assert await asyncio.to_thread(files_with_keys, tmp_path) == []
    assert not [words for words in desk.titles if MARK in words.casefold()]
