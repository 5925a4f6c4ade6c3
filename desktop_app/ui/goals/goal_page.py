"""The page of one goal: its fields, each with its note and dot, from the title down to plan and milestones."""

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.domain.goals import Phase
from desktop_app.ui.goals.changed_dot import ChangedDot
from desktop_app.ui.goals.clock import Clock
from desktop_app.ui.goals.deadline_field import DeadlineField
from desktop_app.ui.goals.field import EditorField
from desktop_app.ui.goals.field_slot import FieldSlot
from desktop_app.ui.goals.history.view import HistoryView
from desktop_app.ui.goals.markdown_edit import MarkdownEdit
from desktop_app.ui.goals.meta_rows import MetaRows
from desktop_app.ui.goals.milestone_list import MilestoneList
from desktop_app.ui.goals.notice import FieldNote
from desktop_app.ui.goals.notice_area import NoticeArea
from desktop_app.ui.goals.phase_control import PhaseControl
from desktop_app.ui.goals.progress_row import ProgressRow
from desktop_app.ui.goals.tabs import TabRow
from desktop_app.ui.goals.tag_row import TagRow
from desktop_app.ui.goals.template_field import TemplateField
from desktop_app.ui.goals.templates import TEMPLATE_NAMES, template_plan
from desktop_app.ui.goals.title_field import TitleField
from desktop_app.ui.theme.theme import Theme

_PLAN, _MILESTONES, _HISTORY = 0, 1, 2
_FIELD_WORDS = {"content": "plan"}


class GoalPage(QWidget):
    """Places the parts. `slots` and `dots` are by the fields' names in GoalFields."""

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("editor_body")
        self.notices = NoticeArea(theme)
        self.title, self.deadline, self.template = TitleField(), DeadlineField(theme, clock), TemplateField()
        self.tags, self.plan, self.milestones = TagRow(theme), MarkdownEdit(theme), MilestoneList(theme, clock)
        self.phase, self.progress = PhaseControl(), ProgressRow()
        self.tabs = TabRow(("Plan", "Milestones", "History"), theme)
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
        }
        self.slots = {
            name: FieldSlot(name, field, FieldNote(_FIELD_WORDS.get(name, name))) for name, field in fields.items()
        }
        self._arrange()

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What Tab goes through, from top to bottom; tags and milestones put theirs between by themselves."""
        segments = [self.phase.segment(phase) for phase in (Phase.DRAFT, Phase.ACTIVE, Phase.COMPLETED)]
        return (
            *(*self.notices.buttons, self.title.editor, *segments),
            *(self.deadline.button, self.deadline.editor, self.template.button, self.tags.add_button, self.tags.editor),
            *(
                *self.tabs.tabs,
                *self.plan.buttons,
                self.plan.source_switch,
                self.plan.offer,
                self.plan.editor,
                self.milestones.add_line,
            ),
        )

    def open_tab(self, field: str) -> None:
        """Open the tab that shows `field`, if it is in one."""
        self.tabs.open(_MILESTONES if field == "milestones" else _PLAN)

    def open_history(self) -> None:
        """Open the tab with the changes."""
        self.tabs.open(_HISTORY)

    def count_history(self, count: int | None) -> None:
        """Show how many changes there are; None where that is not known."""
        self.tabs.tabs[_HISTORY].show_count(count)

    def show_derived(self) -> None:
        """Show what follows from the fields: progress, counts, and headings to begin with."""
        milestones = self.milestones.value()
        done = sum(milestone.is_done for milestone in milestones)
        self.progress.show_progress(done, len(milestones))
        self.tabs.tabs[_MILESTONES].show_count(len(milestones))
        template = self.template.value()
        self.plan.offer_headings(TEMPLATE_NAMES[template] if template_plan(template) else "")

    def mark(self, fields: Collection[str]) -> None:
        """Put the dot on fields that the coach changed, or on the tab behind which they are."""
        for name in fields:
            if name in self.dots:
                self.dots[name].show()
        for index, name in ((_PLAN, "content"), (_MILESTONES, "milestones")):
            # Open milestones have dots of their own.
            if name in fields and (index == _PLAN or self.tabs.current != index):
                self.tabs.tabs[index].show_dot(True)

    def clear_marks(self) -> None:
        """Take all dots away."""
        for dot in self.dots.values():
            dot.hide()
        for tab in self.tabs.tabs:
            tab.show_dot(False)
        self.milestones.mark_changed(())

    def _arrange(self) -> None:
        self._tab_pages = QStackedWidget()
        for name in ("content", "milestones"):
            self._tab_pages.addWidget(_tab_page(self.slots[name]))
        self._tab_pages.addWidget(self.history)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 12)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addLayout(self._title_row())
        column.addWidget(self.slots["title"].note)
        column.addSpacing(8)
        column.addWidget(self.phase)
        column.addSpacing(10)
        column.addLayout(self._meta())
        column.addSpacing(6)
        column.addWidget(self.tabs)
        column.addWidget(self._tab_pages, 1)

    def _title_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
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
