"""Light formatting for Markdown that stays the text it is: only colours and weights, line by line."""

import re
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import Tokens

_HEADING: Final = re.compile(r"( {0,3}#{1,6})(?:[ \t]+|$)(.*)")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_LIST_MARK: Final = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])(?:\s+\[[ xX]\])?(?=\s|$)")
_DONE_MARK: Final = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+\[[xX]\]\s+")
_QUOTE: Final = re.compile(r" {0,3}>+")
_CODE: Final = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_BOLD: Final = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ITALIC: Final = re.compile(r"(?<![*\w])(\*|_)(?![*_\s])(.+?)(?<![*_\s])\1(?![*\w])")
_LINK: Final = re.compile(r"(\[)([^\]\n]+)(\]\([^)\n]*\))")
_IN_FENCE: Final = 1
# A longer line is no prose; a match on it would cost more than its look is worth.
_LONGEST_LINE: Final = 5_000


class MarkdownHighlighter(QSyntaxHighlighter):
    """Shows headings, bold, italic, code and links as what they are, and their marks quietly."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        self._read(theme.tokens)
        theme.changed.connect(self._follow_theme)

    def highlightBlock(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Format one line."""
        if self._is_fenced(text) or len(text) > _LONGEST_LINE:
            return
        heading = _HEADING.fullmatch(text)
        if heading:
            self.setFormat(0, len(text), self._heading)
            self.setFormat(0, heading.start(2), self._heading_mark)
            return
        self._inline(text)
        for mark in (_LIST_MARK, _QUOTE):
            found = mark.match(text)
            if found:
                self.setFormat(0, found.end(), self._mark)
        done = _DONE_MARK.match(text)
        if done:
            self.setFormat(done.end(), len(text) - done.end(), self._done)

    def _inline(self, text: str) -> None:
        for match in _BOLD.finditer(text):
            self._dress(match, QFont.Weight.DemiBold, italic=False)
        for match in _ITALIC.finditer(text):
            self._dress(match, None, italic=True)
        for match in _LINK.finditer(text):
            self.setFormat(match.start(2), match.end(2) - match.start(2), self._link)
            self.setFormat(match.start(1), 1, self._mark)
            self.setFormat(match.start(3), match.end(3) - match.start(3), self._mark)
        for match in _CODE.finditer(text):
            self.setFormat(match.start(), match.end() - match.start(), self._code)

    def _dress(self, match: re.Match[str], weight: QFont.Weight | None, *, italic: bool) -> None:
        """Add weight or slope to what stands between the marks, whatever format it has already."""
        for position in range(match.start(2), match.end(2)):
            shape = QTextCharFormat(self.format(position))
            if weight is not None:
                shape.setFontWeight(weight)
                shape.setForeground(self._heading.foreground())
            if italic:
                shape.setFontItalic(True)
            self.setFormat(position, 1, shape)
        width = len(match[1])
        for start in (match.start(), match.end() - width):
            self.setFormat(start, width, self._mark)

    def _is_fenced(self, text: str) -> bool:
        inside = self.previousBlockState() == _IN_FENCE
        is_fence = _FENCE.match(text) is not None
        self.setCurrentBlockState(_IN_FENCE if inside is not is_fence else 0)
        if inside or is_fence:
            self.setFormat(0, len(text), self._mark if is_fence else self._code)
        return inside or is_fence

    def _follow_theme(self) -> None:
        self._read(self._theme.tokens)
        self.rehighlight()

    def _read(self, tokens: Tokens) -> None:
        self._mark = _colored(tokens.text_3)
        self._heading = _colored(tokens.text)
        self._heading.setFontWeight(QFont.Weight.DemiBold)
        self._heading_mark = _colored(tokens.text_3)
        self._heading_mark.setFontWeight(QFont.Weight.Normal)
        self._link = _colored(tokens.accent)
        self._done = _colored(tokens.text_3)
        self._done.setFontStrikeOut(True)
        self._code = _colored(tokens.text)
        self._code.setFontFamilies(self._theme.mono_font().families())
        self._code.setProperty(QTextCharFormat.Property.FontPixelSize.value, 12)


def _colored(color: str) -> QTextCharFormat:
    shape = QTextCharFormat()
    shape.setForeground(QColor(color))
    shape.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    return shape
