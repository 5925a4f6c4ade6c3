"""One setting: its label, help and control, where its value comes from, and what is wrong with what was typed."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_app.settings.declarations import Setting
from desktop_app.settings.origins import Origin
from desktop_app.settings.value_types import Choice, Money, Number, Switch, Whole
from desktop_app.ui.settings.values import CHOICES, typed

_LEAST_PX = 80
_SHORT_PX = 120
_LONG_PX = 260


class SettingRow(QWidget):
    """Says what was entered; it keeps nothing itself."""

    entered = Signal(str, str)  # the setting's id and the text

    def __init__(self, declared: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.declared = declared
        self.control = _control(declared)
        self._shown = ""
        self._origin = small_label(tone="quiet")
        self._problem = small_label(tone="danger")
        self._problem.hide()
        self._build()
        self._connect()

    @property
    def problem(self) -> str:
        """What is said beside the control of what was typed."""
        return self._problem.text()

    @property
    def origin_words(self) -> str:
        """Where the value comes from, as it is shown."""
        return self._origin.text()

    def show_value(self, text: str, origin: Origin, outside: Origin | None) -> None:
        """Show the value in force; what is set `outside` cannot be changed here. A refused text stays to be mended."""
        self.control.setEnabled(outside is None)
        hint = f"{outside.hint}; change it there." if outside else origin.hint
        words = hint[:1].upper() + hint[1:]
        self._origin.setText(words)
        self._origin.setVisible(bool(words))
        self._describe()
        is_writing = isinstance(self.control, QLineEdit) and self.control.text().strip() != self._shown
        if is_writing and (self.problem or self.control.hasFocus()) and outside is None:
            return
        self._show(text)

    def accept(self, text: str) -> None:
        """What was entered is kept."""
        self._problem.clear()
        self._problem.hide()
        self._shown = text
        self._describe()

    def refuse(self, words: str) -> None:
        """Say what is wrong; what was typed stays. A switch or choice goes back to what is in force."""
        self._problem.setText(words)
        self._problem.show()
        if not isinstance(self.control, QLineEdit):
            self._show(self._shown)
        self._describe()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.control, words))

    def _show(self, text: str) -> None:
        self._shown = text
        with QSignalBlocker(self.control):
            if isinstance(self.control, QCheckBox):
                self.control.setChecked(text == "true")
            elif isinstance(self.control, QComboBox):
                self.control.setCurrentIndex(self.control.findData(text))
            else:
                self.control.setText(text)

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(2)
        label = QLabel(self.declared.label)
        label.setProperty("strong", True)
        label.setBuddy(self.control)
        label.setWordWrap(True)
        words.addWidget(label)
        for one in (small_label(_help(self.declared)), self._origin, self._problem):
            words.addWidget(one)
        row.addLayout(words, 3)
        is_long = self.control.maximumWidth() == _LONG_PX
        row.addWidget(self.control, 2 if is_long else 0, Qt.AlignmentFlag.AlignTop)
        self.control.setAccessibleName(self.declared.label)
        if isinstance(self.control, QComboBox):
            self.control.view().setAccessibleName(self.declared.label)

    def _describe(self) -> None:
        told = (self.problem, self.origin_words, _help(self.declared))
        self.control.setAccessibleDescription(" ".join(one for one in told if one))

    def _connect(self) -> None:
        if isinstance(self.control, QCheckBox):
            self.control.toggled.connect(self._switch)
        elif isinstance(self.control, QComboBox):
            self.control.currentIndexChanged.connect(self._choose)
        else:
            self.control.editingFinished.connect(self._enter)

    def _switch(self, is_on: bool) -> None:
        self.entered.emit(self.declared.id, "true" if is_on else "false")

    def _choose(self, _index: int) -> None:
        if isinstance(self.control, QComboBox):
            self.entered.emit(self.declared.id, str(self.control.currentData()))

    def _enter(self) -> None:
        text = self.control.text().strip() if isinstance(self.control, QLineEdit) else ""
        if text != self._shown:
            self.entered.emit(self.declared.id, text)
        elif self.problem:
            self.accept(text)


def small_label(words: str = "", tone: str = "secondary") -> QLabel:
    """A label for what is said below or beside something; it breaks its lines."""
    label = QLabel(words)
    label.setProperty("role", "small")
    label.setProperty("tone", tone)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _help(declared: Setting) -> str:
    """What a setting is for; words of a choice as its list has them."""
    words = declared.help
    if isinstance(declared.type, Choice):
        for word in declared.type.words:
            words = words.replace(f"{word}: ", f"“{CHOICES.get(word, word)}”: ")
    return words


def _control(declared: Setting) -> QCheckBox | QComboBox | QLineEdit:
    if isinstance(declared.type, Switch):
        return QCheckBox()
    if isinstance(declared.type, Choice):
        box = QComboBox()
        for word in declared.type.words:
            box.addItem(CHOICES.get(word, word), word)
        # Else a turn of the wheel that scrolls the page would change it.
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        box.setMaximumWidth(_LONG_PX)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.wheelEvent = lambda event: event.ignore()  # type: ignore[method-assign]
        return box
    field = QLineEdit()
    is_short = isinstance(declared.type, Whole | Number | Money)
    field.setMinimumWidth(_LEAST_PX)
    field.setMaximumWidth(_SHORT_PX if is_short else _LONG_PX)
    field.setPlaceholderText(typed(declared.default, declared))
    return field
