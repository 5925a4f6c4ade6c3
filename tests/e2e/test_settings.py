"""Settings by the keyboard, in the whole application."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.paths import Paths
from desktop_app.ui.settings.window import PAGES, SettingsWindow
from tests.e2e.test_main_job import Tried, started, until


def settings_windows(tried: Tried) -> list[SettingsWindow]:
    return tried.desktop.shell.window.findChildren(SettingsWindow)


async def test_a_setting_is_changed_by_keys_alone_and_is_there_after_a_restart(tmp_path: Path, qtbot: QtBot) -> None:
    paths = Paths(data=tmp_path / "data", cache=tmp_path / "cache", logs=tmp_path / "logs")
    tried = await started(paths, qtbot)
    assert settings_windows(tried) == []
    QTest.keyClick(tried.desktop.shell.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    (window,) = settings_windows(tried)
    assert window.isVisible()
    while window.pages.currentRow() != list(PAGES).index("Coach"):
        QTest.keyClick(window.pages, Qt.Key.Key_Down)
    QTest.keyClick(window.pages, Qt.Key.Key_Tab)
    switch = window.rows["goals.ask_first"].control
    assert window.focusWidget() is switch
    QTest.keyClick(switch, Qt.Key.Key_Space)
    await until(lambda: window.rows["goals.ask_first"].origin_words == "Chosen in GoalGetter")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    await tried.desktop.close()
    again = await started(paths, qtbot)
    (entry,) = [one for one in again.desktop.shell.sidebar.findChildren(QPushButton) if one.text() == "Settings"]
    entry.click()
    (window,) = settings_windows(again)
    switch = window.rows["goals.ask_first"].control
    assert isinstance(switch, QCheckBox)
    assert switch.isChecked()
    await again.desktop.close()


async def test_whatever_takes_the_focus_in_the_settings_has_a_name(tmp_path: Path, qtbot: QtBot) -> None:
    paths = Paths(data=tmp_path / "data", cache=tmp_path / "cache", logs=tmp_path / "logs")
    tried = await started(paths, qtbot)
    tried.session.settings.open()
    (window,) = settings_windows(tried)
    for widget in window.findChildren(QWidget):
        spoken = QAccessible.queryAccessibleInterface(widget)
        is_stop = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
        assert not is_stop or spoken.text(QAccessible.Text.Name), (type(widget), widget.parent())
    assert window.findChildren(QLineEdit)
    await tried.desktop.close()
