"""Something goes wrong that should not have: the person is told, and the program goes on."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop_app.llm.events import TextDelta
from desktop_app.paths import Paths
from desktop_app.ui.crashes.dialog import CrashDialog
from tests.e2e.screen import Program, missing_tools, virtual_screen, wait_for
from tests.e2e.test_main_job import Tried, started, until


@pytest.fixture
async def tried(tmp_path: Path, qtbot: QtBot) -> AsyncIterator[Tried]:
    paths = Paths(data=tmp_path / "data", cache=tmp_path / "cache", logs=tmp_path / "logs")
    tried = await started(paths, qtbot)
    yield tried
    await tried.desktop.close()


def dialogs(tried: Tried) -> list[CrashDialog]:
    return [one for one in tried.desktop.shell.window.findChildren(CrashDialog) if one.isVisible()]


async def test_a_bug_is_told_with_a_report_to_copy_and_the_chat_goes_on(tried: Tried, tmp_path: Path) -> None:
    async def fail() -> None:
        raise ValueError("what somebody wrote")

    tried.session.runner.start(fail(), name="show a goal")
    await until(lambda: dialogs(tried))
    (dialog,) = dialogs(tried)
    field = dialog.findChild(QPlainTextEdit)
    assert isinstance(field, QPlainTextEdit)
    report = field.toPlainText()
    assert "While: show a goal" in report
    assert "what somebody wrote" not in report
    (kept,) = (tmp_path / "logs" / "crashes").glob("crash-*.txt")
    assert kept.read_text() == report
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == report
    if folder := os.environ.get("GOALGETTER_PICTURES"):
        dialog.grab().save(f"{folder}/crash.png")
    tried.session.runner.start(fail(), name="show a goal")
    dialog.close_button.click()
    await until(lambda: not dialogs(tried))
    tried.desktop.shell.window.activateWindow()
    await until(tried.desktop.shell.window.isActiveWindow)
    tried.play([TextDelta("Hello")])
    await tried.say("Hi")
    assert tried.said == ["Hi", "Hello"]
    assert not dialogs(tried)


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with virtual_screen() as name:
        yield name


@pytest.mark.window
@pytest.mark.skipif(
    bool(missing_tools()) and not os.environ.get("CI"), reason=f"missing: {missing_tools()}; test.py installs them"
)
def test_a_death_is_told_at_the_next_start(display: str, tmp_path: Path) -> None:
    nobody = {"OLLAMA_HOST": "127.0.0.1:9", "GOALGETTER_BUILTIN_FILE": str(tmp_path / "no weights.gguf")}
    program = Program(display, tmp_path / "profile", nobody)
    crashes = tmp_path / "profile" / "logs" / "crashes"
    try:
        program.start()
        wait_for("watch", (crashes / "running.txt").exists)
        wait_for("profile", lambda: program.rows("SELECT 1 FROM sqlite_master"))
        program.process.send_signal(signal.SIGSEGV)
        assert program.process.wait(30) == -signal.SIGSEGV
        program.start()
        wait_for("report", lambda: list(crashes.glob("crash-*.txt")))
        wait_for("box over the window", lambda: len(program.windows()) == 2)
        program.picture(Path(os.environ.get("GOALGETTER_PICTURES", tmp_path)) / "died.png")
        program.press("Escape")
        wait_for("window alone", lambda: len(program.windows()) == 1)
        assert program.quit() == 0
        assert not (crashes / "running.txt").exists()
    finally:
        program.end()
    (report,) = crashes.glob("crash-*.txt")
    assert "Segmentation fault" in report.read_text()
