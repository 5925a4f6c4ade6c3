"""How far a goal is: a bar and its figure, by milestones."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget


class ProgressRow(QWidget):
    """The bar with "2 of 6" behind it, or a sentence where there is nothing to count."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.bar.setFixedHeight(6)
        self.label = QLabel()
        self.label.setProperty("role", "small")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.label)
        self.show_progress(0, 0)

    def show_progress(self, done: int, count: int) -> None:
        """Show that `done` of `count` milestones are done."""
        self.bar.setVisible(count > 0)
        self.bar.setRange(0, max(count, 1))
        self.bar.setValue(done)
        self.label.setText(f"{done} of {count}" if count else "No milestones yet")
        self.label.setProperty("tone", "secondary" if count else "quiet")
        self.label.setToolTip(f"{done} of {count} milestones are done" if count else "")
        self.bar.setToolTip(self.label.toolTip())
