"""How far a goal is: a bar and its figure, and how the figure came about."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from desktop_app.domain.goals import GoalFields
from desktop_app.domain.progress import progress_of
from desktop_app.ui.theme.stylesheet import restyle


class ProgressRow(QWidget):
    """The bar with "2 of 6" behind it, "63 %" where there are measures, or words where nothing counts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.bar.setFixedHeight(6)
        self.bar.setRange(0, 100)
        self.label = QLabel()
        self.label.setProperty("role", "small")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.label)
        self.show_progress(GoalFields(title=""))

    def show_progress(self, fields: GoalFields) -> None:
        """Show how far a goal is by its milestones and measures; the tool tip says how that came about."""
        progress = progress_of(fields)
        percent = progress.percent
        done, count = sum(step.is_done for step in fields.milestones), len(fields.milestones)
        self.bar.setVisible(percent is not None)
        self.bar.setValue(percent or 0)
        if percent is None:
            self.label.setText("No milestones yet" if not progress.parts else "Nothing counts")
        else:
            self.label.setText(f"{percent} %" if fields.measures else f"{done} of {count}")
        tone = "quiet" if percent is None else "secondary"
        if self.label.property("tone") != tone:
            self.label.setProperty("tone", tone)
            restyle(self.label)
        self.setToolTip(progress.sentence)
        self.bar.setAccessibleDescription(progress.sentence)
