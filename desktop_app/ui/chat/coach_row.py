"""What the coach wrote: paragraphs, lists, tables and code, each in units of its own."""

from collections.abc import Sequence
from math import ceil
from typing import Final

from PySide6.QtCore import QRectF, Qt

from desktop_app.ui.chat.code_colors import Code
from desktop_app.ui.chat.columns import Columns
from desktop_app.ui.chat.display import Box, Glyph, Hot, HotKind, Laid
from desktop_app.ui.chat.fences import Fences, box_end, code_of
from desktop_app.ui.chat.ink import CODE_PAD_PX, Ink
from desktop_app.ui.chat.items import CoachText
from desktop_app.ui.chat.rows import CHAR_PX, COPY_CODE, Row, utf16_length
from desktop_app.ui.chat.streaming import StreamingMarkdown
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
_ALIGNMENT: Final = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


class CoachRow(Row):
    """A reply or a part of one, finished or still coming."""

    def __init__(self, item: CoachText, ink: Ink) -> None:
        super().__init__(item, ink)
        self._markdown: StreamingMarkdown | None = None
        self._source = item.markdown
        self.is_streaming = item.is_streaming
        self._caret_unit: int | None = None
        self._columns = Columns(ink)
        self._fences = Fences(ink.code_colors)
        lines = item.markdown.count("\n") * 0.8 + len(item.markdown) * CHAR_PX / 672
        self._guess = max(ceil(lines), 1) * BODY.line_px if item.markdown else BODY.line_px

    @property
    def source(self) -> str:
        """The Markdown so far."""
        return self._source if self._markdown is None else self._markdown.source

    @property
    def units(self) -> list[Unit]:
        """Its units so far; the first look parses."""
        return self._parsed().units

    def append(self, piece: str) -> None:
        """Take the next piece of a stream; it shows after `refresh`."""
        self._parsed().feed(piece)

    def refresh(self) -> int:
        """Show what came; the first unit that changed."""
        return self._changed(self._parsed().refresh())

    def finish(self) -> int:
        """The stream is over; the first unit that changed."""
        self.is_streaming = False
        markdown = self._parsed()
        markdown.refresh()
        return self._changed(markdown.finish())

    def _changed(self, changed: int) -> int:
        # The caret stands in the last unit, and without any text in a unit of its own.
        changed = max(min(changed, self.count() - 1), 0)
        changed = self._columns.changed_from(self.units, changed)
        self._fences.changed_from(self.units, changed, is_streaming=self.is_streaming)
        self.forget_units(changed)
        return self._without_old_caret(changed)

    def _without_old_caret(self, changed: int) -> int:
        """Take the caret from a unit that stays as it is and is not the last any more; what is to be painted then."""
        unit, self._caret_unit = self._caret_unit, None
        laid = self.laid.get(unit) if unit is not None else None
        if unit is None or laid is None:
            return changed
        laid.caret = None
        return min(unit, changed)

    def _parsed(self) -> StreamingMarkdown:
        if self._markdown is None:
            self._markdown = StreamingMarkdown(self._source)
            if self.is_streaming:
                self._markdown.refresh()
            else:
                self._markdown.finish()
        return self._markdown

    def release(self) -> None:
        if self.is_streaming:
            self.laid.clear()
            return
        super().release()
        if self._markdown is not None:
            self._source = self._markdown.source
            self._markdown = None
            self._columns = Columns(self.ink)
            self._fences = Fences(self.ink.code_colors)

    def prepare(self, width: int) -> None:
        if width != self.width:
            self._columns = Columns(self.ink)
        super().prepare(width)

    def count(self) -> int:
        return max(len(self.units), 1)

    def text(self, unit: int) -> str:
        return self.units[unit].text if unit < len(self.units) else ""

    def copied(self, unit: int, start: int, end: int | None) -> str:
        text = super().copied(unit, start, end)
        if start == 0 and unit < len(self.units):
            return self.units[unit].spoken_marker + text
        return text

    def gap_before(self, unit: int) -> str:
        if unit == 0 or self.units[unit].is_continued:
            return ""
        return "\n\n" if self.units[unit].gap >= 8 else "\n"

    def code_at(self, unit: int) -> str:
        """The whole code of the box whose first line is `unit`."""
        return code_of(self.units, unit, box_end(self.units, unit))

    def recolor(self, code: Code) -> bool:
        """Better colours of `code` are known: its lines are to be laid out again; whether there were any."""
        laid = [unit for unit in self._fences.units_of(code) if unit in self.laid]
        for unit in laid:
            del self.laid[unit]
        return bool(laid)

    def guess(self, unit: int) -> int:
        if unit >= len(self.units):
            return BODY.line_px
        piece = self.units[unit]
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

    def make(self, unit: int) -> Laid:
        if unit >= len(self.units):
            laid = self._make_text(Unit(UnitKind.TEXT))
        else:
            laid = self._make_unit(self.units[unit], unit)
        if self.is_streaming and unit == self.count() - 1 and laid.texts:
            laid.caret = laid.texts[-1].end_point()
            self._caret_unit = unit
        return laid

    def _make_unit(self, piece: Unit, unit: int) -> Laid:
        match piece.kind:
            case UnitKind.TEXT:
                return self._make_text(piece, self.units[unit - 1].quotes if unit else 0)
            case UnitKind.CODE:
                return self._make_code(piece, unit)
            case UnitKind.ROW:
                return self._make_row(piece, unit)
            case UnitKind.RULE:
                line = Box(QRectF(0, piece.gap, self.width, 1), fill="border_strong")
                return Laid(piece.gap + 1, [line])

    def _make_text(self, piece: Unit, quotes_before: int = 0) -> Laid:
        left = piece.indent + piece.quotes * _QUOTE_PX
        size = LEAD if piece.level in {1, 2} else BODY
        weight = Weight.SEMIBOLD if piece.level else Weight.REGULAR
        token = "text_2" if piece.quotes else "text"
        setting = Setting(self.ink.font(size, weight), size.line_px)
        box = TextBox(
            self._spans(piece.runs, size, token, weight), setting, max(self.width - left, 40), left, piece.gap
        )
        laid = Laid(piece.gap + box.height, [], [box])
        for depth in range(piece.quotes):
            top = 0 if depth < quotes_before else piece.gap
            bar = QRectF(depth * _QUOTE_PX, top, 2, laid.height - top)
            laid.shapes.append(Box(bar, fill="border_strong"))
        self._add_marker(laid, piece, left)
        _add_marks(laid, box)
        return laid

    def _add_marker(self, laid: Laid, piece: Unit, left: int) -> None:
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
                spans = (Span(number, self.ink.format(BODY, 0, "text_3")),)
                setting = Setting(self.ink.font(BODY), BODY.line_px, Qt.AlignmentFlag.AlignRight, is_wrapped=False)
                laid.labels.append(TextBox(spans, setting, 60, left - 66, piece.gap))

    def _make_code(self, piece: Unit, unit: int) -> Laid:
        left = piece.indent + piece.quotes * _QUOTE_PX
        width = max(self.width - left, 60)
        top = piece.gap + (_CODE_PAD_Y if piece.is_first else 0)
        inner = width - 2 * _CODE_PAD_X - (_COPY_PX - 4 if piece.is_first else 0)
        parts = self._fences.colored(self.units, unit, is_streaming=self.is_streaming)
        spans = [Span(text, self.ink.format(SMALL, CODE, token)) for text, token in parts]
        setting = Setting(self.ink.mono(), _CODE_LINE, breaks_anywhere=True)
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

    def _make_row(self, piece: Unit, unit: int) -> Laid:
        left = piece.indent + piece.quotes * _QUOTE_PX
        widths = self._columns.widths(self.units, unit - piece.row, self.width - left)
        size, weight, token = (SMALL, Weight.SEMIBOLD, "text_2") if piece.row == 0 else (UI, Weight.REGULAR, "text")
        laid = Laid(0)
        start, x, tallest = 0, left, UI.line_px
        for cell, cell_width, align in zip(piece.cells, widths, piece.aligns, strict=False):
            setting = Setting(self.ink.font(size, weight), UI.line_px, _ALIGNMENT[align])
            box = TextBox(self._spans(cell, size, token, weight), setting, cell_width, x, piece.gap + _CELL_PAD, start)
            laid.texts.append(box)
            _add_marks(laid, box)
            start += utf16_length("".join(run.text for run in cell)) + 1
            x += cell_width + Columns.GUTTER
            tallest = max(tallest, box.height)
        laid.height = piece.gap + tallest + 2 * _CELL_PAD + 1
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
                    look = self.ink.format(size, run.style, token_of_run, weight, is_spaced=is_spaced)
                    spans.append(Span(text, look, run.link, is_code))
        return spans or [Span("", self.ink.format(size, 0, token, weight))]


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
