"""Questions and messages that a coroutine awaits; nothing here stops the loop, as QDialog.exec would."""

import asyncio
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QInputDialog, QLabel, QMessageBox, QPushButton, QWidget

from desktop_app.ui.theme.controls import push_button

_WIDEST: Final = 440


class Dialogs:
    """Opens boxes over one window."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    async def ask(
        self, question: str, accept: str, *, detail: str = "", reject: str = "Cancel", is_dangerous: bool = False
    ) -> bool:
        """Whether the person chose `accept`, a verb.

        Esc and closing are `reject`; so is Enter where the question is dangerous.
        """
        box = message_box(self._window, question, detail)
        yes = push_button(accept, "danger" if is_dangerous else "primary")
        no = push_button(reject)
        box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        box.addButton(no, QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no if is_dangerous else yes)
        box.setEscapeButton(no)
        return await _Answer(box).chosen() is yes

    async def tell(self, message: str, *, detail: str = "", button: str = "Close") -> None:
        """Show one sentence, with more below it, until the person closes it."""
        box = message_box(self._window, message, detail)
        close = push_button(button, "primary")
        box.addButton(close, QMessageBox.ButtonRole.AcceptRole)
        box.setEscapeButton(close)
        await _Answer(box).chosen()

    async def ask_line(self, question: str, accept: str, text: str = "") -> str | None:
        """The line that the person typed, at first `text`; None where they did not."""
        box = QInputDialog(self._window)
        box.setWindowModality(Qt.WindowModality.WindowModal)
        box.setWindowTitle("GoalGetter")
        box.setLabelText(question)
        box.setOkButtonText(accept)
        box.setTextValue(text)
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        box.finished.connect(lambda result: None if future.done() else future.set_result(result))
        box.open()
        try:
            return box.textValue() if await future == QDialog.DialogCode.Accepted else None
        finally:
            box.hide()
            box.deleteLater()


class _Answer(QObject):
    """The button that ends one box, as a future; the box goes with it, also when the waiting task is cancelled."""

    def __init__(self, box: QMessageBox) -> None:
        super().__init__(box)
        self._box = box
        self._future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        box.finished.connect(self._finish)

    async def chosen(self) -> QPushButton | None:
        """Open the box and wait."""
        self._box.open()
        try:
            await self._future
            button = self._box.clickedButton()
            return button if isinstance(button, QPushButton) else None
        finally:
            self._box.hide()
            self._box.deleteLater()

    def _finish(self) -> None:
        if not self._future.done():
            self._future.set_result(None)


def message_box(parent: QWidget | None, text: str, detail: str) -> QMessageBox:
    """A box with one sentence and more below it, still without buttons."""
    box = QMessageBox(parent)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setWindowTitle("GoalGetter")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(detail)
    label = box.findChild(QLabel, "qt_msgbox_label")
    if isinstance(label, QLabel):
        # Qt measures the sentence before the style sheet makes it bold, and cuts its end off.
        label.ensurePolished()
        label.setMinimumWidth(min(label.fontMetrics().horizontalAdvance(text) + 4, _WIDEST))
    buttons = box.findChild(QDialogButtonBox)
    if isinstance(buttons, QDialogButtonBox):
        buttons.setCenterButtons(False)
    return box
