"""Tells that something went wrong that should not have, and shows the report whole before anybody passes it on."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.theme import Theme

_SIZE: Final = (600, 460)
_NOTHING_SENT: Final = "It stays on this computer, and nothing was sent. It holds no keys, messages or goals."


class CrashDialog(QDialog):
    """One report. It opens without stopping the loop."""

    copy_requested = Signal(str)  # the report
    folder_requested = Signal()

    def __init__(self, theme: Theme, title: str, detail: str, report: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle("GoalGetter")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self._report = QPlainTextEdit(report)
        self._report.setReadOnly(True)
        self._report.setFont(theme.mono_font())
        self._report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._report.setAccessibleName("Report")
        self._report.setTabChangesFocus(True)
        self.copy = push_button("Copy")
        self.open_folder = push_button("Open folder")
        self.close_button = push_button("Close", "primary")
        self.close_button.setDefault(True)
        self.copy.clicked.connect(self._ask_to_copy)
        self.open_folder.clicked.connect(self.folder_requested)
        self.close_button.clicked.connect(self.reject)
        self._lay_out(title, detail)
        self.close_button.setFocus()

    def _lay_out(self, title: str, detail: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        heading = _words(title, "")
        heading.setProperty("role", "title")
        column.addWidget(heading)
        column.addWidget(_words(detail, "secondary"))
        column.addWidget(self._report, 1)
        column.addWidget(_words(_NOTHING_SENT, "secondary"))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.open_folder)
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        column.addLayout(buttons)

    def _ask_to_copy(self) -> None:
        self.copy_requested.emit(self._report.toPlainText())
        self.copy.setText("Copied")


def _words(text: str, tone: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("tone", tone)
    return label
