"""Writes down what should not have happened, and tells it: each once, one at a time, over a window that goes on."""

import asyncio
from typing import Final

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.crashes import CrashReport, CrashReports
from desktop_app.ui.crashes.dialog import CrashDialog
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme

_NOW: Final = "Something went wrong that should not have"
_NOW_DETAIL: Final = (
    "Your goals and chats are saved. You can go on; if something behaves oddly, start GoalGetter again. "
    "This report helps whoever mends it:"
)
_DIED: Final = "GoalGetter ended unexpectedly last time"
_DIED_DETAIL: Final = (
    "Your goals and chats are there up to about the last two seconds. This report helps whoever mends it:"
)
_NOT_KEPT: Final = " It could not be kept as a file: copy it if you want to pass it on."


class CrashPresenter(QObject):
    """Takes errors that nobody expected. What arrives while a report is shown is only kept."""

    def __init__(self, window: QWidget, theme: Theme, reports: CrashReports, runner: TaskRunner) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._reports = reports
        self._runner = runner
        self._loop = asyncio.get_running_loop()
        self._shown: CrashDialog | None = None

    def note(self, error: BaseException, doing: str) -> None:
        """Write down an error of any thread, and tell it."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._start, error, doing)

    def tell(self, report: CrashReport) -> None:
        """Show a report; where one is shown already, this one is only kept."""
        if self._shown is not None:
            return
        title, detail = (_DIED, _DIED_DETAIL) if report.is_native else (_NOW, _NOW_DETAIL)
        dialog = CrashDialog(
            self._theme, title, detail if report.path else detail + _NOT_KEPT, report.text, self._window
        )
        dialog.open_folder.setVisible(report.path is not None)
        dialog.copy_requested.connect(self._copy)
        dialog.folder_requested.connect(self._open_folder)
        dialog.finished.connect(self._forget)
        self._shown = dialog
        dialog.open()

    def _start(self, error: BaseException, doing: str) -> None:
        self._runner.start(self._note(error, doing), name="write a crash report")

    async def _note(self, error: BaseException, doing: str) -> None:
        report = await asyncio.to_thread(self._reports.write, error, doing)
        if report is not None:
            self.tell(report)

    def _copy(self, text: str) -> None:
        QApplication.clipboard().setText(text)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._reports.folder)))

    def _forget(self) -> None:
        self._shown = None
