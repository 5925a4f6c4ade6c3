"""A text field without a frame that is as high as its text."""

import re

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QWidget

_LINE_END = re.compile("\r\n|[\r\n\u2028\u2029]")


def is_past_typing(event: QKeyEvent, can_undo: bool, can_redo: bool) -> bool:
    """Whether a key asks to undo or redo more than was typed in a field, which is then the editor's to do."""
    wants_undo = event.matches(QKeySequence.StandardKey.Undo) and not can_undo
    return wants_undo or (event.matches(QKeySequence.StandardKey.Redo) and not can_redo)


class AutoHeightEdit(QTextEdit):
    """Wraps plain text. Without `takes_lines` it is one line: Enter emits `entered`, pasted line ends are spaces."""

    entered = Signal()
    typed = Signal()

    def __init__(
        self, line_px: int, most_lines: int, *, takes_lines: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._takes_lines = takes_lines
        self._line_px = line_px
        self._most_lines = most_lines
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.textChanged.connect(self._text_changed)
        self._is_loading = False
        self.load("")

    def text(self) -> str:
        """The text as it was typed."""
        return self._kept(self.document().toRawText())

    def load(self, text: str) -> None:
        """Show `text` without telling; the cursor stays where it was as far as the text goes."""
        if text == self.text() and text:
            return
        position = self.textCursor().position()
        self._is_loading = True
        self.document().clear()
        cursor = QTextCursor(self.document())
        lines = QTextBlockFormat()
        lines.setLineHeight(self._line_px, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.setBlockFormat(lines)
        cursor.insertText(self._kept(text))
        self.document().clearUndoRedoStacks()
        cursor.setPosition(min(position, self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self._is_loading = False
        self._fit()

    def set_line_px(self, line_px: int) -> None:
        """Set how high a line is, in pixels."""
        self._line_px = line_px
        text = self.text()
        self.load("")
        self.load(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As high as the text, up to the most lines."""
        return QSize(200, self._wanted_height())

    def minimumSizeHint(self) -> QSize:
        """One line."""
        return QSize(60, self._wanted_height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter ends the field instead of breaking the line."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not self._takes_lines:
            self.entered.emit()
            return
        if is_past_typing(event, self.document().isUndoAvailable(), self.document().isRedoAvailable()):
            event.ignore()
            return
        super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste plain text."""
        self.insertPlainText(self._kept(source.text()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        self._fit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the beginning again."""
        super().focusOutEvent(event)
        self.verticalScrollBar().setValue(0)

    def _kept(self, text: str) -> str:
        return ("\n" if self._takes_lines else " ").join(_LINE_END.split(text))

    def _text_changed(self) -> None:
        self._fit()
        if not self._is_loading:
            self.typed.emit()

    def _wanted_height(self) -> int:
        lines = max(1, round(self.document().size().height() / self._line_px))
        return min(lines, self._most_lines) * self._line_px + 4  # the focus border and its air

    def _fit(self) -> None:
        # Without a scroll bar, which would take width from lines that are wrapped already: it scrolls with the cursor.
        if self.height() != self._wanted_height():
            self.setFixedHeight(self._wanted_height())
