"""The icon in the tray, its box, and keys heard while another program has the keyboard."""

import os
import shutil
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.tray.hot_key import _for_x
from desktop_app.ui.tray.quick_entry import QuickEntry
from desktop_app.ui.tray.tray import Tray
from tests.e2e.screen import missing_tools, virtual_screen


def test_enter_sends_what_was_typed_and_esc_keeps_it(qtbot: QtBot, theme: Theme) -> None:
    entry = QuickEntry(theme)
    qtbot.addWidget(entry)
    sent: list[str] = []
    entry.sent.connect(sent.append)
    entry.open()
    QTest.keyClicks(entry.field, "Run on Sunday")
    QTest.keyClick(entry.field, Qt.Key.Key_Escape)
    assert not entry.isVisible()
    entry.open()
    QTest.keyClick(entry.field, Qt.Key.Key_Return)
    assert sent == ["Run on Sunday"]
    assert not entry.isVisible()
    entry.open()
    QTest.keyClick(entry.field, Qt.Key.Key_Return)
    assert sent == ["Run on Sunday"]
    entry.close()


@pytest.mark.qt_log_ignore("systemTrayWindowChanged")  # the platform without a screen has no tray
def test_the_icon_is_there_only_while_it_is_wanted(qtbot: QtBot, theme: Theme) -> None:
    tray = Tray(theme, theme)
    shown = []
    for wanted in (False, True, False, True):
        tray.show(wanted, "Ctrl+Alt+G")
        shown.append(tray.is_shown)
    tray.close()
    assert [*shown, tray.is_shown] == [False, True, False, True, False]


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ("Ctrl+Alt+G", ("g", 12)),
        ("Meta+Space", ("space", 64)),
        ("Ctrl+Shift+F5", ("F5", 5)),
        ("G", None),
        ("Shift+G", None),
        ("nonsense", None),
        ("", None),
        ("Ctrl+K, Ctrl+L", None),
    ],
)
def test_only_a_combination_with_a_modifier_can_be_heard_everywhere(keys: str, wanted: object) -> None:
    assert _for_x(keys) == wanted


CHILD = """
import sys
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from desktop_app.ui.tray.hot_key import HotKey
application = QApplication(sys.argv)
owner = QObject()
key = HotKey.grab("Ctrl+Alt+G", owner)
print("has it" if key else "has it not", flush=True)
if key:
    key.pressed.connect(lambda: (print("pressed", flush=True), application.quit()))
    QTimer.singleShot(20000, application.quit)
    application.exec()
    key.release()
"""


@pytest.mark.window
@pytest.mark.skipif(bool(missing_tools()), reason=f"missing: {missing_tools()}; test.py installs them")
def test_the_keys_are_heard_without_a_window_and_belong_to_one_program() -> None:
    with virtual_screen() as display:
        env = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        command = [sys.executable, "-c", CHILD]
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as first:
            assert first.stdout is not None
            assert first.stdout.readline() == "has it\n"
            second = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True)
            assert second.stdout == "has it not\n"
            xdotool = shutil.which("xdotool") or "xdotool"
            subprocess.run([xdotool, "key", "ctrl+alt+g"], env=env, check=True, timeout=30)
            assert first.stdout.readline() == "pressed\n"
            assert first.wait(30) == 0
