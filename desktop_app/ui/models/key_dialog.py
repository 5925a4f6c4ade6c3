"""Enter, try, replace or remove the key of one provider."""

from enum import Enum
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QIcon
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.icons import ICON_PX
from desktop_app.ui.theme.stylesheet import restyle
from desktop_app.ui.theme.theme import Theme

_WIDTH = 460


class Result(Enum):
    """How something ended, by the tone of its words."""

    GOOD = "accent"
    BAD = "danger"
    UNSURE = "warn"
    NONE = "quiet"


class KeyDialog(QDialog):
    """Asks for one key. It opens without stopping the loop; what was typed is gone when it closes."""

    save_requested = Signal(str)  # the text
    save_untried_requested = Signal(str)
    remove_requested = Signal()

    def __init__(self, theme: Theme, label: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(f"{label} key")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._current = _words("", "secondary")
        self._field = self._key_field(label)
        self._show_key = self._field.addAction(theme.icon("eye"), QLineEdit.ActionPosition.TrailingPosition)
        self._show_key.setCheckable(True)
        self._show_key.toggled.connect(self._reveal)
        self._reveal(False)
        self._result = _words("", "quiet")
        self._place = _words("", "secondary")
        self._remove = push_button("Remove", "danger")
        self._untried = push_button("Save untested")
        self._close = push_button("Cancel")
        self._save = push_button("Test and save", "primary")
        self._connect()
        self._lay_out(label)
        self.set_busy(False)
        self.show_result("", Result.NONE)

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self._field.text()

    def show_key(self, current: str, place: str, *, can_remove: bool) -> None:
        """Say which key is in force, where a new one will be kept, and whether there is one to remove."""
        self._current.setText(current)
        self._place.setText(place)
        self._remove.setVisible(can_remove)

    def show_result(self, words: str, result: Result, *, can_save_untried: bool = False) -> None:
        """Say how it went; a screen reader says it too."""
        self._result.setText(words)
        self._result.setVisible(bool(words))
        self._result.setProperty("tone", result.value)
        restyle(self._result)
        self._untried.setVisible(can_save_untried)
        if words:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._result, words))
        self.adjustSize()

    def set_busy(self, is_busy: bool) -> None:
        """Wait for an answer; Esc still closes."""
        self._field.setReadOnly(is_busy)
        self._save.setEnabled(not is_busy and bool(self.text.strip()))
        self._untried.setEnabled(not is_busy)
        self._remove.setEnabled(not is_busy)
        self._save.setText("Testing…" if is_busy else "Test and save")

    def finish(self) -> None:
        """The key was kept: forget what was typed, and leave only to close."""
        self._field.clear()
        self._close.setText("Close")
        self._close.setFocus()

    def done(self, result: int) -> None:
        """However it closes, the text goes first."""
        self._field.clear()
        super().done(result)

    def _key_field(self, label: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(f"{label} API key")
        field.setPlaceholderText("Paste your key")
        field.setProperty("scale", "large")
        field.setFont(self._theme.mono_font())
        field.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        return field

    def _connect(self) -> None:
        self._field.textChanged.connect(self._start_over)
        self._field.returnPressed.connect(self._ask_to_save)
        self._save.clicked.connect(self._ask_to_save)
        self._untried.clicked.connect(self._ask_to_save_untried)
        self._remove.clicked.connect(self.remove_requested)
        self._close.clicked.connect(self.reject)
        for button in (self._save, self._untried, self._remove, self._close):
            # Enter in the field is answered by the field alone.
            button.setAutoDefault(False)

    def _lay_out(self, label: str) -> None:
        self.setFixedWidth(_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(0)
        title = QLabel(f"{label} key")
        title.setProperty("role", "title")
        name = QLabel("API key")
        name.setProperty("strong", True)
        name.setBuddy(self._field)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._remove)
        foot.addStretch(1)
        for button in (self._close, self._untried, self._save):
            foot.addWidget(button)
        kept = QHBoxLayout()
        kept.setSpacing(8)
        kept.addWidget(_picture(self._theme.icon("lock")), 0, Qt.AlignmentFlag.AlignTop)
        kept.addWidget(self._place, 1)
        for part, gap in ((title, 4), (self._current, 16), (name, 6), (self._field, 8), (self._result, 8)):
            layout.addWidget(part)
            layout.addSpacing(gap)
        layout.addLayout(kept)
        layout.addSpacing(20)
        layout.addStretch(1)
        layout.addLayout(foot)
        _order((self._field, self._save, self._untried, self._close, self._remove))
        self._field.setFocus()

    def _reveal(self, is_shown: bool) -> None:
        self._field.setEchoMode(QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password)
        self._show_key.setText("Hide the key" if is_shown else "Show the key")

    def _start_over(self) -> None:
        if self.text:
            self.show_result("", Result.NONE)
            self._close.setText("Cancel")
        self.set_busy(False)

    def _ask_to_save(self) -> None:
        if self._save.isEnabled():
            self.save_requested.emit(self.text)

    def _ask_to_save_untried(self) -> None:
        self.save_untried_requested.emit(self.text)


def _words(text: str, tone: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tone", tone)
    return label


def _picture(icon: QIcon) -> QLabel:
    label = QLabel()
    label.setPixmap(icon.pixmap(ICON_PX, ICON_PX))
    return label


def _order(widgets: tuple[QLineEdit | QPushButton, ...]) -> None:
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)
