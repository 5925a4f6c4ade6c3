"""The key of a provider: whether there is one, its end, and what can be done with it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui.settings.row import small_label
from desktop_app.ui.theme.controls import push_button


class KeyRow(QWidget):
    """Says what is wanted of the key; it sees its end alone."""

    replace_requested = Signal(str)
    test_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, provider: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(2)
        name = QLabel(label)
        name.setProperty("strong", True)
        self.state = small_label()
        self.result = small_label()
        self.result.hide()
        for one in (name, self.state, self.result):
            words.addWidget(one)
        row.addLayout(words, 1)
        self.replace = push_button("Add key", scale="small")
        self.test = push_button("Test", scale="small")
        self.remove = push_button("Remove", "danger", "small")
        signals = (self.replace_requested, self.test_requested, self.remove_requested)
        self._label = label
        for button, signal in zip((self.replace, self.test, self.remove), signals, strict=True):
            button.clicked.connect(lambda _checked=False, signal=signal: signal.emit(provider))
            row.addWidget(button)
        self.test.setAccessibleName(f"Test the key of {label}")
        self.remove.setAccessibleName(f"Remove the key of {label}")

    def show_key(self, words: str, *, has_key: bool, can_remove: bool) -> None:
        """Show which key is in force."""
        self.state.setText(words)
        self.replace.setText("Replace" if has_key else "Add key")
        self.replace.setAccessibleName(f"{'Replace the' if has_key else 'Add a'} key of {self._label}")
        self.test.setVisible(has_key)
        self.remove.setVisible(can_remove)

    def tell(self, words: str, tone: str = "secondary") -> None:
        """Say what came of a test or a removal; empty takes it away."""
        self.result.setText(words)
        self.result.setVisible(bool(words))
        self.result.setProperty("tone", tone)
        self.result.style().unpolish(self.result)
        self.result.style().polish(self.result)
        if words:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.result, words))
