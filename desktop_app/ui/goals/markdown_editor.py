"""A text edit for Markdown: the text stays what it is; marks are seen on the line that is being edited."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTextBlock,
    QTextCursor,
)
from PySide6.QtWidgets import QApplication, QTextEdit, QToolTip, QWidget

from desktop_app.ui.goals import markdown_commands as commands
from desktop_app.ui.goals.markdown_highlighter import MarkdownHighlighter, is_prose, item_in
from desktop_app.ui.goals.markdown_lines import links_of
from desktop_app.ui.goals.markdown_marks import box_at, line_format, paint_marks
from desktop_app.ui.link_opener import can_open
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import BODY

# Beyond this, formatting every line would be felt; the text itself still is not.
_FORMATTED_UP_TO: Final = 200_000
_SAME_PX: Final = 0.5


class MarkdownEditor(QTextEdit):
    """Plain text, formatted. Enter goes on with a list; undo and redo tell where they go past what was typed."""

    undo_requested = Signal()
    redo_requested = Signal()
    link_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plan_edit")
        self.setAccessibleName("Plan, in Markdown")
        self.setPlaceholderText("What will you do, and how will you know that it is done?")
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.document().setDocumentMargin(0)
        self.setFont(theme.font(BODY))
        self.viewport().setMouseTracking(True)
        self._theme = theme
        self._source_shown = False
        self._open_line = -1
        self._highlighter = MarkdownHighlighter(self.document(), theme, self._shows_marks)
        self.is_loading = False
        self.shortcuts: dict[QKeySequence, Callable[[], None]] = {}
        self.cursorPositionChanged.connect(self._follow_cursor)
        self.textChanged.connect(self._hang_items)
        theme.changed.connect(self.viewport().update)

    @property
    def is_source_shown(self) -> bool:
        """Whether all marks are shown as they were written."""
        return self._source_shown

    def show_source(self, shows: bool) -> None:
        """Show all marks, or those of the line that is being edited alone."""
        self._source_shown = shows
        self._highlighter.rehighlight()
        self.viewport().update()

    def show_text(self, text: str) -> None:
        """Replace everything; the cursor and the view stay where they were as far as they can."""
        position, scrolled = self.textCursor().position(), self.verticalScrollBar().value()
        self.is_loading = True
        wanted = self.document() if len(text) <= _FORMATTED_UP_TO else None
        if self._highlighter.document() is not wanted:
            self._highlighter.setDocument(wanted)
        self.document().setUndoRedoEnabled(False)
        self.document().clear()
        cursor = QTextCursor(self.document())
        cursor.setBlockFormat(line_format(0))
        cursor.insertText(text)
        self._hang_items()
        self.document().setUndoRedoEnabled(True)
        cursor.setPosition(min(position, self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(scrolled)
        self.is_loading = False

    def tick_line(self) -> None:
        """Tick the item under the cursor, or take its tick back."""
        self._tick(self.textCursor().block())

    def step_back(self) -> None:
        """Undo what was typed last; with nothing left, ask for what was done before it was typed."""
        document = self.document()
        if not document.isUndoAvailable():
            self.undo_requested.emit()
            return
        text = document.toRawText()
        while document.isUndoAvailable() and document.toRawText() == text:
            self.undo()

    def step_forward(self) -> None:
        """Redo what was undone last, with the formats that followed it; with nothing left, ask for more."""
        document = self.document()
        if not document.isRedoAvailable():
            self.redo_requested.emit()
            return
        self.redo()
        text = document.toRawText()
        while document.isRedoAvailable():
            self.redo()
            if document.toRawText() != text:
                self.undo()
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, undo and the shortcuts of the marks; the rest is Qt's."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.step_back()
            return
        if event.matches(QKeySequence.StandardKey.Redo):
            self.step_forward()
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not (
            event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        ):
            # Shift+Enter would write a line separator, which Markdown does not know.
            if not commands.continue_list(self.textCursor()):
                self.textCursor().insertBlock()
            self.ensureCursorVisible()
            return
        command = self.shortcuts.get(QKeySequence(event.keyCombination()))
        if command is not None:
            command()
            return
        super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste the text, never its look."""
        self.insertPlainText(source.text())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the marks of the line that will be edited; after a click, when the button is let go."""
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self._follow_cursor()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the marks again, unless only a menu opened."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._open(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tick the box under the mouse; elsewhere place the cursor."""
        if self._takes_link(event):
            self.link_requested.emit(self._address_at(event.position()))
            return
        block = self._block_with_box(event.position())
        if block is not None and event.button() is Qt.MouseButton.LeftButton:
            self._tick(block)
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Now the marks may come: before, they would move the text under the mouse."""
        super().mouseReleaseEvent(event)
        self._follow_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over what a click ticks."""
        super().mouseMoveEvent(event)
        can_tick = self._block_with_box(event.position()) is not None or self._takes_link(event)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if can_tick else Qt.CursorShape.IBeamCursor)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt's menu, with the link under the mouse, or by key under the cursor, at its top."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        place = self.cursorRect().center() if by_key else event.pos()
        address = self._address_of(self.textCursor()) if by_key else self._address_at(place.toPointF())
        actions = self.createStandardContextMenu()
        actions.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if can_open(address):
            first = actions.actions()[0]
            opening = QAction("Open link…", actions)
            opening.triggered.connect(partial(self.link_requested.emit, address))
            actions.insertAction(first, opening)
            actions.insertSeparator(first)
            actions.setActiveAction(opening)
        actions.popup(self.viewport().mapToGlobal(place))

    def viewportEvent(self, event: QEvent) -> bool:
        """The address of a link is its tool tip, with how it is opened."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            address = self._address_at(event.pos().toPointF())
            hint = f"{address}\nCtrl+click opens it" if can_open(address) else address
            QToolTip.showText(event.globalPos(), hint, self)
            return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, and in the room of the hidden marks what they stand for."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for block in self._visible_blocks():
            if not self._shows_marks(block) and is_prose(block):
                paint_marks(painter, self._theme, block, self._top_left(block))

    def _shows_marks(self, block: QTextBlock) -> bool:
        return self._source_shown or block.blockNumber() == self._open_line

    def _follow_cursor(self) -> None:
        is_pressed = bool(QApplication.mouseButtons() & Qt.MouseButton.LeftButton)
        if self.hasFocus() and not is_pressed:
            self._open(self.textCursor().blockNumber())

    def _open(self, line: int) -> None:
        """Show the marks of this line instead of those of the one before; -1 for none."""
        if line == self._open_line:
            return
        before, self._open_line = self._open_line, line
        for number in (before, line):
            block = self.document().findBlockByNumber(number)
            if number >= 0 and block.isValid() and self._highlighter.document() is not None:
                self._highlighter.rehighlightBlock(block)
        self.viewport().update()

    def _hang_items(self) -> None:
        """Let the lines of list items stand under their first word; undo and redo take this along with the edit."""
        # What is undone brings its own formats back; a change of ours would end what can be redone.
        if self._highlighter.document() is None or self.document().isRedoAvailable():
            return
        metrics = QFontMetricsF(self.font())
        wrong = list(self._wrongly_hung(metrics))
        if not wrong:
            return
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for block, width in wrong:
            cursor.setPosition(block.position())
            cursor.setBlockFormat(line_format(width, block.textDirection()))
        cursor.endEditBlock()

    def _wrongly_hung(self, metrics: QFontMetricsF) -> Iterator[tuple[QTextBlock, float]]:
        block = self.document().firstBlock()
        while block.isValid():
            item = item_in(block)
            width = metrics.horizontalAdvance(block.text()[: item.mark]) if item is not None else 0.0
            if abs(block.blockFormat().textIndent() + width) > _SAME_PX:
                yield block, width
            block = block.next()

    def _tick(self, block: QTextBlock) -> None:
        item = item_in(block)
        if item is None or item.box is None:
            return
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + item.box + 1)
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(" " if item.is_done else "x")

    def _block_with_box(self, point: QPointF) -> QTextBlock | None:
        """The line whose painted box is at a point of the viewport."""
        block = self.cursorForPosition(point.toPoint()).block()
        item = None if self._shows_marks(block) else item_in(block)
        if item is None or item.box is None:
            return None
        return block if box_at(block, item, self._top_left(block)).contains(point) else None

    def _address_at(self, point: QPointF) -> str:
        return self._address_of(self.cursorForPosition(point.toPoint()))

    def _takes_link(self, event: QMouseEvent) -> bool:
        with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return with_ctrl and can_open(self._address_at(event.position()))

    def _address_of(self, cursor: QTextCursor) -> str:
        links = links_of(cursor.block().text()) if is_prose(cursor.block()) else ()
        at = cursor.positionInBlock()
        return next((link.address for link in links if link.start <= at < link.end), "")

    def _visible_blocks(self) -> Iterator[QTextBlock]:
        block = self.cursorForPosition(QPoint(0, 0)).block()
        while block.isValid() and self._top_left(block).y() < self.viewport().height():
            yield block
            block = block.next()

    def _top_left(self, block: QTextBlock) -> QPointF:
        corner = self.document().documentLayout().blockBoundingRect(block).topLeft()
        scrolled = QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        return QPointF(0, corner.y()) - scrolled if block.isValid() else corner
