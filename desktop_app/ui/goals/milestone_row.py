"""One milestone: its tick, title, date and, on demand, its description."""

from dataclasses import replace
from datetime import date
from typing import Final

from PySide6.QtCore import QEvent, QLocale, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from desktop_app.domain.goals import Milestone
from desktop_app.domain.ids import MilestoneId
from desktop_app.ui.goals.auto_height_edit import AutoHeightEdit, is_past_typing
from desktop_app.ui.goals.changed_dot import ChangedDot
from desktop_app.ui.goals.clock import Clock
from desktop_app.ui.goals.dates import distance_words, short_date, shown_date
from desktop_app.ui.goals.milestone_grip import MilestoneGrip
from desktop_app.ui.theme.controls import icon_button, menu, push_button
from desktop_app.ui.theme.stylesheet import restyle
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import SMALL

_DISTANCE_PX: Final = 84


class MilestoneRow(QFrame):
    """Shows and edits one milestone. Typing emits `typed`; a tick or a date emits `settled`."""

    typed = Signal()
    settled = Signal()
    move_requested = Signal(int)
    delete_requested = Signal()
    step_requested = Signal(int)
    calendar_requested = Signal()
    drag_moved = Signal(int)  # how far down on the screen
    drag_ended = Signal()

    def __init__(self, milestone: Milestone, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("milestone_row")
        self._milestone = milestone
        self._clock = clock
        self.sent: Milestone | None = None
        self.check = QCheckBox()
        self.check.setProperty("kind", "milestone")
        self.check.clicked.connect(self.toggle)
        self.title = QLineEdit()
        self.title.setObjectName("milestone_title")
        self.title.setAccessibleName("Milestone title")
        self.title.textEdited.connect(self._title_typed)
        self.dot = ChangedDot(theme)
        self.date_button = push_button("", kind="ghost", scale="small")
        self.date_button.setObjectName("milestone_date")
        self.date_button.clicked.connect(self.calendar_requested)
        self.distance = QLabel()
        self.distance.setObjectName("milestone_distance")
        self.distance.setProperty("tone", "secondary")
        self.distance.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.distance.setFixedWidth(_DISTANCE_PX)
        self.distance.hide()
        self.grip = MilestoneGrip(theme)
        self.grip.dragged.connect(self.drag_moved)
        self.grip.dropped.connect(self.drag_ended)
        self.more = icon_button(theme, "ellipsis", "More for this milestone", scale="small")
        self.description = AutoHeightEdit(SMALL.line_px, most_lines=8, takes_lines=True)
        self.description.setObjectName("milestone_description")
        self.description.setAccessibleName("Milestone description")
        self.description.setPlaceholderText("Description")
        self.description.setFont(theme.font(SMALL))
        self.description.typed.connect(self._description_typed)
        self._arrange()
        self._fill_menu(theme)
        for part in self.parts:
            part.installEventFilter(self)
        self.load(milestone)

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """What can have the focus, in the order of Tab."""
        return (self.check, self.title, self.date_button, self.more, self.description)

    @property
    def milestone(self) -> Milestone:
        """What stands in the row."""
        return self._milestone

    def load(self, milestone: Milestone) -> None:
        """Show a milestone; a cursor stays where it is."""
        self._milestone = milestone
        if self.title.text() != milestone.title:
            position = self.title.cursorPosition()
            self.title.setText(milestone.title)
            self.title.setCursorPosition(position if self.title.hasFocus() else 0)
        if self.description.text() != milestone.description:
            self.description.load(milestone.description)
        if not self.description.hasFocus():
            self.description.setVisible(bool(milestone.description))
        self._show_state()

    def adopt(self, milestone_id: MilestoneId | None) -> None:
        """Take the identity that storage gave."""
        self._milestone = replace(self._milestone, id=milestone_id)

    def set_large(self, is_large: bool) -> None:
        """Say in a column of its own how far away it is, or not."""
        self.distance.setVisible(is_large)

    def set_date(self, day: date | None) -> None:
        """Set the target date as the person's choice."""
        if day != self._milestone.target_date:
            self._milestone = replace(self._milestone, target_date=day)
            self._show_state()
            self.settled.emit()

    def toggle(self) -> None:
        """Tick it, or take the tick back."""
        done_at = None if self._milestone.is_done else self._clock.now()
        self._milestone = replace(self._milestone, done_at=done_at)
        self._show_state()
        self.settled.emit()

    def describe(self) -> None:
        """Show the description and put the cursor in it."""
        self.description.show()
        self.description.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of a row, wherever in it the focus is."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if watched is self.title and is_past_typing(
                event, self.title.isUndoAvailable(), self.title.isRedoAvailable()
            ):
                event.ignore()  # it goes on to the editor
                return True
            if self._key_pressed(watched, event):
                return True
        if event.type() is QEvent.Type.FocusOut and watched is self.description and not self.description.text():
            self.description.hide()
        return super().eventFilter(watched, event)

    def _key_pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.move_requested.emit(step)
            return True
        if step and watched in {self.check, self.title}:
            self.step_requested.emit(step)
            return True
        if watched is self.check and event.key() in {Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.title.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if watched is self.check and event.key() == Qt.Key.Key_Delete:
            self.delete_requested.emit()
            return True
        if watched is self.title and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.step_requested.emit(1)
            return True
        return False

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.title, 1)
        head.addWidget(self.dot)
        head.addWidget(self.date_button)
        head.addWidget(self.distance)
        head.addWidget(self.more)
        layout = QGridLayout(self)
        layout.setContentsMargins(2, 4, 2, 4)
        layout.setHorizontalSpacing(6)
        layout.setVerticalSpacing(0)
        layout.addWidget(self.grip, 0, 0)
        layout.addWidget(self.check, 0, 1)
        layout.addLayout(head, 0, 2)
        layout.addWidget(self.description, 1, 2)
        layout.setColumnStretch(2, 1)

    def _fill_menu(self, theme: Theme) -> None:
        actions = menu(self)
        for icon, text, keys, slot in (
            ("pencil", "Description", "", self.describe),
            ("calendar", "Date…", "", self.calendar_requested),
            ("arrow-up", "Move up", "Alt+Up", self._move_up),
            ("arrow-down", "Move down", "Alt+Down", self._move_down),
            ("trash-2", "Delete", "Del", self.delete_requested),
        ):
            action = QAction(theme.icon(icon), text, self)
            if keys:
                action.setShortcut(QKeySequence(keys))
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown; the row's own keys do it
            action.triggered.connect(slot)
            actions.addAction(action)
        self.more.setMenu(actions)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _move_up(self) -> None:
        self.move_requested.emit(-1)

    def _move_down(self) -> None:
        self.move_requested.emit(1)

    def _title_typed(self, text: str) -> None:
        self._milestone = replace(self._milestone, title=text)
        self._name_parts()
        self.typed.emit()

    def _description_typed(self) -> None:
        self._milestone = replace(self._milestone, description=self.description.text())
        self.typed.emit()

    def _show_state(self) -> None:
        done = self._milestone.is_done
        self.check.setChecked(done)
        if self.title.property("done") is not done:
            self.title.setProperty("done", done)
            font = self.title.font()
            font.setStrikeOut(done)
            self.title.setFont(font)
            restyle(self.title)
        self._show_date()
        self._name_parts()

    def _show_date(self) -> None:
        day, today = self._milestone.target_date, self._clock.today()
        is_late = day is not None and day < today and not self._milestone.is_done
        self.date_button.setText(short_date(day, today, QLocale()) if day else "Date")
        self.distance.setText("Done" if self._milestone.is_done else distance_words(day, today) if day else "")
        hint = f"{shown_date(day, QLocale())}, {distance_words(day, today)}" if day else "Set a date"
        self.date_button.setToolTip(shown_date(day, QLocale()) if day and self._milestone.is_done else hint)
        state = "late" if is_late else "set" if day else "none"
        if self.date_button.property("state") != state:
            self.date_button.setProperty("state", state)
            restyle(self.date_button)

    def _name_parts(self) -> None:
        title = self._milestone.title or "Milestone"
        self.check.setAccessibleName(f"{title}, {'done' if self._milestone.is_done else 'open'}")
        self.date_button.setAccessibleName(f"Date of {title}: {self.date_button.text()}")
        self.more.setAccessibleName(f"More for {title}")
        self.title.setToolTip(title if len(title) > 30 else "")
