"""The units of a reply laid out: paragraphs, list items, lines of code, rows of tables, rules."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Final

from PySide6.QtCore import QRectF, Qt

from desktop_app.ui.chat.code_colors import Code
from desktop_app.ui.chat.columns import Columns
from desktop_app.ui.chat.display import Box, Glyph, Hot, HotKind, Laid, Painted
from desktop_app.ui.chat.fences import Fences
from desktop_app.ui.chat.ink import CODE_PAD_PX, Ink
from desktop_app.ui.chat.rows import CHAR_PX, COPY_CODE, utf16_length
from desktop_app.ui.chat.text_box import Setting, Span, TextBox
from desktop_app.ui.chat.units import BULLET, CODE, TASK_DONE, TASK_OPEN, Run, Unit, UnitKind
from desktop_app.ui.theme.theme import Weight
from desktop_app.ui.theme.tokens import BODY, LEAD, SMALL, UI, TextSize

_QUOTE_PX: Final = 14
_CODE_LINE: Final = 20
_CODE_PAD_X: Final = 12
_CODE_PAD_Y: Final = 9
_COPY_PX: Final = 28
_CELL_PAD: Final = 4
# Between cells of one row that stand one below the other.
_BAND_GAP: Final = 2
_ALIGNMENT: Final = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


class UnitLayout:
    """Lays out units of one reply for one width; it knows the columns of its tables and the colours of its code."""

    def __init__(self, ink: Ink) -> None:
        self.width = 0
        self._ink = ink
        self._columns = Columns(ink)
        self._fences = Fences(ink.code_colors)

    def set_width(self, width: int) -> None:
        """Lay out for this width from now on."""
        if width != self.width:
            self.width = width
            self._columns = Columns(self._ink)

    def forget(self) -> None:
        """The units will be others."""
        self._columns = Columns(self._ink)
        self._fences = Fences(self._ink.code_colors)

    def changed_from(self, units: Sequence[Unit], changed: int, *, is_streaming: bool) -> int:
        """Units from `changed` on are others now; where layouts are out of date, which may be earlier."""
        changed = self._columns.changed_from(units, changed)
        self._fences.changed_from(units, changed, is_streaming=is_streaming)
        return changed

    def units_of(self, code: Code) -> range:
        """The units of the box with this code, as far as it was laid out."""
        return self._fences.units_of(code)

    def guess(self, piece: Unit) -> int:
        """The likely height of a unit, in pixels."""
        match piece.kind:
            case UnitKind.ROW:
                return piece.gap + 29
            case UnitKind.RULE:
                return piece.gap + 1
            case UnitKind.CODE:
                lines = ceil(len(piece.text) * 7.2 / max(self.width - 24, 60)) or 1
                return piece.gap + lines * _CODE_LINE + _CODE_PAD_Y * (piece.is_first + piece.is_last)
            case UnitKind.TEXT:
                lines = ceil(len(piece.text) * CHAR_PX / max(self.width - piece.indent, 60)) or 1
                return piece.gap + lines * BODY.line_px

    def make(self, units: Sequence[Unit], unit: int, *, is_streaming: bool) -> Laid:
        """Lay out one of `units`."""
        piece = units[unit]
        match piece.kind:
            case UnitKind.TEXT:
                return self.text(piece, units[unit - 1].quotes if unit else 0)
            case UnitKind.CODE:
                return self._code(units, unit, is_streaming=is_streaming)
            case UnitKind.ROW:
                return self._row(units, unit)
            case UnitKind.RULE:
                line = Box(QRectF(0, piece.gap, self.width, 1), fill="border_strong")
                return Laid(piece.gap + 1, [line])

    def text(self, piece: Unit, quotes_before: int = 0) -> Laid:
        """Lay out a paragraph or an item, below a unit that lies in so many quotes."""
        left = piece.indent + piece.quotes * _QUOTE_PX
        size = LEAD if piece.level in {1, 2} else BODY
        weight = Weight.SEMIBOLD if piece.level else Weight.REGULAR
        token = "text_2" if piece.quotes else "text"
        setting = Setting(self._ink.font(size, weight), size.line_px)
        box = TextBox(
            self._spans(piece.runs, size, token, weight), setting, max(self.width - left, 40), left, piece.gap
        )
        if box.is_from_right:
            box.x = 0
        laid = Laid(piece.gap + box.height, [], [box])
        for depth in range(piece.quotes):
            top = 0 if depth < quotes_before else piece.gap
            bar = QRectF(depth * _QUOTE_PX, top, 2, laid.height - top)
            laid.shapes.append(Box(bar, fill="border_strong"))
        self._add_marker(laid, piece, left, from_right=box.is_from_right)
        if box.is_from_right:
            laid.shapes = [_turned(shape, self.width) for shape in laid.shapes]
        _add_marks(laid, box)
        return laid

    def _add_marker(self, laid: Laid, piece: Unit, left: int, *, from_right: bool) -> None:
        middle = piece.gap + BODY.line_px / 2
        match piece.marker:
            case "":
                return
            case marker if marker == BULLET:
                laid.shapes.append(Box(QRectF(left - 18, middle - 2.5, 5, 5), fill="text_3", radius=2.5))
            case marker if marker == TASK_OPEN:
                laid.shapes.append(Box(QRectF(left - 19, middle - 7, 14, 14), border="text_3", radius=7))
            case marker if marker == TASK_DONE:
                laid.shapes.append(Box(QRectF(left - 19, middle - 7, 14, 14), fill="accent", radius=7))
                laid.shapes.append(Glyph("check", "on_accent", left - 17, middle - 5, 10))
            case number:
                spans = (Span(number, self._ink.format(BODY, 0, "text_3")),)
                side = Qt.AlignmentFlag.AlignLeft if from_right else Qt.AlignmentFlag.AlignRight
                setting = Setting(self._ink.font(BODY), BODY.line_px, side, is_wrapped=False)
                x = self.width - left + 6 if from_right else left - 66
                laid.labels.append(TextBox(spans, setting, 60, x, piece.gap))

    def _code(self, units: Sequence[Unit], unit: int, *, is_streaming: bool) -> Laid:
        piece = units[unit]
        left = piece.indent + piece.quotes * _QUOTE_PX
        width = max(self.width - left, 60)
        top = piece.gap + (_CODE_PAD_Y if piece.is_first else 0)
        inner = width - 2 * _CODE_PAD_X - (_COPY_PX - 4 if piece.is_first else 0)
        parts = self._fences.colored(units, unit, is_streaming=is_streaming)
        spans = [Span(text, self._ink.format(SMALL, CODE, token)) for text, token in parts]
        setting = Setting(self._ink.mono(), _CODE_LINE, breaks_anywhere=True)
        box = TextBox(spans, setting, inner, left + _CODE_PAD_X, top)
        height = top + box.height + (_CODE_PAD_Y if piece.is_last else 0)
        frame = Box(
            QRectF(left, piece.gap, width, height - piece.gap),
            "sunken",
            "border",
            8,
            has_top=piece.is_first,
            has_bottom=piece.is_last,
        )
        laid = Laid(height, [frame], [box])
        if piece.is_first:
            rect = QRectF(left + width - _COPY_PX - 4, piece.gap + 4, _COPY_PX, _COPY_PX)
            laid.hots.append(Hot(HotKind.ICON, f"{COPY_CODE}:{unit}", "Copy code", rect, icon="copy"))
        return laid

    def _row(self, units: Sequence[Unit], unit: int) -> Laid:
        piece = units[unit]
        left = piece.indent + piece.quotes * _QUOTE_PX
        widths = self._columns.widths(units, unit - piece.row, self.width - left)
        size, weight, token = (SMALL, Weight.SEMIBOLD, "text_2") if piece.row == 0 else (UI, Weight.REGULAR, "text")
        laid = Laid(0)
        start, x, y, tallest = 0, left, piece.gap + _CELL_PAD, UI.line_px
        for cell, cell_width, align in zip(piece.cells, widths, piece.aligns, strict=False):
            if x > left and x + cell_width > self.width:
                x, y, tallest = left, y + tallest + _BAND_GAP, UI.line_px
            setting = Setting(self._ink.font(size, weight), UI.line_px, _ALIGNMENT[align], keeps_side=True)
            box = TextBox(self._spans(cell, size, token, weight), setting, cell_width, x, y, start)
            laid.texts.append(box)
            _add_marks(laid, box)
            start += utf16_length("".join(run.text for run in cell)) + 1
            x += cell_width + Columns.GUTTER
            tallest = max(tallest, box.height)
        laid.height = y + tallest + _CELL_PAD + 1
        line = QRectF(left, laid.height - 1, self.width - left, 1)
        laid.shapes.append(Box(line, fill="border_strong" if piece.row == 0 else "border"))
        return laid

    def _spans(self, runs: Sequence[Run], size: TextSize, token: str, weight: Weight) -> list[Span]:
        spans: list[Span] = []
        for i, run in enumerate(runs):
            is_code = bool(run.style & CODE)
            # Room for the box around code: behind the letter before it, and behind its own last one.
            needs_room = bool(run.text) and (is_code or (i + 1 < len(runs) and bool(runs[i + 1].style & CODE)))
            token_of_run = "accent" if run.link else token
            body, end = (run.text[:-1], run.text[-1:]) if needs_room else (run.text, "")
            for text, is_spaced in ((body, False), (end, True)):
                if text:
                    look = self._ink.format(size, run.style, token_of_run, weight, is_spaced=is_spaced)
                    spans.append(Span(text, look, run.link, is_code))
        return spans or [Span("", self._ink.format(size, 0, token, weight))]


def _turned(shape: Painted, width: int) -> Painted:
    """A mark of a text that is read from the right, at the other side."""
    if isinstance(shape, Box):
        rect = shape.rect
        return replace(shape, rect=QRectF(width - rect.right(), rect.top(), rect.width(), rect.height()))
    return replace(shape, x=width - shape.x - shape.size_px)


def _add_marks(laid: Laid, box: TextBox) -> None:
    """Boxes behind code and places to press on links."""
    for first, length, _ in box.codes:
        for rect in box.rects(first, length):
            middle = rect.center().y()
            left = rect.left() - CODE_PAD_PX + 1
            frame = QRectF(left, middle - 9, rect.right() - left - 1, 18)
            laid.shapes.append(Box(frame, "sunken", "border", 4))
    for first, length, link in box.links:
        rects = tuple(box.rects(first, length))
        if rects:
            laid.hots.append(Hot(HotKind.TEXT_LINK, "", link, rects[0], link, lines=rects))
