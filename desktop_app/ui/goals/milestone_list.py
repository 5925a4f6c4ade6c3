"""A goal's milestones in order, and a line to add one."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Final, cast

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.goals import Milestone
from desktop_app.domain.ids import MilestoneId
from desktop_app.domain.revisions import FieldValue
from desktop_app.ui.goals.add_line import AddLine
from desktop_app.ui.goals.calendar_popup import CalendarPopup
from desktop_app.ui.goals.clock import Clock
from desktop_app.ui.goals.field import ListField, focus_before
from desktop_app.ui.goals.milestone_row import MilestoneRow
from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.theme import Theme

FIRST_SHOWN: Final = 30
MORE_SHOWN: Final = 60


class MilestoneList(ListField):
    """Rows that are ticked, renamed, dated, described, moved and deleted; Enter in the last line adds one.

    Rows are made when they are first seen, and of many the first: each is a dozen widgets.
    """

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._clock = theme, clock
        self._rows: list[MilestoneRow] = []
        self._waiting: list[Milestone] = []  # those behind the rows, which have none yet
        self._marked: frozenset[MilestoneId | None] = frozenset()
        self._calendar: CalendarPopup | None = None
        self._dated: MilestoneRow | None = None
        self._order_before: list[MilestoneRow] | None = None
        self._is_large = False
        self._adding = AddLine(theme, "Add a milestone")
        self._adding.add_requested.connect(self.begin_milestone)
        self._adding.up_requested.connect(self._leave_upwards)
        self.add_line = self._adding.editor
        self._watch_focus(self.add_line)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 8, 4, 0)
        self._column.setSpacing(2)
        self.more = push_button("", kind="link")
        self.more.clicked.connect(self._show_more)
        self.more.hide()
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self._adding)
        self._hint = QLabel("Added or changed by the coach since you last looked. Drag to reorder, or Alt+↑ and Alt+↓.")
        self._hint.setProperty("tone", "quiet")
        self._hint.setProperty("role", "small")
        self._hint.setWordWrap(True)
        self._hint.hide()
        self._column.addWidget(self._hint)
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
        adding = QShortcut(QKeySequence("Ctrl+Return"), self)
        adding.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        adding.activated.connect(self.begin_milestone)

    @property
    def rows(self) -> tuple[MilestoneRow, ...]:
        """The rows in order, as many as are made; the first are made for it."""
        self._make_first()
        return tuple(self._rows)

    def value(self) -> tuple[Milestone, ...]:
        """The milestones, without one that is being typed in the last line."""
        return (*(row.milestone for row in self._rows), *self._waiting)

    def load(self, value: FieldValue) -> None:
        """Show these milestones; rows that stay keep focus and cursor."""
        wanted = [item for item in value if isinstance(item, Milestone)] if isinstance(value, tuple) else []
        ids = {item.id for item in wanted}
        is_other = not any(row.milestone.id in ids for row in self._rows)
        count = 0 if is_other and not self.isVisible() else max(FIRST_SHOWN, len(self._rows))
        self._waiting = wanted[count:]
        self._show_rows_of(wanted[:count])

    def showEvent(self, event: QShowEvent) -> None:
        """Make the first rows."""
        super().showEvent(event)
        self._make_first()

    def _show_rows_of(self, wanted: Sequence[Milestone]) -> None:
        known = {row.milestone.id: row for row in self._rows if row.milestone.id is not None}
        unsaved = [row for row in self._rows if row.milestone.id is None]
        rows: list[MilestoneRow] = []
        for milestone in wanted:
            row = known.pop(milestone.id, None) if milestone.id is not None else _same(unsaved, milestone)
            if row is None:
                row = self._new_row(milestone)
            elif row.milestone != milestone:
                row.load(milestone)
            rows.append(row)
        kept, focus = set(rows), QApplication.focusWidget()
        gone = [row for row in self._rows if row not in kept]
        loses_focus = focus is not None and any(row.isAncestorOf(focus) for row in gone)
        for row in gone:
            self._discard(row)
        self._rows = rows
        self._place_rows()
        if loses_focus:
            # Else the keys would go nowhere, the one that takes this back among them.
            self.add_line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_first(self) -> None:
        if not self._rows and self._waiting:
            self._make(FIRST_SHOWN)

    def _make(self, count: int) -> None:
        """Rows for the next of those that wait."""
        made, self._waiting = self._waiting[:count], self._waiting[count:]
        self._rows += [self._new_row(milestone) for milestone in made]
        self._place_rows()

    def _show_more(self) -> None:
        place = len(self._rows)
        self._make(MORE_SHOWN)
        self._focus_title(self._rows[place])

    def note_sent(self) -> tuple[Milestone, ...]:
        """The value as it goes to be saved; `adopt` later finds its rows again, however they changed meanwhile."""
        for row in self._rows:
            row.sent = row.milestone
        return self.value()

    def adopt(self, sent: Sequence[object], saved: Sequence[object]) -> None:
        """Give the rows of milestones that were `sent` without an identity the one they were `saved` with."""
        for before, after in zip(sent, saved, strict=False):
            if not isinstance(after, Milestone):
                continue
            for row in self._rows:
                if row.sent is before and row.milestone.id is None:
                    row.adopt(after.id)
            self._waiting = [replace(one, id=after.id) if one is before else one for one in self._waiting]

    def mark_changed(self, ids: Collection[MilestoneId | None]) -> None:
        """Put the dot on these milestones; an empty collection takes all dots away."""
        self._marked = frozenset(ids) - {None}
        for row in self._rows:
            row.dot.setVisible(row.milestone.id in self._marked)
        self._hint.setVisible(any(milestone.id in self._marked for milestone in self.value()))

    def set_large(self, is_large: bool) -> None:
        """Show what there is room for in the large editor."""
        self._is_large = is_large
        self._adding.keys.setVisible(is_large)
        for row in self._rows:
            row.set_large(is_large)

    def finish(self) -> None:
        """Add what stands in the last line."""
        self._add()

    def clear_typing(self) -> None:
        """Forget what stands in the last line."""
        self.add_line.clear()

    def _part_left(self, part: QObject) -> None:
        if part is self.add_line:
            self._add()
        else:
            self._keep_titles()
        self._leave()

    def _keep_titles(self) -> None:
        """A row whose title was emptied and that was never saved is no milestone."""
        for row in self._rows:
            if row.milestone.id is None and not row.milestone.title.strip() and not row.title.hasFocus():
                self._delete(row)
                return

    def begin_milestone(self) -> None:
        """Add what stands in the last line, or else put the cursor there."""
        if self._add():
            self.left.emit()
        else:
            self.add_line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_upwards(self) -> None:
        if self.rows:
            self._focus_title(self._rows[-1])

    def _add(self) -> bool:
        title = self._adding.take()
        if not title:
            return False
        self._make_first()
        if self._waiting:
            self._waiting.append(Milestone(title))
        else:
            self._rows.append(self._new_row(Milestone(title)))
        self._place_rows()
        self._touch()
        self._scroll.ensureWidgetVisible(self.add_line)
        return True

    def _new_row(self, milestone: Milestone) -> MilestoneRow:
        row = MilestoneRow(milestone, self._theme, self._clock, self)
        row.typed.connect(self._touch)
        row.settled.connect(self._settle)
        row.move_requested.connect(self._move_row)
        row.delete_requested.connect(self._delete_row)
        row.step_requested.connect(self._step)
        row.calendar_requested.connect(self._open_calendar)
        row.drag_moved.connect(self._drag)
        row.drag_ended.connect(self._drop)
        row.set_large(self._is_large)
        row.dot.setVisible(milestone.id in self._marked)
        self._watch_focus(row.title, row.description)
        return row

    def _place_rows(self) -> None:
        for index, row in enumerate(self._rows):
            if self._column.indexOf(row) != index:
                self._column.removeWidget(row)
                self._column.insertWidget(index, row)
            row.show()
        self.more.setVisible(bool(self._waiting))
        self.more.setText(f"Show more of {len(self._waiting):,}")
        order = [part for row in self._rows for part in row.parts]
        for before, after in pairwise([focus_before(self.add_line, self), *order, self.more, self.add_line]):
            QWidget.setTabOrder(before, after)

    def _sender_row(self) -> MilestoneRow:
        return cast("MilestoneRow", self.sender())

    def _move_row(self, step: int) -> None:
        row = self._sender_row()
        place = self._rows.index(row) + step
        if place == len(self._rows):
            self._make(MORE_SHOWN)
        if not 0 <= place < len(self._rows):
            return
        focus = QApplication.focusWidget()
        self._rows.remove(row)
        self._rows.insert(place, row)
        self._place_rows()
        if focus is not None and row.isAncestorOf(focus):
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(row)
        self._settle()

    def _drag(self, screen_y: int) -> None:
        """Move the row while it is held, to the place under the pointer; it is kept when it is let go."""
        row = self._sender_row()
        if self._order_before is None:
            self._order_before = list(self._rows)
        others = [other for other in self._rows if other is not row]
        middles = [other.mapToGlobal(other.rect().center()).y() for other in others]
        place = sum(middle < screen_y for middle in middles)
        if self._rows.index(row) != place:
            others.insert(place, row)
            self._rows = others
            self._place_rows()
            self._column.activate()
            self._scroll.ensureWidgetVisible(row)

    def _drop(self) -> None:
        before, self._order_before = self._order_before, None
        if before is not None and before != self._rows:
            self._settle()

    def _delete_row(self) -> None:
        self._delete(self._sender_row())
        self.left.emit()

    def _delete(self, row: MilestoneRow) -> None:
        place = self._rows.index(row)
        had_focus = row.isAncestorOf(QApplication.focusWidget() or self)
        self._rows.remove(row)
        self._discard(row)
        if had_focus:
            after = self._rows[min(place, len(self._rows) - 1)].check if self._rows else self.add_line
            after.setFocus(Qt.FocusReason.TabFocusReason)
        self._touch()

    def _discard(self, row: MilestoneRow) -> None:
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _step(self, step: int) -> None:
        row = self._sender_row()
        place = self._rows.index(row) + step
        if place < 0:
            return
        if place == len(self._rows):
            self._make(MORE_SHOWN)
        if place == len(self._rows):
            self.add_line.setFocus(Qt.FocusReason.TabFocusReason)
        elif row.check.hasFocus():
            self._rows[place].check.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._focus_title(self._rows[place])

    def _focus_title(self, row: MilestoneRow) -> None:
        row.title.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(row)

    def _open_calendar(self) -> None:
        self._dated = self._sender_row()
        if self._calendar is None:
            self._calendar = CalendarPopup(self._theme, self)
            self._calendar.chosen.connect(self._date_chosen)
        today = self._clock.today()
        self._calendar.open_under(self._dated.date_button, self._dated.milestone.target_date, today)

    def _date_chosen(self, day: date | None) -> None:
        if self._dated in self._rows and self._dated is not None:
            self._dated.set_date(day)


def _same(rows: list[MilestoneRow], milestone: Milestone) -> MilestoneRow | None:
    """The unsaved row of this milestone, taken from `rows`."""
    row = next((row for row in rows if row.milestone == milestone), None)
    if row is not None:
        rows.remove(row)
    return row
