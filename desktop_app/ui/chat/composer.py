"""Where the person writes: a text that grows, the goal it is about, and the one button."""

from math import ceil
from typing import Final

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QIcon,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui.chat.editing_bar import EditingBar
from desktop_app.ui.chat.goal_chip import GoalChip
from desktop_app.ui.chat.printable import printable
from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import BODY, COMPOSER_WIDTH, RADIUS_COMPOSER

_MOST_LINES: Final = 8
_PAD: Final = 12
_FIELD_MARGIN: Final = 4
# QPlainTextEdit lays a paragraph out as a whole with every key; lines of more than this are broken when they come in.
_LONGEST_LINE: Final = 20_000
# Such a break is the composer's own: an invisible mark before it tells it from one that the person wrote.
_OWN_BREAK: Final = "\u2060\n"


class _Field(QPlainTextEdit):
    """The text itself. Enter, Escape and Up are wishes where they do not edit."""

    enter_pressed = Signal()
    escape_pressed = Signal()
    up_pressed = Signal()
    focus_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._is_composing = False
        self.setFont(theme.font(BODY))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setCursorWidth(2)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(_FIELD_MARGIN)
        # Not by way of viewport(): the first call that returns a widget makes PySide build classes for 10 ms.
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(palette)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """As high as the text, up to eight lines."""
        lines = min(max(ceil(self.document().size().height()), 1), _MOST_LINES)
        height = ceil(lines * self.fontMetrics().lineSpacing()) + 2 * _FIELD_MARGIN
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)
        is_long = self.document().size().height() > _MOST_LINES
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if is_long else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self._is_composing:
            super().keyPressEvent(event)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and is_plain:
            self.enter_pressed.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
            self.escape_pressed.emit()
        elif event.key() == Qt.Key.Key_Up and is_plain and self.document().isEmpty():
            self.up_pressed.emit()
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            self.insertPlainText(in_lines(source.text()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._is_composing = False
        super().focusOutEvent(event)
        self.focus_changed.emit()


def in_lines(text: str) -> str:
    """`text` with lines that would make every key slow broken up; `Composer.text` takes these breaks out again."""
    text = printable(text)
    if len(text) <= _LONGEST_LINE:
        return text
    lines = []
    for line in text.split("\n"):
        pieces = (line[at : at + _LONGEST_LINE] for at in range(0, max(len(line), 1), _LONGEST_LINE))
        lines.append(_OWN_BREAK.join(pieces))
    return "\n".join(lines)


def _stop_icon(theme: Theme) -> QIcon:
    """A filled square, drawn at twice the size for dense screens."""
    pixmap = QPixmap(28, 28)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("text"))
    painter.drawRoundedRect(QRectF(2, 2, 10, 10), 2, 2)
    painter.end()
    return QIcon(pixmap)


class Composer(QFrame):
    """Says what the person wants; it sends nothing itself and keeps its text until it is told to clear it."""

    send_requested = Signal()
    stop_requested = Signal()
    goal_chip_removed = Signal()
    text_changed = Signal()
    edit_last_requested = Signal()
    editing_cancelled = Signal()
    streaming_changed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_streaming = False
        self._can_send = True
        self._is_wanted = False
        self._note = ""
        self._reason = ""
        self._field = _Field(theme)
        self._chip = GoalChip(theme)
        self._editing = EditingBar(theme)
        self._note_label = QLabel()
        # The space parts the word from its arrow; read out it is the plain word.
        self._send = push_button("Send\u2002", "primary")
        self._stop = push_button("Stop")
        self._build()
        self._connect()
        self.set_placeholder("Message the coach")
        self.set_goal(None, None)
        self._update_buttons()

    def _build(self) -> None:
        self.setMaximumWidth(COMPOSER_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self._field)
        self._field.setAccessibleName("Message to the coach")
        self._note_label.setProperty("role", "small")
        self._note_label.setProperty("tone", "quiet")
        self._note_label.setTextFormat(Qt.TextFormat.PlainText)
        self._send.setAccessibleName("Send")
        self._send.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._send.setIconSize(QSize(16, 16))
        self._stop.setIconSize(QSize(14, 14))
        self._stop.setIcon(_stop_icon(self._theme))
        self._stop.setToolTip("Stop the reply (Esc)")
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self._chip)
        bottom.addStretch(1)
        for widget in (self._note_label, self._send, self._stop):
            bottom.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(_PAD + 1, _PAD, _PAD + 1, _PAD + 1)
        column.setSpacing(8)
        column.addWidget(self._editing)
        column.addWidget(self._field)
        column.addLayout(bottom)

    def _connect(self) -> None:
        self._field.enter_pressed.connect(self.ask_to_send)
        self._field.escape_pressed.connect(self._ask_to_stop)
        self._field.up_pressed.connect(self.edit_last_requested)
        self._field.textChanged.connect(self._notice_text)
        self._field.focus_changed.connect(self.update)
        self._editing.cancelled.connect(self.editing_cancelled)
        self._chip.remove_requested.connect(self.goal_chip_removed)
        self._send.clicked.connect(self.ask_to_send)
        self._stop.clicked.connect(self.stop_requested)
        self._theme.changed.connect(self._follow_theme)

    def set_streaming(self, streaming: bool) -> None:
        """Whether a reply streams: the button is Stop then, and Escape stops."""
        self._is_streaming = streaming
        self._update_buttons()
        self.streaming_changed.emit(streaming)

    def set_goal(self, title: str | None, progress: float | None) -> None:
        """The goal that is talked about, with its progress from 0 to 1 where it has one; None for no goal."""
        self._chip.show_goal(title, progress)

    def set_editing(self, words: str) -> None:
        """Say what is edited instead of writing something new; empty for nothing. Esc then leaves it as it was."""
        self._editing.show_words(words)

    def set_note(self, note: str) -> None:
        """What stands beside the button, for example what sending will cost."""
        self._note = note
        self._update_buttons()

    def set_can_send(self, can_send: bool, reason: str = "") -> None:
        """Whether sending is possible at all; `reason` stands where the note is.

        A wish to send that came too early is made up for, if the text is still what it was.
        """
        self._can_send = can_send
        self._reason = "" if can_send else reason
        self._update_buttons()
        if can_send and self._is_wanted:
            self.ask_to_send()

    def text(self) -> str:
        """What is written, without half characters that could not be stored."""
        return printable(self._field.toPlainText()).replace(_OWN_BREAK, "")

    def set_text(self, text: str) -> None:
        """Write `text`, with the cursor behind it."""
        self._field.setPlainText(in_lines(text))
        self._field.moveCursor(self._field.textCursor().MoveOperation.End)

    def clear(self) -> None:
        """Empty it, undo history included."""
        self._field.clear()

    def set_placeholder(self, text: str) -> None:
        """What stands there while it is empty."""
        self._field.setPlaceholderText(text)

    def focus(self) -> None:
        """Take the keyboard."""
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is one shape
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border = "accent" if self._field.hasFocus() else "border_strong"
        painter.setPen(QPen(self._theme.color(border), 1))
        painter.setBrush(self._theme.color("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_COMPOSER, RADIUS_COMPOSER)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - the whole box is the field
        self.focus()

    def ask_to_send(self) -> None:
        """Ask for what is written to be sent, if it can be, as Enter does."""
        text = self.text()
        self._is_wanted = not self._can_send and bool(text.strip())
        if self._can_send and not self._is_streaming and text.strip():
            self.send_requested.emit()

    def _ask_to_stop(self) -> None:
        if not self._editing.isHidden():
            self.editing_cancelled.emit()
        elif self._is_streaming:
            self.stop_requested.emit()

    def _notice_text(self) -> None:
        self._is_wanted = False
        self._update_buttons()
        self.text_changed.emit()

    def _update_buttons(self) -> None:
        is_ready = self._can_send and not self._field.document().isEmpty()
        had_focus = self._send.hasFocus() or self._stop.hasFocus()
        self._send.setEnabled(is_ready)
        self._send.setIcon(self._theme.icon("arrow-up", "on_accent"))
        self._send.setToolTip(self._reason or "Send (Enter)")
        self._send.setVisible(not self._is_streaming)
        self._stop.setVisible(self._is_streaming)
        if had_focus:
            self.focus()
        note = self._reason or self._note
        self._note_label.setText(note)
        self._note_label.setVisible(bool(note))

    def _follow_theme(self) -> None:
        self._stop.setIcon(_stop_icon(self._theme))
        self.update()
