"""What the pane shows while no goal is open."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.theme import Theme

_ICON_PX = 28


class EmptyPage(QWidget):
    """A sentence about what will stand here, and the button that begins a goal."""

    new_goal_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setProperty("tone", "quiet")
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.new_goal = push_button("New goal")
        self.new_goal.setIcon(theme.icon("plus", "text"))
        self.new_goal.clicked.connect(self.new_goal_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(40, 0, 40, 40)
        layout.setSpacing(12)
        layout.addStretch(2)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._text)
        layout.addWidget(self.new_goal, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        theme.changed.connect(self._draw_icon)
        self._draw_icon()
        self.tell("")

    def tell(self, text: str) -> None:
        """Say why there is no goal here; empty text says what the pane is for."""
        self._text.setText(text or "Goals you and the coach write will open here.")

    def _draw_icon(self) -> None:
        icon = self._theme.icon("target", "text_3")
        self._icon.setPixmap(icon.pixmap(_ICON_PX, _ICON_PX))
