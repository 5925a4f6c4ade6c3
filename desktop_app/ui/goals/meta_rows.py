"""The rows between the phase and the tabs: a quiet word before each field, its dot behind it, its note under it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from desktop_app.ui.goals.changed_dot import ChangedDot
from desktop_app.ui.goals.field_note import FieldNote

_KEY_WIDTH = 84
_ROW_HEIGHT = 28


class MetaRows(QGridLayout):
    """Adds rows from the top."""

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(0)
        self.setVerticalSpacing(4)
        self.setColumnMinimumWidth(0, _KEY_WIDTH)
        self.setColumnStretch(1, 1)
        self._next = 0
        self._keys: dict[QWidget, tuple[QLabel, int]] = {}

    def show_field(self, field: QWidget, is_shown: bool) -> None:
        """Show or hide a field with its word."""
        field.setVisible(is_shown)
        key, row = self._keys[field]
        key.setVisible(is_shown)
        self.setRowMinimumHeight(row, _ROW_HEIGHT if is_shown else 0)

    def add_field(
        self,
        word: str,
        field: QWidget,
        dot: ChangedDot | None,
        note: FieldNote | None,
        *,
        fills: bool,
        inset_px: int = 0,
    ) -> None:
        """Add a row; a field that `fills` takes the whole width. `inset_px` is the air before what the field shows."""
        key = QLabel(word)
        key.setProperty("tone", "quiet")
        key.setProperty("role", "small")
        key.setFixedHeight(_ROW_HEIGHT)
        key.setBuddy(field)
        self._keys[field] = key, self._next
        self.addWidget(key, self._next, 0, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addSpacing(-inset_px)
        row.addWidget(field, 1 if fills else 0)
        if dot is not None:
            row.addWidget(dot)
        if not fills:
            row.addStretch(1)
        self.addLayout(row, self._next, 1)
        self.setRowMinimumHeight(self._next, _ROW_HEIGHT)
        self._next += 1
        if note is not None:
            self.addWidget(note, self._next, 1)
            self._next += 1
