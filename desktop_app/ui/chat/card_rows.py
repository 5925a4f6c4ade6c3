"""Tool cards and what stands below a reply: one unit each, laid out whole."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop_app.ui.chat.display import Box, Glyph, Hot, HotKind, Laid
from desktop_app.ui.chat.icon_row import add_icons, add_switch
from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.items import Action, CardLine, FooterItem, StatusItem, ToolCard, ToolCardState
from desktop_app.ui.chat.markdown import parse
from desktop_app.ui.chat.printable import printable
from desktop_app.ui.chat.rows import Row
from desktop_app.ui.chat.text_box import Setting, Span, TextBox
from desktop_app.ui.chat.units import BOLD, CODE, STRUCK, Run, text_of
from desktop_app.ui.theme.theme import Weight
from desktop_app.ui.theme.tokens import CAPTION, SMALL, UI, TextSize

_HEAD_PX: Final = 40
_GLYPH_PX: Final = 24
_TITLE_X: Final = 45
_PAD_RIGHT: Final = 13
_NOTED_FROM_PX: Final = 400
_LINE_PX: Final = 22
_LONGEST_LINE: Final = 2000
_MOST_LINES: Final = 60
_FOOTER_PX: Final = 22
_LINE_LOOKS: Final = {
    "+": ("accent_tint", "accent"),
    "-": ("danger_tint", "danger"),
    "~": ("sunken", "text_2"),
    "": ("", "text_2"),
}


def inline(markdown: str) -> tuple[Run, ...]:
    """The runs of one line of Markdown; anything that is no inline text comes as it is written."""
    units = parse(printable(markdown[:_LONGEST_LINE]))
    if len(units) != 1 or units[0].marker or units[0].cells:
        return (Run(printable(markdown[:_LONGEST_LINE])),)
    return units[0].runs


def link_hots(ink: Ink, actions: Sequence[Action], right: int, middle: float) -> tuple[list[Hot], int]:
    """Actions as links that end at `right`, in the order given, and where they begin."""
    hots: list[Hot] = []
    x = right
    for action in reversed(actions):
        wide = ceil(ink.width(action.label, SMALL, Weight.MEDIUM))
        rect = QRectF(x - wide, middle - 10, wide, 20)
        hots.insert(0, Hot(HotKind.LINK, action.id, action.label, rect, enabled=action.enabled))
        x -= wide + 15
    return hots, x + 15


class SingleRow(Row):
    """A row with one unit."""

    def count(self) -> int:
        return 1


class CardRow(SingleRow):
    """A tool call and what it changed."""

    def __init__(self, item: ToolCard, ink: Ink) -> None:
        super().__init__(item, ink)
        self.item = item
        self._title = inline(item.title_markdown)
        self._guess = self.guess(0)

    @property
    def actions(self) -> tuple[Action, ...]:
        return self.item.actions

    def guess(self, unit: int) -> int:  # noqa: ARG002 - there is one
        lines = len(self.item.lines[:_MOST_LINES])
        return _HEAD_PX + 2 + (lines * (_LINE_PX + 2) + 9 if lines else 0)

    def text(self, unit: int) -> str:  # noqa: ARG002
        note = [self.item.note] if self.item.note else []
        return "\n".join([text_of(self._title), *(_line_text(line) for line in self._lines()), *note])

    def make(self, unit: int) -> Laid:  # noqa: ARG002
        laid = Laid(0)
        hots, left = link_hots(self.ink, self.item.actions, self.width - _PAD_RIGHT, 1 + _HEAD_PX / 2)
        laid.hots = hots
        laid.labels = _separators(self.ink, hots)
        note = self._note()
        if note is not None:
            left = self.width - _PAD_RIGHT - ceil(note.natural_width)
            note.x, note.y = left, 12
            laid.labels.append(note)
        title = self._title_box(left - 16 - _TITLE_X)
        laid.texts.append(title)
        y = 1 + max(_HEAD_PX, title.height + 20)
        start = title.length + 1
        if self.item.lines and not self.item.lines[0].sign:
            y -= 9  # a sentence belongs to the title
        for line in self._lines():
            y, start = self._add_line(laid, line, y, start)
        laid.height = y + (10 if self.item.lines else 1)
        laid.shapes.insert(0, Box(QRectF(0, 0, self.width, laid.height), "surface", "border", 10))
        self._add_glyph(laid)
        return laid

    def _lines(self) -> tuple[CardLine, ...]:
        lines = self.item.lines
        if len(lines) <= _MOST_LINES:
            return lines
        return (*lines[:_MOST_LINES], CardLine("", f"and {len(lines) - _MOST_LINES} more"))

    def _note(self) -> TextBox | None:
        """What stands at the right, where the card is wide enough for it."""
        if not self.item.note or self.width < _NOTED_FROM_PX:
            return None
        return caption(self.ink, self.item.note, SMALL, "text_3", 0, 0)

    def _title_box(self, width: int) -> TextBox:
        spans: list[Span] = []
        was_bold = False
        is_undone = self.item.state is ToolCardState.UNDONE
        for run in self._title:
            was_bold = was_bold or bool(run.style & BOLD)
            is_quiet = was_bold and not run.style & BOLD
            token = "text_3" if is_undone else "text_2" if is_quiet else "text"
            style = run.style | STRUCK if is_undone else run.style
            spans.append(Span(run.text, self.ink.format(UI, style, token), is_code=bool(style & CODE)))
        return TextBox(spans, Setting(self.ink.font(UI), UI.line_px), max(width, 60), _TITLE_X, 11)

    def _add_line(self, laid: Laid, line: CardLine, y: int, start: int) -> tuple[int, int]:
        fill, token = _LINE_LOOKS[line.sign]
        left, right = (_TITLE_X, self.width - _PAD_RIGHT)
        look = self.ink.format
        setting = Setting(self.ink.font(SMALL), 20)
        text_x = left + (24 if line.sign else 0)
        if line.sign:
            mark = (Span(line.sign, look(SMALL, CODE | BOLD, token)),)
            laid.labels.append(TextBox(mark, Setting(self.ink.mono(), 20, is_wrapped=False), 12, left + 8, y + 3))
        room = right - text_x - (8 if line.sign else 0)
        detail: TextBox | None = None
        if line.detail and not line.struck:
            detail = TextBox((Span(line.detail, look(SMALL, 0, "text_2")),), setting, room * 0.6)
            room -= ceil(detail.natural_width) + 16
            detail.x, detail.y = right - 8 - ceil(detail.natural_width), y + 3
        body = TextBox(self._line_spans(line, token), setting, max(room, 60), text_x, y + 3, start)
        laid.texts.append(body)
        start += body.length + 1
        if detail is not None:
            detail.start = start
            laid.texts.append(detail)
            start += detail.length + 1
        height = max(body.height, 20) + 2
        if fill:
            laid.shapes.append(Box(QRectF(left, y + 2, right - left, height), fill, radius=4))
        return y + height + 2, start

    def _line_spans(self, line: CardLine, token: str) -> list[Span]:
        look = self.ink.format
        is_failed = self.item.state is ToolCardState.FAILED and not line.sign
        main = "text_3" if self.item.state is ToolCardState.UNDONE else "text" if line.sign else token
        spans = [Span(printable(line.text[:_LONGEST_LINE]), look(SMALL, 0, "danger" if is_failed else main))]
        if line.struck:
            spans.append(Span("  ", look(SMALL, 0, main)))
            spans.append(Span(printable(line.struck[:_LONGEST_LINE]), look(SMALL, STRUCK, "text_2")))
            if line.detail:
                spans.append(Span(f"  → {printable(line.detail[:_LONGEST_LINE])}", look(SMALL, 0, main)))
        return spans

    def _add_glyph(self, laid: Laid) -> None:
        top = 1 + (_HEAD_PX - _GLYPH_PX) // 2
        is_failed = self.item.state is ToolCardState.FAILED
        tint = "danger_tint" if is_failed else "accent_tint"
        if self.item.state is ToolCardState.UNDONE:
            tint = "sunken"
        laid.shapes.append(Box(QRectF(11, top, _GLYPH_PX, _GLYPH_PX), tint, radius=6))
        match self.item.state:
            case ToolCardState.RUNNING:
                laid.moving = spinner(self.ink, 11 + _GLYPH_PX / 2, top + _GLYPH_PX / 2)
            case ToolCardState.FAILED:
                laid.shapes.append(Glyph("circle-alert", "danger", 15, top + 4))
            case ToolCardState.UNDONE:
                laid.shapes.append(Glyph(self.item.icon, "text_3", 15, top + 4))
            case ToolCardState.DONE | ToolCardState.HELD:
                laid.shapes.append(Glyph(self.item.icon, "accent", 15, top + 4))


def _line_text(line: CardLine) -> str:
    text = printable(line.text[:_LONGEST_LINE])
    if line.struck:
        text += f"  {printable(line.struck[:_LONGEST_LINE])}"
        return f"{text}  → {printable(line.detail[:_LONGEST_LINE])}" if line.detail else text
    return f"{text}\t{line.detail}" if line.detail else text


def _separators(ink: Ink, hots: Sequence[Hot]) -> list[TextBox]:
    """A middle dot between neighbouring links."""
    return [caption(ink, "·", SMALL, "text_3", hot.rect.right() + 6, hot.rect.top() + 1) for hot in hots[:-1]]


def caption(ink: Ink, text: str, size: TextSize, token: str, x: float, y: float) -> TextBox:
    """One line of text at (x, y)."""
    setting = Setting(ink.font(size), size.line_px, Qt.AlignmentFlag.AlignLeft, is_wrapped=False)
    return TextBox((Span(text, ink.format(size, 0, token)),), setting, 10_000, round(x), round(y))


def spinner(ink: Ink, x: float, y: float) -> Callable[[QPainter, int, int, int], None]:
    """Paints an open ring around (x, y) that turns with the phase."""

    def paint(painter: QPainter, left: int, top: int, phase: int) -> None:
        pen = QPen(ink.color("accent"), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawArc(QRectF(left + x - 6, top + y - 6, 12, 12), -phase * 45 * 16, 260 * 16)

    return paint


class FooterRow(SingleRow):
    """Model, tokens, cost and time of a reply."""

    def __init__(self, item: FooterItem, ink: Ink) -> None:
        super().__init__(item, ink)
        self.item = item
        self._guess = _FOOTER_PX

    @property
    def actions(self) -> tuple[Action, ...]:
        return self.item.actions

    def guess(self, unit: int) -> int:  # noqa: ARG002
        return _FOOTER_PX

    def text(self, unit: int) -> str:  # noqa: ARG002
        return self.item.text

    def make(self, unit: int) -> Laid:  # noqa: ARG002
        laid = Laid(_FOOTER_PX)
        x = add_icons(laid, self.item.actions, self.width + 2, 0)
        if self.item.branch is not None:
            x = add_switch(laid, self.ink, self.item.branch, x - 4, 0)
        spans = (Span(self.item.text, self.ink.format(CAPTION, 0, "text_3")),)
        box = TextBox(spans, Setting(self.ink.font(CAPTION), CAPTION.line_px), max(x - 8, 60), 0, 3)
        laid.texts.append(box)
        laid.height = max(_FOOTER_PX, box.height + 6)
        return laid


class StatusRow(SingleRow):
    """Something is going on; three dots say so quietly."""

    def __init__(self, item: StatusItem, ink: Ink) -> None:
        super().__init__(item, ink)
        self.item = item
        self._guess = 24

    def guess(self, unit: int) -> int:  # noqa: ARG002
        return 24

    def text(self, unit: int) -> str:  # noqa: ARG002
        return self.item.text

    def make(self, unit: int) -> Laid:  # noqa: ARG002
        spans = (Span(self.item.text, self.ink.format(UI, 0, "text_2")),)
        box = TextBox(spans, Setting(self.ink.font(UI), UI.line_px), max(self.width - 30, 60), 0, 2)
        laid = Laid(box.height + 4, [], [box])
        end = box.end_point()
        laid.moving = _dots(self.ink, end.x() + 9, end.y() + 1)
        return laid


def _dots(ink: Ink, x: float, y: float) -> Callable[[QPainter, int, int, int], None]:
    def paint(painter: QPainter, left: int, top: int, phase: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for i in range(3):
            painter.setBrush(ink.color("text_3" if phase // 3 % 3 == i else "border_strong"))
            painter.drawEllipse(QRectF(left + x + i * 7, top + y - 2, 4, 4))

    return paint
