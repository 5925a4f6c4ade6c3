"""One of the two answers: who gives it and how far it is, what it says and took, and the button to keep it."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.compare.answer_rows import AnswerRows
from desktop_app.ui.compare.figures import FigureRow
from desktop_app.ui.models.model_pill import ModelPill
from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.theme import Theme

_PAD: Final = 20
_HEAD_PX: Final = 48
_FOOT_PX: Final = 60


class AnswerPanel(QFrame):
    """Shows what it is told. `number` is 1 or 2, and Alt with it keeps the answer."""

    model_wanted = Signal()
    keep_requested = Signal()

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme = theme
        self._number = number
        self.pill = ModelPill(theme)
        self.thread_view = ThreadView(theme)
        self.rows = AnswerRows(self.thread_view)
        self.keep = push_button("Keep this answer")
        self._status = QLabel()
        self._advice = QLabel()
        self._figures = FigureRow(theme)
        self._middle = QStackedWidget()
        self._build()
        self.pill.clicked.connect(self.model_wanted)
        self.keep.clicked.connect(self.keep_requested)
        theme.changed.connect(self._follow_theme)
        self._follow_theme()

    def set_model_name(self, name: str) -> None:
        """Name the parts after the model, for those who hear them."""
        which = "First" if self._number == 1 else "Second"
        self.setAccessibleName(f"{which} answer, {name}")
        self.thread_view.setAccessibleName(f"{which} answer, {name}")
        self.keep.setAccessibleName(f"Keep the answer of {name}")

    def set_status(self, words: str, wins: str = "") -> None:
        """How far the answer is, with the model's wins so far behind it."""
        self._status.setText(words or wins)
        self._status.setToolTip(wins)

    def set_advice(self, words: str) -> None:
        """Say something in the place of an answer that is not there yet; empty shows the answer."""
        self._advice.setText(words)
        self._middle.setCurrentIndex(1 if words else 0)

    def set_keep(self, words: str, *, enabled: bool) -> None:
        """What keeping is called now, and whether it is possible."""
        self.keep.setText(words)
        self.keep.setEnabled(enabled)

    @property
    def figures(self) -> FigureRow:
        """What the answer took."""
        return self._figures

    @property
    def status(self) -> str:
        """How far the answer is, as it is shown."""
        return self._status.text()

    def _build(self) -> None:
        self.setProperty("kind", "card")
        self.thread_view.set_look("surface")
        self.keep.setToolTip(f"Keep this answer (Alt+{self._number})")
        self._status.setProperty("role", "small")
        self._status.setProperty("tone", "quiet")
        self._advice.setProperty("tone", "quiet")
        self._advice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._advice.setWordWrap(True)
        self._advice.setMargin(_PAD)
        self._middle.addWidget(self.thread_view)
        self._middle.addWidget(self._advice)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(_bar(_HEAD_PX, self.pill, self._status))
        column.addWidget(_line())
        column.addWidget(self._middle, 1)
        column.addWidget(_line())
        column.addWidget(_bar(_FOOT_PX, self._figures, self.keep))

    def _follow_theme(self) -> None:
        self.keep.setIcon(self._theme.icon("check", "text"))


def _bar(height_px: int, left: QWidget, right: QWidget) -> QWidget:
    bar = QWidget()
    bar.setFixedHeight(height_px)
    row = QHBoxLayout(bar)
    row.setContentsMargins(_PAD, 0, _PAD, 0)
    row.setSpacing(12)
    row.addWidget(left, 0 if isinstance(left, ModelPill) else 1)
    if isinstance(left, ModelPill):
        row.addStretch(1)
    row.addWidget(right)
    return bar


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("kind", "line")
    return line
