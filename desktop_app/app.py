"""The window's process: the window is painted first, and only then is everything else loaded."""

import os
import sys
import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop_app import __version__
from desktop_app.instance import Instance
from desktop_app.paths import APP_NAME, default_paths
from desktop_app.ui.shell import Shell
from desktop_app.ui.window_state import read_window_state


def run(instance: Instance, items: Sequence[str] = ()) -> int:
    """Open the window with these files and links and stay until it is closed; returns the exit code.

    `instance` is where later starts call.
    """
    application = make_application()
    paths = default_paths()
    shell = Shell(application, read_window_state(paths.data))
    _show_and_paint(application, shell)
    if os.environ.get("GOALGETTER_EXIT_AFTER_PAINT"):
        print(f"first_paint_s {_process_age_s():.3f}")  # noqa: T201 - the benchmark reads it
        return 0
    from desktop_app.desktop import live

    return live(shell, paths, instance, items)


def make_application() -> QApplication:
    """The one QApplication of this process."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName(APP_NAME)
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("goalgetter")
    # The loop ends when it is told to, never when a window closes.
    application.setQuitOnLastWindowClosed(False)
    return application


def tell(sentence: str, detail: str) -> None:
    """Show one sentence, and more below it, in place of the window until it is closed."""
    from PySide6.QtWidgets import QMessageBox

    from desktop_app.ui.dialogs import message_box
    from desktop_app.ui.theme.controls import push_button
    from desktop_app.ui.theme.theme import Theme

    application = make_application()
    theme = Theme(read_window_state(default_paths().data).theme_mode)
    theme.apply(application)
    box = message_box(None, sentence, detail)
    close = push_button("Close", "primary")
    box.addButton(close, QMessageBox.ButtonRole.RejectRole)
    box.finished.connect(application.exit)
    box.show()
    application.exec()


def _show_and_paint(application: QApplication, shell: Shell) -> None:
    """Show the window and return once it stands on the screen."""
    paint = _FirstPaint(shell.window, application)
    shell.window.show()
    # Qt's own loop: asyncio and qasync are not imported yet.
    application.exec()
    paint.deleteLater()


class _FirstPaint(QObject):
    """Ends the loop when a window was painted for the first time."""

    def __init__(self, window: QObject, application: QApplication) -> None:
        super().__init__(window)
        self._application = application
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # The filter sees the event before the window does.
            QTimer.singleShot(0, self._application.exit)
        return False


def _process_age_s() -> float:
    """Seconds since this process was started (Linux), or since Python began elsewhere."""
    try:
        with open("/proc/self/stat", encoding="ascii") as file:  # noqa: PTH123 - measured, so without detours
            ticks = int(file.read().rsplit(")", 1)[1].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError):
        return time.perf_counter()
