"""Asking for a file, and showing how far long work on it is; a coroutine awaits the answer, and nothing stops."""

import asyncio
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QProgressDialog, QWidget

# Work that is over sooner shows nothing.
_SHOWN_AFTER_MS: Final = 400


class FileDialogs:
    """Opens the system's dialogs over one window."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    async def place_to_save(self, title: str, name: str, kind: str) -> Path | None:
        """Where a file is to be written, `name` suggested; None if nowhere. `kind` is for example "HTML (*.html)"."""
        dialog = QFileDialog(self._window, title, str(Path.home() / name), kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(name.rpartition(".")[2])
        return await _Chosen(dialog).path()

    async def file_to_open(self, title: str, kind: str) -> Path | None:
        """Which file is to be read; None if none."""
        dialog = QFileDialog(self._window, title, str(Path.home()), kind)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        return await _Chosen(dialog).path()


class _Chosen(QObject):
    """The answer of one dialog, which goes with it."""

    def __init__(self, dialog: QFileDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        dialog.finished.connect(self._finish)

    async def path(self) -> Path | None:
        """Open the dialog and wait."""
        self._dialog.open()
        try:
            await self._future
            files = self._dialog.selectedFiles()
            return Path(files[0]) if self._dialog.result() and files else None
        finally:
            self._dialog.hide()
            self._dialog.deleteLater()

    def _finish(self) -> None:
        if not self._future.done():
            self._future.set_result(None)


class Progress(QObject):
    """Says how far some work is and lets it be cancelled; the window can be used meanwhile."""

    cancelled = Signal()

    def __init__(self, window: QWidget, words: str, total: int) -> None:
        """`words` says how far it is, with `{done}` and `{total}` in it."""
        super().__init__(window)
        self._words = words
        self._dialog = QProgressDialog(words.format(done=0, total=total), "Cancel", 0, total, window)
        self._dialog.setWindowTitle("GoalGetter")
        self._dialog.setWindowModality(Qt.WindowModality.NonModal)
        self._dialog.setAutoClose(False)
        self._dialog.setAutoReset(False)
        self._dialog.setMinimumDuration(_SHOWN_AFTER_MS)
        self._dialog.canceled.connect(self.cancelled)

    def note(self, done: int, total: int) -> None:
        """Say that so many of so many steps are done."""
        if not self._dialog.wasCanceled():
            self._dialog.setLabelText(self._words.format(done=done, total=total))
            self._dialog.setMaximum(total)
            self._dialog.setValue(done)

    def close(self) -> None:
        """Take it away."""
        self._dialog.canceled.disconnect(self.cancelled)
        self._dialog.close()
        self._dialog.deleteLater()
        self.deleteLater()
