"""Formatting for Markdown that stays the text it is: colours, weights, and marks that take no room."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextBlock, QTextCharFormat, QTextDocument

from desktop_app.ui.goals.markdown_lines import Item, Look, Run, fence_after, item_of, runs_of
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import Tokens

# A hidden mark is there, for the cursor and for whoever copies it; it is only too small to be seen.
_HIDDEN_PX: Final = 1
_HIDDEN_SPACING_PERCENT: Final = 1.0


class MarkdownHighlighter(QSyntaxHighlighter):
    """Shows headings, bold, italic, code and links as what they are. `shows_marks` says where their marks are seen."""

    def __init__(self, document: QTextDocument, theme: Theme, shows_marks: Callable[[QTextBlock], bool]) -> None:
        super().__init__(document)
        self._theme = theme
        self._shows_marks = shows_marks
        self._read(theme.tokens)
        theme.changed.connect(self._follow_theme)

    def highlightBlock(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Format one line."""
        before = max(self.previousBlockState(), 0)
        fence = _fence(before)
        after = fence_after(text, fence)
        self.setCurrentBlockState(_state(after))
        if fence or after:
            is_mark = bool(fence) is not bool(after)
            self.setFormat(0, len(text), self._mark if is_mark else self._formats[Look.CODE])
            return
        hides = not self._shows_marks(self.currentBlock())
        for run in runs_of(text):
            self._apply(run, hides=hides)

    def _apply(self, run: Run, *, hides: bool) -> None:
        if run.look is Look.MARK:
            self.setFormat(run.start, run.length, self._hidden if hides else self._mark)
        elif run.look in {Look.PAINTED, Look.NUMBER}:
            is_seen = run.look is Look.NUMBER or not hides
            self.setFormat(run.start, run.length, self._mark if is_seen else self._unseen)
        else:
            self._add(run)

    def _add(self, run: Run) -> None:
        """Add a look to what the characters have already; a mark stays one."""
        added = self._formats[run.look]
        for position in range(run.start, run.start + run.length):
            shape = QTextCharFormat(self.format(position))
            if shape.property(_IS_MARK) and run.look is not Look.CODE:
                continue
            shape.merge(added)
            self.setFormat(position, 1, shape)

    def _follow_theme(self) -> None:
        self._read(self._theme.tokens)
        self.rehighlight()

    def _read(self, tokens: Tokens) -> None:
        heading = _colored(tokens.text)
        heading.setFontWeight(QFont.Weight.DemiBold)
        mark = _colored(tokens.text_3)
        mark.setFontWeight(QFont.Weight.Normal)
        mark.setProperty(_IS_MARK, True)
        italic = QTextCharFormat()
        italic.setFontItalic(True)
        done = _colored(tokens.text_3)
        done.setFontStrikeOut(True)
        code = _colored(tokens.text)
        code.setFontFamilies(self._theme.mono_font().families())
        code.setProperty(QTextCharFormat.Property.FontPixelSize.value, 12)
        self._mark = mark
        self._unseen = QTextCharFormat(mark)
        self._unseen.setForeground(QColor(Qt.GlobalColor.transparent))
        self._hidden = QTextCharFormat(self._unseen)
        self._hidden.setProperty(QTextCharFormat.Property.FontPixelSize.value, _HIDDEN_PX)
        self._hidden.setFontLetterSpacingType(QFont.SpacingType.PercentageSpacing)
        self._hidden.setFontLetterSpacing(_HIDDEN_SPACING_PERCENT)
        self._formats = {
            Look.HEADING: heading,
            Look.BOLD: heading,
            Look.ITALIC: italic,
            Look.LINK: _colored(tokens.accent),
            Look.CODE: code,
            Look.QUOTE: _colored(tokens.text_3),
            Look.DONE: done,
        }


_IS_MARK: Final = QTextCharFormat.Property.UserProperty.value + 1


def is_prose(block: QTextBlock) -> bool:
    """Whether a line that was formatted stands outside of code; one that never was does not count as prose."""
    previous = block.previous()
    return block.userState() == 0 and not (previous.isValid() and max(previous.userState(), 0))


def item_in(block: QTextBlock) -> Item | None:
    """The item of a list that a formatted line is."""
    return item_of(block.text()) if is_prose(block) else None


def _state(fence: int) -> int:
    """A fence as a block's state, which is never below zero."""
    return abs(fence) * 2 + (fence < 0)


def _fence(state: int) -> int:
    return -(state // 2) if state % 2 else state // 2


def _colored(color: str) -> QTextCharFormat:
    shape = QTextCharFormat()
    shape.setForeground(QColor(color))
    shape.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    return shape
