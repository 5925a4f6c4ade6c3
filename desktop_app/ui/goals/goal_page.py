"""The page of one goal: its fields, each with its note and dot, from the title down to plan and milestones."""

from collections.abc import Collection
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.domain.check_ins import CheckInStatus
from desktop_app.domain.goals import GoalFields, Phase
from desktop_app.domain.progress import progress_of
from desktop_app.domain.templates import template_plan
from desktop_app.ui.goals.changed_dot import ChangedDot
from desktop_app.ui.goals.check_ins.view import CheckInsView
from desktop_app.ui.goals.clock import Clock
from desktop_app.ui.goals.deadline_field import DeadlineField
from desktop_app.ui.goals.field import EditorField
from desktop_app.ui.goals.field_note import FieldNote
from desktop_app.ui.goals.field_slot import FieldSlot
from desktop_app.ui.goals.history.view import HistoryView
from desktop_app.ui.goals.markdown_edit import MarkdownEdit
from desktop_app.ui.goals.measure_list import MeasureList
from desktop_app.ui.goals.meta_rows import MetaRows
from desktop_app.ui.goals.milestone_list import MilestoneList
from desktop_app.ui.goals.notice_area import NoticeArea
from desktop_app.ui.goals.overview_card import OverviewCard
from desktop_app.ui.goals.phase_control import PhaseControl
from desktop_app.ui.goals.progress_row import ProgressRow
from desktop_app.ui.goals.tabs import TabRow
from desktop_app.ui.goals.tag_row import TagRow
from desktop_app.ui.goals.template_field import TemplateField
from desktop_app.ui.goals.templates import TEMPLATE_NAMES
from desktop_app.ui.goals.title_field import TitleField
from desktop_app.ui.theme.theme import Theme

_PLAN, _MILESTONES, _MEASURES, _CHECK_INS, _HISTORY = 0, 1, 2, 3, 4
_TABBED = {"content": _PLAN, "milestones": _MILESTONES, "measures": _MEASURES}
_PHASE_PX = 230
_WIDEST_PX = 760
_NO_LIMIT_PX = (1 << 24) - 1
_FIELD_WORDS = {"content": "plan"}


class GoalPage(QWidget):
    """Places the parts. `slots` and `dots` are by the fields' names in GoalFields."""

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("editor_body")
        self.notices = NoticeArea(theme)
        self.title, self.deadline, self.template = TitleField(), DeadlineField(theme, clock), TemplateField()
        self.tags, self.plan, self.milestones = TagRow(theme), MarkdownEdit(theme), MilestoneList(theme, clock)
        self.measures = MeasureList(theme)
        self.phase, self.progress = PhaseControl(), ProgressRow()
        self.overview = OverviewCard(theme)
        self._clock, self._is_large = clock, False
        self.tabs = TabRow(("Plan", "Milestones", "Measures", "Check-ins", "History"), theme)
        self.check_ins = CheckInsView(theme)
        self.history = HistoryView(theme)
        self.tabs.opened.connect(self._open_page)
        self.dots = {name: ChangedDot(theme) for name in ("title", "deadline", "template", "tags")}
        fields: dict[str, EditorField] = {
            "title": self.title,
            "content": self.plan,
            "template": self.template,
            "deadline": self.deadline,
            "milestones": self.milestones,
            "tags": self.tags,
            "measures": self.measures,
        }
        self.slots = {
            name: FieldSlot(name, field, FieldNote(_FIELD_WORDS.get(name, name), theme), self._today)
            for name, field in fields.items()
        }
        self._arrange()

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What Tab goes through, from top to bottom; tags and milestones put theirs between by themselves."""
        segments = [self.phase.segment(phase) for phase in (Phase.DRAFT, Phase.ACTIVE, Phase.COMPLETED)]
        return (
            *(*self.notices.buttons, self.title.editor, *self.slots["title"].note.buttons, *segments),
            *(self.deadline.button, self.deadline.editor, *self.slots["deadline"].note.buttons),
            *(self.template.button, *self.slots["template"].note.buttons),
            *(self.tags.add_button, self.tags.editor, *self.slots["tags"].note.buttons),
            *(
                *self.tabs.tabs,
                *self.slots["content"].note.buttons,
                *self.plan.buttons,
                self.plan.source_switch,
                self.plan.offer,
                self.plan.editor,
                self.milestones.add_line,
                self.measures.add_line,
            ),
        )

    def set_large(self, is_large: bool, *, has_history_beside: bool) -> None:
        """Arrange for the large editor or for the pane; `has_history_beside` takes the history out of the tabs."""
        tab = self.tabs.tabs[_HISTORY]
        if has_history_beside and self.tabs.current == _HISTORY:
            self.tabs.open(_MILESTONES)
        tab.setVisible(not has_history_beside)
        if not has_history_beside and self._tab_pages.indexOf(self.history) < 0:
            self._tab_pages.addWidget(self.history)
            self.history.title.hide()
        if is_large != self._is_large:
            self._is_large = is_large
            self._place_phase()
            self._meta_rows.show_field(self.progress, not is_large)
            self.title.set_large(is_large)
            self.milestones.set_large(is_large)
        self._show_overview()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep lines at a width that can be read."""
        super().resizeEvent(event)
        self._fit()

    def open_tab(self, field: str) -> None:
        """Open the tab that shows `field`, if it is in one."""
        self.tabs.open(_TABBED.get(field, _PLAN))

    def open_check_ins(self) -> None:
        """Open the tab with the check-ins, ready for another one."""
        self.tabs.open(_CHECK_INS)
        self.check_ins.form.status.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_check_in_status(self, status: CheckInStatus | None) -> None:
        """Show how it went at the last check-in; None where there was none."""
        self.overview.show_status(status)

    def open_history(self) -> None:
        """Open the tab with the changes."""
        self.tabs.open(_HISTORY)

    def count_history(self, count: int | None) -> None:
        """Show how many changes there are; None where that is not known."""
        self.tabs.tabs[_HISTORY].show_count(count)

    def show_derived(self) -> None:
        """Show what follows from the fields: progress, counts, and headings to begin with."""
        milestones = self.milestones.value()
        self.progress.show_progress(self._counted())
        self.tabs.tabs[_MILESTONES].show_count(len(milestones))
        self.tabs.tabs[_MEASURES].show_count(len(self.measures.value()) or None)
        self._show_overview()
        template = self.template.value()
        self.plan.offer_headings(TEMPLATE_NAMES[template] if template_plan(template) else "")

    def mark(self, fields: Collection[str]) -> None:
        """Put the dot on fields that the coach changed, or on the tab behind which they are."""
        for name in fields:
            if name in self.dots:
                self.dots[name].show()
        for name, index in _TABBED.items():
            # Open milestones have dots of their own.
            if name in fields and (index != _MILESTONES or self.tabs.current != index):
                self.tabs.tabs[index].show_dot(True)

    def hint_at(self, fields: Collection[str]) -> None:
        """Put the dot on the tabs behind which something waits beside these fields."""
        for name, index in _TABBED.items():
            if name in fields and self.tabs.current != index:
                self.tabs.tabs[index].show_dot(True)

    def _today(self) -> date:
        return self._clock.today()

    def clear_marks(self) -> None:
        """Take all dots away."""
        for dot in self.dots.values():
            dot.hide()
        for tab in self.tabs.tabs:
            tab.show_dot(False)
        self.milestones.mark_changed(())

    def _arrange(self) -> None:
        self._tab_pages = QStackedWidget()
        for name in _TABBED:
            self._tab_pages.addWidget(_tab_page(self.slots[name]))
        self._tab_pages.addWidget(self.check_ins)
        self._tab_pages.addWidget(self.history)
        column = self._column = QVBoxLayout(self)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addLayout(self._title_row())
        column.addWidget(self.slots["title"].note)
        column.addSpacing(8)
        column.addWidget(self.phase)
        column.addSpacing(10)
        self._meta_rows = self._meta()
        column.addLayout(self._meta_rows)
        column.addSpacing(6)
        column.addWidget(self.overview)
        column.addSpacing(6)
        column.addWidget(self.tabs)
        column.addWidget(self._tab_pages, 1)

    def _place_phase(self) -> None:
        """Beside a large title, else under it."""
        if self._is_large:
            self._column.removeWidget(self.phase)
            self._head.addSpacing(16)
            self._head.addWidget(self.phase, 0, Qt.AlignmentFlag.AlignTop)
            self.phase.setFixedWidth(_PHASE_PX)
        else:
            self._head.removeWidget(self.phase)
            self._head.takeAt(self._head.count() - 1)
            self.phase.setMinimumWidth(0)
            self.phase.setMaximumWidth(_NO_LIMIT_PX)
            self._column.insertWidget(self._column.indexOf(self.slots["title"].note) + 2, self.phase)

    def _show_overview(self) -> None:
        self.overview.setVisible(self._is_large)
        if self._is_large:
            fields = self._counted()
            self.overview.show_goal(fields.milestones, progress_of(fields), self._clock.today())

    def _counted(self) -> GoalFields:
        """What counts for the progress."""
        return GoalFields(title="", milestones=self.milestones.value(), measures=self.measures.value())

    def _fit(self) -> None:
        side = max(40, (self.width() - _WIDEST_PX) // 2) if self._is_large else 20
        self._column.setContentsMargins(side, 24 if self._is_large else 12, side, 12)

    def _title_row(self) -> QHBoxLayout:
        row = self._head = QHBoxLayout()
        row.addSpacing(-2)  # the field's frame stands out, so that its words are in line with the rest
        row.addWidget(self.title, 1)
        row.addWidget(self.dots["title"], 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _meta(self) -> MetaRows:
        rows = MetaRows()
        for word, name in (("Deadline", "deadline"), ("Template", "template"), ("Tags", "tags")):
            slot = self.slots[name]
            inset_px = 3 if name == "deadline" else 0
            rows.add_field(word, slot.field, self.dots[name], slot.note, fills=name == "tags", inset_px=inset_px)
        rows.add_field("Progress", self.progress, None, None, fills=True)
        return rows

    def _open_page(self, index: int) -> None:
        self._tab_pages.setCurrentIndex(index)
        self.tabs.tabs[index].show_dot(False)


def _tab_page(slot: FieldSlot) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(slot.note)
    column.addWidget(slot.field, 1)
    return page
