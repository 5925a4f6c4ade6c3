"""What was asked, and the two answers below it: side by side, or one above the other where it is narrow."""

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.domain.comparisons import Side
from desktop_app.ui.chat.items import YouItem
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.compare.answer_panel import AnswerPanel
from desktop_app.ui.theme.theme import Theme

NARROW_PX: Final = 720
SIDE_PX: Final = 24
_GAP: Final = 16
_LEAST_ANSWER_PX: Final = 300
_MOST_OF_QUESTION: Final = 0.25
# The thread keeps this much free at either side of its column.
_THREAD_SIDE: Final = 20
_AS_WIDE_AS_IT_IS: Final = 100_000


class CompareView(QWidget):
    """Places a question and two panels; whoever compares fills them."""

    model_wanted = Signal(object)  # Side
    keep_requested = Signal(object)  # Side

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = ThreadView(theme)
        self.panels = {side: AnswerPanel(theme, number) for number, side in enumerate(Side, 1)}
        self._answers = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._scroll = QScrollArea()
        self._build()
        for side, panel in self.panels.items():
            panel.model_wanted.connect(partial(self.model_wanted.emit, side))
            panel.keep_requested.connect(partial(self.keep_requested.emit, side))
        self._keys = [self._add_key(number, panel) for number, panel in enumerate(self.panels.values(), 1)]

    @property
    def is_stacked(self) -> bool:
        """Whether the answers stand one above the other."""
        return self._answers.direction() is QBoxLayout.Direction.TopToBottom

    @property
    def question(self) -> ThreadView:
        """What was asked."""
        return self._question

    def show_question(self, item: YouItem | None) -> None:
        """Show what was asked, None before anything is."""
        self._question.set_items([item] if item else [])
        self._question.setVisible(item is not None)
        self._answers.setContentsMargins(SIDE_PX, 0 if item else _GAP, SIDE_PX, 0)
        self._fit_question()

    def set_zoom(self, zoom: float) -> None:
        """Show everything larger or smaller, 1.0 being the design's size."""
        for thread in (self._question, *(panel.thread_view for panel in self.panels.values())):
            thread.set_zoom(zoom)
        self._fit_question()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < NARROW_PX
        way = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        self._answers.setDirection(way)
        for panel in self.panels.values():
            panel.setMinimumHeight(_LEAST_ANSWER_PX if is_narrow else 0)
        self._fit_question()

    def _fit_question(self) -> None:
        """As high as the question is, up to a share of the view; then it scrolls."""
        most = max(int(self.height() * _MOST_OF_QUESTION), 60)
        self._question.setFixedHeight(min(int(self._question.column.height * self._question.zoom), most))

    def _build(self) -> None:
        self._question.set_look("canvas", _AS_WIDE_AS_IT_IS)
        self._question.setAccessibleName("What you asked")
        holder = QWidget()
        holder.setLayout(self._answers)
        self._answers.setSpacing(_GAP)
        for panel in self.panels.values():
            self._answers.addWidget(panel, 1)
        self._scroll.setWidget(holder)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for widget in (holder, self._scroll.viewport()):
            widget.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, _GAP)
        column.setSpacing(0)
        question = QVBoxLayout()
        question.setContentsMargins(SIDE_PX - _THREAD_SIDE, 0, SIDE_PX - _THREAD_SIDE, 0)
        question.addWidget(self._question)
        column.addLayout(question)
        column.addWidget(self._scroll, 1)

    def _add_key(self, number: int, panel: AnswerPanel) -> QShortcut:
        key = QShortcut(QKeySequence(f"Alt+{number}"), self)
        key.setContext(Qt.ShortcutContext.WindowShortcut)
        key.activated.connect(panel.keep.click)
        return key
