"""The field of the box: a text that grows up to eight lines; files and long texts that are put in are offered on."""

from math import ceil
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QInputMethodEvent, QKeyEvent, QPalette, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy

from desktop_app.ui.chat.printable import printable
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import BODY

_MOST_LINES: Final = 8
_FIELD_MARGIN: Final = 4
# QPlainTextEdit lays a paragraph out as a whole with every key; lines of more than this are broken when they come in.
_LONGEST_LINE: Final = 20_000
# Such a break is the composer's own: an invisible mark before it tells it from one that the person wrote.
_OWN_BREAK: Final = "\u2060\n"


class MessageField(QPlainTextEdit):
    """The text itself. Enter, Escape and Up are wishes where they do not edit."""

    enter_pressed = Signal()
    escape_pressed = Signal()
    up_pressed = Signal()
    focus_changed = Signal()
    files_offered = Signal(list)  # of Path
    image_offered = Signal(QImage)
    long_text_offered = Signal(str)

    takes_escape = False  # whether there is something in the chat for Escape to end

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
            # Else the window does with it what it does with one that nobody wanted.
            event.setAccepted(self.takes_escape)
            self.escape_pressed.emit()
        elif event.key() == Qt.Key.Key_Up and is_plain and self.document().isEmpty():
            self.up_pressed.emit()
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        files = files_in(source)
        if files:
            self.files_offered.emit(files)
        elif source.hasImage() and not source.hasText():
            self.image_offered.emit(QImage(source.imageData()))
        elif source.hasText() and _is_long_paste(source.text()):
            self.long_text_offered.emit(source.text())
        elif source.hasText():
            self.insertPlainText(in_lines(source.text()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._is_composing = False
        super().focusOutEvent(event)
        self.focus_changed.emit()


def in_lines(text: str) -> str:
    """`text` with lines that would make every key slow broken up; `without_own_breaks` takes these breaks out again."""
    text = printable(text)
    if len(text) <= _LONGEST_LINE:
        return text
    lines = []
    for line in text.split("\n"):
        pieces = (line[at : at + _LONGEST_LINE] for at in range(0, max(len(line), 1), _LONGEST_LINE))
        lines.append(_OWN_BREAK.join(pieces))
    return "\n".join(lines)


def without_own_breaks(text: str) -> str:
    """What the person wrote, without the breaks of `in_lines`."""
    return printable(text).replace(_OWN_BREAK, "")


def files_in(source: QMimeData) -> list[Path]:
    """The files of this computer that are dragged or pasted."""
    return [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]


def _is_long_paste(text: str) -> bool:
    # What it stands among is not needed before the first paint.
    from desktop_app.domain.attachments import is_long_paste

    return is_long_paste(text)
