"""What would change, field by field, in a box that scrolls."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_app.domain.revision_diff import FieldDiff
from desktop_app.ui.goals.history.diff_card import DiffCard
from desktop_app.ui.theme.theme import Theme

_HIGHEST_PX: Final = 260


class CompareBox(QScrollArea):
    """As high as what it shows, up to a limit; hidden until there is something."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("history_cards")
        self.setAccessibleName("What would change")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMaximumHeight(_HIGHEST_PX)
        self.hide()

    def show_diffs(self, diffs: Iterable[FieldDiff], today: date, width: int) -> None:
        """Show these in a room of that width."""
        body = QWidget()
        body.setObjectName("history_body")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for diff in diffs:
            card = DiffCard(diff, self._theme.tokens, today)
            card.restore.hide()
            column.addWidget(card)
        column.addStretch(1)
        self.setWidget(body)
        self.setFixedHeight(min(_HIGHEST_PX, column.totalHeightForWidth(width)))
        self.show()
