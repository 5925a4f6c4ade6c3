"""The built-in model is nowhere on the computer: nothing is fetched before the person agrees."""

from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from desktop_app.desktop import Desktop
from desktop_app.llm.builtin.service import BuiltinService
from desktop_app.paths import Paths
from desktop_app.settings import BuiltinSettings, Sources
from desktop_app.ui.shell import Shell
from desktop_app.ui.window_state import WindowState
from tests.e2e.test_main_job import until
from tests.llm.contract.server import Answer, LoopbackServer


def question(desktop: Desktop) -> QMessageBox | None:
    boxes = [box for box in desktop.shell.window.findChildren(QMessageBox) if box.isVisible()]
    return boxes[0] if boxes else None


def press(desktop: Desktop, words: str) -> None:
    box = question(desktop)
    assert box is not None
    next(button for button in box.findChildren(QPushButton) if button.text() == words).click()


async def opened(application: QApplication, paths: Paths, url: str) -> Desktop:
    settings = BuiltinSettings("qwen2.5-coder-0.5b", weights_url=url)
    builtin = BuiltinService(lambda: date(2026, 11, 21), settings, paths, program_folder=paths.data)
    desktop = Desktop(Shell(application, WindowState()), paths, Sources(), (builtin,))
    desktop.shell.window.show()
    desktop.open()
    await desktop.opened()
    await until(lambda: question(desktop))
    return desktop


async def test_the_model_is_fetched_only_after_the_person_agreed(qapp: QApplication, tmp_path: Path) -> None:
    paths = Paths(data=tmp_path / "data", cache=tmp_path / "cache", logs=tmp_path / "logs")
    server = LoopbackServer(lambda _request: Answer([b"not the model"]))
    url = await server.start() + "/model.gguf"

    desktop = await opened(qapp, paths, url)
    box = question(desktop)
    assert box is not None
    assert "0.5 GB, once" in box.informativeText()
    press(desktop, "Not now")
    await until(lambda: question(desktop) is None)
    assert server.requests == []
    await desktop.close()

    desktop = await opened(qapp, paths, url)
    press(desktop, "Download")
    assert desktop.session is not None
    models = desktop.session.models
    await until(lambda: "could not be downloaded" in models.entries[0].health.text)
    assert server.requests
    await desktop.close()
    await server.stop()
