"""The goal editor: one goal as a document that the person and the coach write."""

from collections.abc import Collection
from itertools import pairwise
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.domain.goals import Goal, GoalDraft, GoalEdit, GoalFields, Phase, Template
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import FieldChange
from desktop_app.domain.templates import template_plan
from desktop_app.ui.goals.changed_dot import ChangedDot
from desktop_app.ui.goals.clock import Clock
from desktop_app.ui.goals.empty_page import EmptyPage
from desktop_app.ui.goals.field_slot import FieldSlot
from desktop_app.ui.goals.field_slots import FieldSlots
from desktop_app.ui.goals.goal_page import GoalPage
from desktop_app.ui.goals.header import EditorHeader, SaveStatus
from desktop_app.ui.goals.proposal_bar import ProposalBar
from desktop_app.ui.goals.style import editor_stylesheet
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import EDITOR_WIDTH

_HISTORY_PX: Final = 440
_BESIDE_FROM_PX: Final = 940
_LARGE_KEYS: Final = QKeySequence("Ctrl+Shift+Return")
__all__ = ["GoalEditorView", "SaveStatus"]


class GoalEditorView(QFrame):
    """Shows a goal and what the person makes of it. It knows no service; it tells what is wanted by signals.

    `edited` comes with each change of a field, `field_left` when it is time to save it; `phase_requested` gives a
    phase, after the person was asked where that is due; `coach_undo_requested` is the banner's Undo.
    """

    edited = Signal()
    field_left = Signal()
    phase_requested = Signal(str)
    undo_requested = Signal()
    redo_requested = Signal()
    coach_undo_requested = Signal()
    retry_requested = Signal()
    new_goal_requested = Signal()
    close_pane_requested = Signal()
    archive_requested = Signal()
    restore_requested = Signal()
    coach_change_seen = Signal()
    large_requested = Signal(bool)
    field_proposal_taken = Signal(str)
    field_proposal_left = Signal(str)

    def __init__(self, theme: Theme, clock: Clock | None = None, parent: QWidget | None = None) -> None:
        theme.load_more_fonts()
        super().__init__(parent)
        self.setObjectName("goal_editor")
        self.setAccessibleName("Goal editor")
        self.setMinimumWidth(320)
        self._theme = theme
        self.clock = clock or Clock()
        self._goal_id: GoalId | None = None
        self._is_open = self._is_large = False
        self.header = EditorHeader(theme)
        self.proposals = ProposalBar(theme)
        self.empty, self.page = EmptyPage(theme), GoalPage(theme, self.clock)
        page = self.page
        self._slots = FieldSlots(page.slots)
        self.notices, self.phase, self.progress, self.tabs = page.notices, page.phase, page.progress, page.tabs
        self.title, self.deadline, self.template = page.title, page.deadline, page.template
        self.tags, self.plan, self.milestones = page.tags, page.plan, page.milestones
        self.history, self.measures = page.history, page.measures
        self._arrange()
        self._connect()
        self._dress()
        self.show_goal(None)

    def slot(self, name: str) -> FieldSlot:
        """The state of one field by its name in GoalFields."""
        return self._slots[name]

    def dot_of(self, name: str) -> ChangedDot:
        """The dot beside one of the fields over the tabs."""
        return self.page.dots[name]

    @property
    def goal_id(self) -> GoalId | None:
        """The open goal; None for none, or for a new one that is not stored yet."""
        return self._goal_id

    @property
    def is_new(self) -> bool:
        """Whether a goal is open that is not stored yet."""
        return self._is_open and self._goal_id is None

    def show_goal(self, goal: Goal | None, text: str = "") -> None:
        """Show `goal` in place of the one before, whose unsaved text is gone; None shows the empty page with `text`."""
        self._open(goal.id if goal else None, goal.fields if goal else None)
        self.empty.tell(text)

    def show_new(self, template: Template = Template.SMART) -> None:
        """Show an empty goal that is stored with its first words, with the cursor in its title."""
        self._open(None, GoalFields(title="", template=template))
        self._slots["template"].show(template)
        self.title.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def become(self, goal: Goal, edit: GoalEdit) -> None:
        """The new goal was stored as `goal` from `edit`; what was typed since stays."""
        self._goal_id = goal.id
        self.mark_saved(goal, edit)
        self._slots.show_unsent(goal, edit)

    def refresh(self, goal: Goal, changed_fields: Collection[str], by_coach: bool) -> None:
        """Show what somebody else stored; fields that are dirty or being typed in keep what the person wrote."""
        stored = self._slots["milestones"].stored
        before = stored if isinstance(stored, tuple) else ()
        self._slots.receive(goal, changed_fields, by_coach=by_coach)
        if by_coach:
            self.page.mark(changed_fields)
            new = {item.id for item in goal.fields.milestones if item not in before}
            self.milestones.mark_changed(new if "milestones" in changed_fields else ())
            self.notices.show_coach_change(changed_fields)
        self._show_phase(goal.phase)
        self.page.show_derived()

    def put_back(self, goal: Goal, changed_fields: Collection[str]) -> None:
        """Show what the person asked for, for example by undo, also in the field with the cursor."""
        self._slots.put_back(goal, changed_fields)
        self._show_phase(goal.phase)
        self.page.show_derived()

    def edit(self, *, tells: bool = True) -> GoalEdit:
        """The fields that the person changed and that are not saved; marks them as being on their way.

        `tells` says beside a field what is half typed in it.
        """
        return self._slots.edit(tells=tells)

    @property
    def is_dirty(self) -> bool:
        """Whether anything is not saved."""
        return self._is_open and self._slots.are_dirty

    @property
    def has_problem(self) -> bool:
        """Whether a field holds what cannot be kept."""
        return self._slots.have_problem

    def draft(self) -> GoalDraft | None:
        """What stands in the editor, if anything of it is not saved."""
        if not self.is_dirty:
            return None
        return GoalDraft(self._goal_id, self.title.value(), self.plan.value(), self.deadline.value())

    def finish_typing(self) -> None:
        """Take in what is half typed in any field, as when it is left."""
        for slot in self._slots:
            slot.field.finish()

    def type_in(self, edit_values: dict[str, Any]) -> None:
        """Put values in as if the person had just typed them."""
        for name, value in edit_values.items():
            self._slots[name].type_in(value)
        self.page.show_derived()

    def mark_saved(self, goal: Goal, edit: GoalEdit) -> None:
        """`edit` is stored; its fields are clean where they did not change since."""
        self._slots.mark_saved(goal, edit)
        self._show_phase(goal.phase)
        self.page.show_derived()

    def show_problem(self, field: str, text: str) -> None:
        """Say beside a field why it cannot be kept as it is."""
        self._slots[field].note.show_problem(text)

    def show_proposed(self, changes: Collection[FieldChange]) -> None:
        """Show beside each field what the coach proposes for it; without changes nothing."""
        self._slots.propose(changes)
        self.page.hint_at([change.field for change in changes])

    def set_save_status(self, status: SaveStatus, text: str = "") -> None:
        """Show whether all is saved; `text` says what went wrong."""
        self.header.set_status(status)
        self.notices.show_error(text)

    def tell(self, text: str) -> None:
        """Show a passing sentence, for example why something cannot be undone; the next edit takes it away."""
        self.notices.tell(text)

    def withdraw_coach_change(self) -> None:
        """Take the banner away, since the coach's change was taken back."""
        self.notices.clear_passing()

    def open_tab(self, field: str) -> None:
        """Open the tab that shows `field`, if it is in one."""
        self.page.open_tab(field)

    def set_large(self, is_large: bool) -> None:
        """Show the goal over the room of the chat, with its history beside it, or in its pane."""
        if is_large != self._is_large:
            self._is_large = is_large
            self.header.set_large(is_large)
            self._place_history()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The history is beside the goal where there is room for it."""
        super().resizeEvent(event)
        self._place_history()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo over both hands, wherever a field has nothing of its own to take back."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_requested.emit()
        elif QKeySequence(event.keyCombination()) == _LARGE_KEYS:
            self.large_requested.emit(not self._is_large)
        else:
            super().keyPressEvent(event)

    def _open(self, goal_id: GoalId | None, fields: GoalFields | None) -> None:
        self._goal_id, self._is_open = goal_id, fields is not None
        shown = fields or GoalFields(title="")
        self._slots.show(shown)
        self._slots.propose(())
        self.page.clear_marks()
        self.notices.clear()
        self.header.set_status(SaveStatus.SAVED if goal_id is not None else SaveStatus.NOTHING)
        self._pages.setCurrentIndex(1 if self._is_open else 0)
        self._place_history()
        self._show_phase(shown.phase)
        self.page.show_derived()

    def _show_phase(self, phase: Phase) -> None:
        self.phase.show_phase(phase)
        is_archived = phase is Phase.ARCHIVED
        self.notices.show_archived(is_archived)
        self.header.show_goal(is_open=self._is_open, is_archived=is_archived)
        self.deadline.count_days(phase in {Phase.DRAFT, Phase.ACTIVE})

    def _place_history(self) -> None:
        is_beside = self._is_large and self._is_open and self.width() >= _BESIDE_FROM_PX
        if is_beside:
            self._side_column.addWidget(self.history)
            self.history.title.show()
            self.history.show()
        self._side.setVisible(is_beside)
        self.page.set_large(self._is_large, has_history_beside=is_beside)

    def _arrange(self) -> None:
        self._side = QFrame()
        self._side.setObjectName("history_side")
        self._side.setFixedWidth(_HISTORY_PX)
        self._side_column = QVBoxLayout(self._side)
        self._side_column.setContentsMargins(16, 4, 16, 12)
        self._side.hide()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._pages, 1)
        body.addWidget(self._side)
        layout.addWidget(self.proposals)
        layout.addLayout(body, 1)
        self.resize(EDITOR_WIDTH, 800)
        head = (self.header.back, self.header.undo, self.header.large, self.header.more, self.header.close_pane)
        for before, after in pairwise((*head, *self.proposals.notice.buttons, *self.page.controls)):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        for slot in self._slots:
            slot.changed.connect(self._field_changed)
            slot.left.connect(self.field_left)
            slot.proposal_taken.connect(self.field_proposal_taken)
            slot.proposal_left.connect(self.field_proposal_left)
        for wish, signal in (
            (self.header.undo_requested, self.undo_requested),
            (self.header.redo_requested, self.redo_requested),
            (self.plan.undo_requested, self.undo_requested),
            (self.plan.redo_requested, self.redo_requested),
            (self.header.retry_requested, self.retry_requested),
            (self.header.large_requested, self.large_requested),
            (self.header.archive_requested, self.archive_requested),
            (self.header.restore_requested, self.restore_requested),
            (self.header.new_goal_requested, self.new_goal_requested),
            (self.header.close_pane_requested, self.close_pane_requested),
            (self.empty.new_goal_requested, self.new_goal_requested),
            (self.notices.undo_requested, self.coach_undo_requested),
            (self.notices.restore_requested, self.restore_requested),
            (self.notices.phase_confirmed, self.phase_requested),
        ):
            wish.connect(signal)
        self.notices.review_requested.connect(self._review)
        self.phase.phase_requested.connect(self._ask_for_phase)
        self.plan.template_wanted.connect(self._write_headings)
        self._theme.changed.connect(self._dress)

    def _field_changed(self) -> None:
        self.notices.clear_passing()
        self.page.show_derived()
        self.edited.emit()

    def _ask_for_phase(self, phase: str) -> None:
        still_open = sum(not milestone.is_done for milestone in self.milestones.value())
        if phase == Phase.COMPLETED and still_open:
            self.notices.ask_to_complete(still_open)
        else:
            self.phase_requested.emit(phase)

    def _review(self, _fields: list[str]) -> None:
        self.page.open_history()
        self.coach_change_seen.emit()

    def _write_headings(self) -> None:
        self.plan.write(template_plan(self.template.value()))

    def _dress(self) -> None:
        self.setStyleSheet(editor_stylesheet(self._theme.tokens))
