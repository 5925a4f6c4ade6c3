"""The line at the foot of the sidebar that says what was deleted and takes it back."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop_app.ui.theme.controls import icon_button, push_button
from desktop_app.ui.theme.elided_label import ElidedLabel
from desktop_app.ui.theme.theme import Theme

SHOWN_MS = 20_000


class UndoBar(QFrame):
    """Shown for 20 s after a deletion, longer while the pointer or the focus is on it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._take_back: Callable[[], object] | None = None
        self._words = ElidedLabel()
        self._words.setProperty("role", "small")
        self._undo = push_button("Undo", kind="link")
        self._undo.setAccessibleName("Undo deleting")
        self._undo.clicked.connect(self._ask)
        close = icon_button(theme, "x", "Hide this", scale="small")
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 5, 5, 5)
        layout.setSpacing(6)
        layout.addWidget(self._words, 1)
        layout.addWidget(self._undo)
        layout.addWidget(close)
        self._timer = QTimer(self, interval=SHOWN_MS, singleShot=True)
        self._timer.timeout.connect(self._hide_unless_used)
        owner = parent if parent is not None else self
        self._keys = QShortcut(QKeySequence.StandardKey.Undo, owner)
        self._keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._keys.activated.connect(self._ask)
        self._keys.setEnabled(False)
        self.hide()

    def tell(self, title: str, take_back: Callable[[], object]) -> None:
        """Say that what has this title was deleted, and how it comes back."""
        self._take_back = take_back
        self._words.show_text(f"Deleted “{title}”")
        self.setAccessibleName(f"Deleted “{title}”")
        self._undo.setAccessibleName(f"Undo deleting “{title}”")
        self._keys.setEnabled(True)
        self.show()
        self._timer.start()

    def hide(self) -> None:
        """Go away; what was deleted can still be restored from the menu."""
        self._keys.setEnabled(False)
        super().hide()

    def _ask(self) -> None:
        self.hide()
        if self._take_back is not None:
            self._take_back()

    def _hide_unless_used(self) -> None:
        if self.underMouse() or self._undo.hasFocus():
            self._timer.start()
        else:
            self.hide()
