"""One laid-out piece of text: where it stands, what of it is where, and how it is drawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import bidirectional

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

_LINE_BREAK = "\u2028"
_LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a text in one format; `link` is where it leads and `is_code` asks for a box behind it."""

    text: str
    format: QTextCharFormat
    link: str = ""
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Wash:
    """A part of a unit's text, by its positions, on another ground: what is selected or found."""

    start: int
    end: int
    ground: QColor
    ink: QColor


@dataclass(frozen=True, slots=True)
class Setting:
    """How a text is set: its font, the height of a line, where it is aligned and whether it wraps.

    Text that is read from the right stands at the right, unless it `keeps_side`, is code or does not wrap.
    """

    font: QFont
    line_px: int
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
    is_wrapped: bool = True
    breaks_anywhere: bool = False
    keeps_side: bool = False


class TextBox:
    """A text at (x, y) of its unit. `start` is where it begins in the unit's text."""

    __slots__ = (
        "codes",
        "height",
        "is_from_right",
        "layout",
        "length",
        "line_px",
        "links",
        "natural_width",
        "start",
        "x",
        "y",
    )

    def __init__(
        self, spans: Sequence[Span], setting: Setting, width: float, x: int = 0, y: int = 0, start: int = 0
    ) -> None:
        self.x, self.y, self.start = x, y, start
        self.line_px = setting.line_px
        self.links: list[tuple[int, int, str]] = []
        self.codes: list[tuple[int, int, str]] = []
        text = "".join(span.text for span in spans)
        self.length = len(text.encode("utf-16-le", "replace")) // 2 if not text.isascii() else len(text)
        self.layout = QTextLayout(text.replace("\n", _LINE_BREAK), setting.font)
        self.is_from_right = not text.isascii() and reads_from_right(text) and not setting.breaks_anywhere
        self.layout.setTextOption(_option(setting, from_right=self.is_from_right))
        self.layout.setCacheEnabled(True)
        self.layout.setFormats(self._ranges(spans))
        self.natural_width, self.height = _break_lines(self.layout, width, setting)

    def paint(self, painter: QPainter, x: int, y: int, washes: Sequence[Wash] = ()) -> None:
        """Draw it in a unit at (x, y)."""
        ranges: list[QTextLayout.FormatRange] = []
        for wash in washes:
            first, last = max(wash.start - self.start, 0), min(wash.end - self.start, self.length)
            if last > first:
                ranges.append(_range(first, last - first, _washed(wash)))
        self.layout.draw(painter, QPointF(x + self.x, y + self.y), ranges)

    def position_at(self, x: float, y: float) -> int:
        """The position in the unit's text that is nearest to a point of the unit."""
        row = min(max(int((y - self.y) // self.line_px), 0), self.layout.lineCount() - 1)
        line = self.layout.lineAt(row)
        return self.start + line.xToCursor(x - self.x)

    def rects(self, first: int, length: int) -> list[QRectF]:
        """The rectangles, in the unit, of a part of this text; one per line."""
        found = []
        start = self.layout.lineForTextPosition(first).lineNumber() if self.layout.lineCount() else 0
        for i in range(max(start, 0), self.layout.lineCount()):
            line = self.layout.lineAt(i)
            if line.textStart() >= first + length:
                break
            begin, end = max(first, line.textStart()), min(first + length, line.textStart() + line.textLength())
            if begin < end:
                left, right = _cursor_x(line.cursorToX(begin)), _cursor_x(line.cursorToX(end))
                top = self.y + i * self.line_px
                found.append(QRectF(self.x + min(left, right), top, abs(right - left), self.line_px))
        return found

    def end_point(self) -> QPointF:
        """Where a caret behind the last letter stands: its left end, at the middle of its line."""
        last = self.layout.lineAt(self.layout.lineCount() - 1)
        x = _cursor_x(last.cursorToX(last.textStart() + last.textLength()))
        return QPointF(self.x + x, self.y + self.height - self.line_px / 2)

    def _ranges(self, spans: Iterable[Span]) -> list[QTextLayout.FormatRange]:
        ranges = []
        position = 0
        for span in spans:
            length = len(span.text) if span.text.isascii() else len(span.text.encode("utf-16-le", "replace")) // 2
            ranges.append(_range(position, length, span.format))
            if span.link:
                _extend(self.links, position, length, span.link)
            if span.is_code:
                _extend(self.codes, position, length, "")
            position += length
        return ranges


def _extend(parts: list[tuple[int, int, str]], position: int, length: int, link: str) -> None:
    """Add a part, or lengthen the last one if it goes on there."""
    if parts and parts[-1][0] + parts[-1][1] == position and parts[-1][2] == link:
        position, length = parts[-1][0], parts[-1][1] + length
        parts.pop()
    parts.append((position, length, link))


def _cursor_x(found: object) -> float:
    """PySide hands back the position alone or together with the cursor."""
    return float(found[0] if isinstance(found, (tuple, list)) else found)  # type: ignore[arg-type]


def _range(start: int, length: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start = start
    made.length = length
    made.format = look
    return made


def _washed(wash: Wash) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setBackground(wash.ground)
    made.setForeground(wash.ink)
    return made


def reads_from_right(text: str) -> bool:
    """Whether the first letter that tells is one of a script that runs from right to left."""
    for char in text[:_LOOKED_AT]:
        direction = bidirectional(char)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return False


def _option(setting: Setting, *, from_right: bool) -> QTextOption:
    align = setting.align
    if from_right and setting.is_wrapped and not setting.keeps_side and align == Qt.AlignmentFlag.AlignLeft:
        align = Qt.AlignmentFlag.AlignRight
    option = QTextOption(align)
    # Left to itself Qt asks which side the program's own language is read from.
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if from_right else Qt.LayoutDirection.LeftToRight)
    if not setting.is_wrapped:
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
    elif setting.breaks_anywhere:
        option.setWrapMode(QTextOption.WrapMode.WrapAnywhere)
    else:
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTabStopDistance(29.0)
    return option


def _break_lines(layout: QTextLayout, width: float, setting: Setting) -> tuple[float, int]:
    natural, y = 0.0, 0
    layout.beginLayout()
    while True:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y + (setting.line_px - line.height()) / 2))
        natural = max(natural, line.naturalTextWidth())
        y += setting.line_px
    layout.endLayout()
    return natural, max(y, setting.line_px)
