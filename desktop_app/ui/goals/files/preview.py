"""What taking in a file would add and change, before anything is done."""

from datetime import date
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.goal_files import ImportAction, ImportPlan, ImportStep
from desktop_app.domain.goals import GoalFields
from desktop_app.domain.revision_diff import fields_diff
from desktop_app.ui.goals.history.diff_card import DiffCard
from desktop_app.ui.goals.style import editor_stylesheet
from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.theme import Theme

_SIZE: Final = QSize(620, 560)
_KEPT: Final = "What changes stays in the goal’s history, and can be undone there."


class ImportPreview(QDialog):
    """The goals of a file that are new or differ; the one that is chosen is compared below. Accepted by Import."""

    def __init__(self, plan: ImportPlan, name: str, theme: Theme, today: date, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import goals")
        self.setMinimumSize(_SIZE)
        self.setStyleSheet(editor_stylesheet(theme.tokens))
        self._theme, self._today = theme, today
        self._steps = [step for step in plan.steps if step.action is not ImportAction.SAME]
        head = QLabel(f"“{name}”: {sentence(plan)}")
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setProperty("strong", "true")
        head.setWordWrap(True)
        kept = QLabel(_KEPT)
        kept.setProperty("tone", "secondary")
        kept.setVisible(any(step.action is ImportAction.CHANGE for step in self._steps))
        self.list = QListWidget()
        self.list.setAccessibleName("Goals in the file")
        self.list.setSpacing(2)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for step in self._steps:
            self.list.addItem(_item(step))
        self.cards = QScrollArea()
        self.cards.setObjectName("history_cards")
        self.cards.setAccessibleName("What would be there")
        self.cards.setWidgetResizable(True)
        self.cards.setFrameShape(QFrame.Shape.NoFrame)
        self.cards.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        for part in (head, kept):
            column.addWidget(part)
        column.addWidget(self.list, 2)
        column.addWidget(self.cards, 3)
        column.addLayout(self._buttons())
        self.list.currentRowChanged.connect(self._compare)
        self.list.setCurrentRow(0)

    def _buttons(self) -> QHBoxLayout:
        self.accept_button = push_button("Import", "primary")
        self.accept_button.setDefault(True)
        self.accept_button.clicked.connect(self.accept)
        cancel = push_button("Cancel")
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.accept_button)
        return buttons

    def _compare(self, row: int) -> None:
        step = self._steps[row]
        body = QWidget()
        body.setObjectName("history_body")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        is_new = step.action is ImportAction.ADD
        diffs = fields_diff(GoalFields(title=""), step.record.goal.fields) if is_new else step.diffs
        for diff in diffs:
            card = DiffCard(diff, self._theme.tokens, self._today)
            card.restore.hide()
            column.addWidget(card)
        column.addStretch(1)
        self.cards.setWidget(body)


def sentence(plan: ImportPlan) -> str:
    """What a plan does, in words for the person."""
    added, changed, same = (plan.count(action) for action in ImportAction)
    parts = [f"{_goals(added)} new"] if added else []
    parts += [f"{_goals(changed)} would change"] if changed else []
    parts += [f"{_goals(same)} as {'it is' if same == 1 else 'they are'} already"] if same else []
    return ", ".join(parts) + "."


def told(plan: ImportPlan) -> str:
    """What taking it in did."""
    added, changed = plan.count(ImportAction.ADD), plan.count(ImportAction.CHANGE)
    parts = [f"{_goals(added)} added"] if added else []
    parts += [f"{_goals(changed)} changed"] if changed else []
    return f"Done: {', '.join(parts)}."


def _goals(count: int) -> str:
    return "1 goal" if count == 1 else f"{count:,} goals"


def _item(step: ImportStep) -> QListWidgetItem:
    title = step.record.goal.title
    item = QListWidgetItem(f"{title}\n{_what(step)}")
    item.setToolTip(title)
    return item


def _what(step: ImportStep) -> str:
    if step.action is ImportAction.ADD:
        count = len(step.record.check_ins)
        return f"New, {step.record.goal.phase.value}" + (f", with {_check_ins(count)}" if count else "")
    parts = [diff.label.lower() for diff in step.diffs]
    if step.new_check_ins:
        parts.append(_check_ins(len(step.new_check_ins)))
    changes = [f"Changes: {', '.join(parts)}"] if parts else []
    return "; ".join(changes + (["comes back, it was deleted here"] if step.is_deleted else [])).capitalize()


def _check_ins(count: int) -> str:
    return "1 check-in" if count == 1 else f"{count:,} check-ins"
