"""The window of traces: the list, one trace with its spans along the time, and what a span holds."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop_app.tracing.index import TraceHead
from desktop_app.tracing.records import SpanRecord
from desktop_app.ui.chat.printable import printable
from desktop_app.ui.goals.history.segments import Segments
from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.elided_label import ElidedLabel
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import HEADER
from desktop_app.ui.traces.details import SpanDetails
from desktop_app.ui.traces.share_bar import ShareBar
from desktop_app.ui.traces.trace_list import TraceList
from desktop_app.ui.traces.waterfall import Waterfall
from desktop_app.ui.traces.words import (
    UNTITLED,
    cost_words,
    happenings,
    seconds,
    state_words,
    token_words,
    what_was_sent,
)

FILTERS: Final = ("All", "Errors", "Slow", "Tools")
_SIZE: Final = QSize(1360, 860)
_LIST_PX: Final = 300
_DETAILS_PX: Final = 400
_FACTS: Final = ("Duration", "First token", "Tokens", "Cost", "Spans", "Status")
_NOTHING: Final = "No traces yet. They are kept on this computer, a line for each part of a turn, for 30 days."
_OFF: Final = "Traces are off. They can be turned on with the setting “tracing.enabled”."
_NOT_FOUND: Final = "No trace fits."


class TraceWindow(QWidget):
    """A window of its own beside the chat; Esc closes it. `shown` and `hidden` tell whether anybody looks."""

    filter_changed = Signal()
    open_requested = Signal()
    export_requested = Signal()
    shown = Signal()
    hidden = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Traces")
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search spans and text")
        self.search.setAccessibleName("Search the traces")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.filter_changed)
        self.filters = Segments("Show", FILTERS)
        self.filters.chosen.connect(self.filter_changed)
        self.list = TraceList(theme)
        self.nothing = _small(_NOTHING)
        self.title = ElidedLabel()
        self.title.setProperty("strong", "true")
        self.open_chat = push_button("Open in chat")
        self.open_chat.clicked.connect(self.open_requested)
        self.export = push_button("Export JSON")
        self.export.clicked.connect(self.export_requested)
        self.facts = {name: QLabel() for name in _FACTS}
        self.waterfall = Waterfall(theme)
        self.waterfall.span_chosen.connect(self._show_span)
        self.what = QLabel()
        self.what.setTextFormat(Qt.TextFormat.PlainText)
        self.what.setWordWrap(True)
        self.what.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sent_heading = _heading("What was sent")
        self.sent = ShareBar(theme)
        self.details = SpanDetails(theme)
        self.details.closed.connect(self.details.hide)
        self._body = self._build_body()
        self._arrange()
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.close)
        self.resize(_SIZE.boundedTo(self.screen().availableSize()))
        self.show_trace(None, ())

    @property
    def filter(self) -> str:
        """Which of the traces are wanted."""
        return FILTERS[self.filters.current]

    def show_heads(self, heads: Sequence[TraceHead], today: date, chosen: str, *, is_on: bool) -> None:
        """List these traces; `is_on` is whether new ones come."""
        self.list.show_heads(heads, today, chosen)
        is_filtered = bool(self.search.text().strip()) or self.filters.current > 0
        self.nothing.setText(_NOT_FOUND if is_filtered else _NOTHING if is_on else _OFF)
        self.nothing.setVisible(not heads)

    def show_trace(self, head: TraceHead | None, spans: Sequence[SpanRecord]) -> None:
        """Show one trace; None for none."""
        self._body.setVisible(head is not None)
        self.open_chat.setEnabled(head is not None and head.conversation_id is not None)
        self.export.setEnabled(head is not None)
        self.title.show_text("" if head is None else printable(head.title) or UNTITLED)
        if head is None:
            self.details.show_span(None)
            return
        first = head.first_token_ms
        told = ("–" if head.is_running else seconds(head.duration_ms), seconds(first) if first is not None else "–")
        values = (*told, token_words(head), cost_words(head) or "–", f"{head.span_count:,}", state_words(head))
        for name, value in zip(_FACTS, values, strict=True):
            self.facts[name].setText(value)
        self.waterfall.show_spans(spans)
        self.what.setText("\n".join(f"{at:7.2f} s   {words}" for at, words in happenings(self.waterfall.spans)))
        sent = what_was_sent(spans)
        self.sent.show_parts(sent)
        self.sent.setVisible(bool(sent))
        self.sent_heading.setText("What was sent, by length" if sent else "What was sent is not kept")

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self.shown.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nobody looks any more."""
        super().closeEvent(event)
        self.hidden.emit()

    def _show_span(self, place: int) -> None:
        self.details.show_span(self.waterfall.spans[place])
        self.details.show()

    def _build_body(self) -> QWidget:
        body = QWidget()
        facts = QGridLayout()
        facts.setHorizontalSpacing(32)
        facts.setVerticalSpacing(2)
        for column, (name, label) in enumerate(self.facts.items()):
            label.setProperty("strong", "true")
            label.setTextFormat(Qt.TextFormat.PlainText)
            facts.addWidget(_small(name), 0, column)
            facts.addWidget(label, 1, column)
        facts.setColumnStretch(len(self.facts), 1)
        column_ = QVBoxLayout(body)
        column_.setContentsMargins(20, 12, 20, 16)
        column_.setSpacing(12)
        column_.addLayout(facts)
        column_.addWidget(self.waterfall)
        column_.addWidget(_small("outlined: waiting · filled: writing · dark: tool · thin: the whole turn"))
        column_.addWidget(_heading("What happened"))
        column_.addWidget(self.what)
        column_.addWidget(self.sent_heading)
        column_.addWidget(self.sent)
        column_.addStretch(1)
        return body

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left())
        middle = QVBoxLayout()
        middle.setSpacing(0)
        head = QFrame()
        head.setProperty("kind", "header")
        head.setFixedHeight(HEADER)
        inside = QHBoxLayout(head)
        inside.setContentsMargins(20, 0, 20, 0)
        inside.addWidget(self.title, 1)
        inside.addWidget(self.open_chat)
        inside.addWidget(self.export)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._body)
        middle.addWidget(head)
        middle.addWidget(scroll, 1)
        row.addLayout(middle, 1)
        self.details.setFixedWidth(_DETAILS_PX)
        row.addWidget(self.details)

    def _left(self) -> QFrame:
        left = QFrame()
        left.setProperty("kind", "sidebar")
        left.setFixedWidth(_LIST_PX)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        top = QVBoxLayout()
        top.setContentsMargins(12, 0, 12, 0)
        top.setSpacing(8)
        name = _heading("Traces")
        name.setMinimumHeight(HEADER)
        for part in (name, self.search, self.filters):
            top.addWidget(part)
        column.addLayout(top)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        foot = _small("Stored on this computer, 30 days")
        foot.setContentsMargins(16, 0, 16, 0)
        column.addWidget(foot)
        self.nothing.setContentsMargins(16, 8, 16, 0)
        return left


def _small(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", "small")
    label.setProperty("tone", "secondary")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _heading(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("strong", "true")
    return label
