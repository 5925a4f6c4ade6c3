"""Where the person writes: a text that grows, the goal it is about, and the one button."""

from functools import cached_property
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui.chat.goal_chip import GoalChip
from desktop_app.ui.chat.message_field import MessageField, in_lines, without_own_breaks
from desktop_app.ui.theme.controls import icon_button, push_button
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import COMPOSER_WIDTH, RADIUS_COMPOSER

if TYPE_CHECKING:
    from desktop_app.ui.chat.attachment_chips import AttachmentChips
    from desktop_app.ui.chat.editing_bar import EditingBar
    from desktop_app.ui.chat.items import Attached

_PAD: Final = 12
_UNLIMITED_PX: Final = 16_777_215  # what Qt calls no limit
_SEES_NOTHING: Final = "This model cannot see images"
_SEES_NOTHING_TIP: Final = "It is told the names of your images. Choose a model with vision to have them looked at."


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
    attach_requested = Signal()
    compare_requested = Signal()
    attachment_removed = Signal(int)
    files_offered = Signal(list)  # of Path
    image_offered = Signal(QImage)
    long_text_offered = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_streaming = False
        self._can_send = True
        self._is_wanted = False
        self._note = ""
        self._estimate = ""
        self._can_see = True
        self._reason = ""
        self._field = MessageField(theme)
        self._chip = GoalChip(theme)
        self._is_editing = False
        self._attached: tuple[Attached, ...] = ()
        self._complaint = QLabel()
        self._attach = icon_button(theme, "paperclip", "Attach text files or images")
        self._compare = icon_button(theme, "columns-2", "Compare two models", hint="Ctrl+Shift+B")
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
        self._complaint.setProperty("role", "small")
        self._complaint.setProperty("tone", "danger")
        self._complaint.setTextFormat(Qt.TextFormat.PlainText)
        self._complaint.setWordWrap(True)
        self._complaint.hide()
        self._send.setAccessibleName("Send")
        self._send.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._send.setIconSize(QSize(16, 16))
        self._stop.setIconSize(QSize(14, 14))
        self._stop.setIcon(_stop_icon(self._theme))
        self._stop.setToolTip("Stop the reply (Esc)")
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self._attach)
        bottom.addWidget(self._compare)
        bottom.addWidget(self._chip)
        bottom.addStretch(1)
        for widget in (self._note_label, self._send, self._stop):
            bottom.addWidget(widget)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(_PAD + 1, _PAD, _PAD + 1, _PAD + 1)
        column.setSpacing(8)
        column.addWidget(self._field)
        column.addWidget(self._complaint)
        column.addLayout(bottom)

    def _connect(self) -> None:
        self._field.enter_pressed.connect(self.ask_to_send)
        self._field.escape_pressed.connect(self._ask_to_stop)
        self._field.up_pressed.connect(self.edit_last_requested)
        self._field.textChanged.connect(self._notice_text)
        self._field.focus_changed.connect(self.update)
        self._attach.clicked.connect(self.attach_requested)
        self._compare.clicked.connect(self.compare_requested)
        self._field.files_offered.connect(self.files_offered)
        self._field.image_offered.connect(self.image_offered)
        self._field.long_text_offered.connect(self.long_text_offered)
        self._chip.remove_requested.connect(self.goal_chip_removed)
        self._send.clicked.connect(self.ask_to_send)
        self._stop.clicked.connect(self.stop_requested)
        self._theme.changed.connect(self._follow_theme)

    @cached_property
    def _editing(self) -> "EditingBar":
        from desktop_app.ui.chat.editing_bar import EditingBar

        bar = EditingBar(self._theme)
        bar.cancelled.connect(self.editing_cancelled)
        self._column.insertWidget(0, bar)
        self.setTabOrder(bar, self._field)
        return bar

    @cached_property
    def _chips(self) -> "AttachmentChips":
        from desktop_app.ui.chat.attachment_chips import AttachmentChips

        chips = AttachmentChips(self._theme)
        chips.removed.connect(self.attachment_removed)
        self._column.insertWidget(self._column.indexOf(self._field), chips)
        return chips

    def set_streaming(self, streaming: bool) -> None:
        """Whether a reply streams: the button is Stop then, and Escape stops."""
        self._is_streaming = streaming
        self._field.takes_escape = self._is_editing or streaming
        self._update_buttons()
        self.streaming_changed.emit(streaming)

    @property
    def is_streaming(self) -> bool:
        """Whether a reply streams."""
        return self._is_streaming

    def set_for_two(self, for_two: bool) -> None:
        """Whether what is written goes to two models: it is as wide as their answers then, and stops both."""
        self.setMaximumWidth(_UNLIMITED_PX if for_two else COMPOSER_WIDTH)
        self._stop.setText("Stop both" if for_two else "Stop")
        self._stop.setToolTip("Stop both answers (Esc)" if for_two else "Stop the reply (Esc)")
        self._compare.setVisible(not for_two)

    def set_goal(self, title: str | None, progress: float | None) -> None:
        """The goal that is talked about, with its progress from 0 to 1 where it has one; None for no goal."""
        self._chip.show_goal(title, progress)

    def set_editing(self, words: str) -> None:
        """Say what is edited instead of writing something new; empty for nothing. Esc then leaves it as it was."""
        if words or self._is_editing:
            self._editing.show_words(words)
        self._is_editing = bool(words)
        self._field.takes_escape = self._is_editing or self._is_streaming

    def show_attached(self, attached: "tuple[Attached, ...]") -> None:
        """Show what is attached, and complain of nothing any more."""
        if attached or self._attached:
            self._chips.show_items(attached)
        self._attached = attached
        self.complain("")
        self._update_buttons()

    def complain(self, words: str) -> None:
        """Say why something could not be attached; empty for nothing."""
        self._complaint.setText(words)
        self._complaint.setVisible(bool(words))

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to send."""
        return not self._attached and not self.text().strip()

    def set_note(self, note: str) -> None:
        """What stands beside the button, for example who answers next."""
        self._note = note
        self._update_buttons()

    def set_estimate(self, words: str) -> None:
        """What sending will take and cost; it stands where the note is, unless there is one."""
        self._estimate = words
        self._update_buttons()

    def set_can_see(self, can_see: bool) -> None:
        """Whether the model that answers next can see images; where it cannot, it is said once one is attached."""
        self._can_see = can_see
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
        return without_own_breaks(self._field.toPlainText())

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
        """Ask for what is written to be sent, if it can be, as Enter does. While a reply streams it will wait."""
        self._is_wanted = not self._can_send and not self.is_blank
        if self._can_send and not self.is_blank:
            self.send_requested.emit()

    def _ask_to_stop(self) -> None:
        if self._is_editing:
            self.editing_cancelled.emit()
        elif self._is_streaming:
            self.stop_requested.emit()

    def _notice_text(self) -> None:
        self.complain("")
        self._is_wanted = False
        self._update_buttons()
        self.text_changed.emit()

    def _update_buttons(self) -> None:
        is_ready = self._can_send and not (self._field.document().isEmpty() and not self._attached)
        had_focus = self._send.hasFocus() or self._stop.hasFocus()
        self._send.setEnabled(is_ready)
        self._send.setIcon(self._theme.icon("arrow-up", "on_accent"))
        self._send.setToolTip(self._reason or "Send (Enter)")
        self._send.setVisible(not self._is_streaming)
        self._stop.setVisible(self._is_streaming)
        if had_focus:
            self.focus()
        is_unseen = not self._can_see and any(item.is_image for item in self._attached)
        note = self._reason or (_SEES_NOTHING if is_unseen else "") or self._note or self._estimate
        self._note_label.setText(note)
        self._note_label.setToolTip(_SEES_NOTHING_TIP if note == _SEES_NOTHING else "")
        # A screen reader comes past the button, not past the note.
        self._send.setAccessibleDescription(f"{note}. {_SEES_NOTHING_TIP}" if note == _SEES_NOTHING else "")
        self._note_label.setVisible(bool(note))

    def _follow_theme(self) -> None:
        self._stop.setIcon(_stop_icon(self._theme))
        self.update()
