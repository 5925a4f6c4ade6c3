"""A goal's measures, and a line to add one."""

from collections.abc import Sequence
from itertools import pairwise
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.domain.measures import NAME_LIMIT, Measure
from desktop_app.domain.revisions import FieldValue
from desktop_app.ui.goals.add_line import AddLine
from desktop_app.ui.goals.field import ListField, focus_before
from desktop_app.ui.goals.measure_row import MeasureRow
from desktop_app.ui.theme.theme import Theme


class MeasureList(ListField):
    """Rows of name, start, current, target and unit; Enter in the last line begins one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[MeasureRow] = []
        self._adding = AddLine(theme, "Add a measure")
        self._adding.add_requested.connect(self._begin)
        self.add_line = self._adding.editor
        self.add_line.setMaxLength(NAME_LIMIT)
        self.add_line.setPlaceholderText("Add a measure, for example Weekly distance")
        hint = QLabel("A number on its way from a start to a target. Measures count for the progress like milestones.")
        hint.setProperty("tone", "quiet")
        hint.setProperty("role", "small")
        hint.setWordWrap(True)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 10, 4, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._adding)
        self._column.addWidget(hint)
        self._column.addStretch(1)
        inner = QWidget()
        inner.setObjectName("milestone_column")
        inner.setLayout(self._column)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)

    @property
    def rows(self) -> tuple[MeasureRow, ...]:
        """The rows in order, those that are no measure yet included."""
        return tuple(self._rows)

    @property
    def problem(self) -> str:
        """Why a row is no measure."""
        return next((row.problem for row in self._rows if row.problem), "")

    def value(self) -> tuple[Measure, ...]:
        """The measures that are whole."""
        return tuple(row.measure for row in self._rows if row.measure is not None)

    def load(self, value: FieldValue) -> None:
        """Show these measures; rows that stay keep focus and cursor."""
        wanted = [item for item in value if isinstance(item, Measure)] if isinstance(value, tuple) else []
        if tuple(wanted) == self.value():
            return
        known = {row.measure.id: row for row in self._rows if row.measure is not None and row.measure.id is not None}
        rows: list[MeasureRow] = []
        for measure in wanted:
            row = known.pop(measure.id, None) if measure.id is not None else None
            if row is None:
                row = self._new_row(measure.name, measure)
            elif row.measure != measure:
                row.load(measure)
            rows.append(row)
        for row in self._rows:
            if row not in rows:
                self._discard(row)
        self._rows = rows
        self._place_rows()

    def note_sent(self) -> tuple[Measure, ...]:
        """The value as it goes to be saved."""
        for row in self._rows:
            row.sent = row.measure
        return self.value()

    def adopt(self, sent: Sequence[object], saved: Sequence[object]) -> None:
        """Give the rows that were `sent` without an identity the one they were `saved` with."""
        for before, after in zip(sent, saved, strict=False):
            for row in self._rows:
                if row.sent is before and isinstance(after, Measure):
                    row.adopt(after)

    def clear_typing(self) -> None:
        """Forget what is typed and no measure yet."""
        self.add_line.clear()
        for row in [row for row in self._rows if row.measure is None]:
            self._rows.remove(row)
            self._discard(row)

    def _begin(self) -> None:
        name = self._adding.take()
        if not name:
            return
        row = self._new_row(name, None)
        self._rows.append(row)
        self._place_rows()
        row.numbers["target"].setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(row)
        self._touch()

    def _new_row(self, name: str, measure: Measure | None) -> MeasureRow:
        row = MeasureRow(name, measure, self._theme, self)
        row.typed.connect(self._touch)
        row.delete_requested.connect(self._delete)
        self._watch_focus(*row.edits)
        return row

    def _delete(self) -> None:
        row = cast("MeasureRow", self.sender())
        self._rows.remove(row)
        self._discard(row)
        self.add_line.setFocus(Qt.FocusReason.TabFocusReason)
        self._settle()

    def _discard(self, row: MeasureRow) -> None:
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _place_rows(self) -> None:
        for index, row in enumerate(self._rows):
            if self._column.indexOf(row) != index:
                self._column.removeWidget(row)
                self._column.insertWidget(index, row)
            row.show()
        order = [part for row in self._rows for part in (*row.edits, row.delete)]
        for before, after in pairwise([focus_before(self.add_line, self), *order, self.add_line]):
            QWidget.setTabOrder(before, after)
