"""Plain text in pieces that are cheap to lay out, and what the model thought, which is shown so."""

from collections.abc import Iterator
from math import ceil
from typing import Final

from PySide6.QtCore import QRectF

from desktop_app.ui.chat.display import Box, Glyph, Hot, HotKind, Laid
from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.items import ReasoningItem, YouItem
from desktop_app.ui.chat.printable import printable
from desktop_app.ui.chat.rows import CHAR_PX, FOLD, Row
from desktop_app.ui.chat.text_box import Setting, Span, TextBox
from desktop_app.ui.chat.units import CHUNK_CHARS, Run, chunks
from desktop_app.ui.theme.tokens import BODY, BUBBLE_WIDTH, SMALL, TextSize

_LABEL_ROW: Final = 24
_LABEL_X: Final = 20


def pieces_of(text: str) -> list[str]:
    """`text` in pieces of about 2,000 characters that begin on a new line where there is one; without it they go on."""
    found: list[str] = []
    gathered = ""
    for line in text.splitlines(keepends=True) or [""]:
        if len(gathered) + len(line) > CHUNK_CHARS and gathered:
            found.append(gathered)
            gathered = ""
        for chunk in _line_chunks(line):
            if len(gathered) + len(chunk) > CHUNK_CHARS and gathered:
                found.append(gathered)
                gathered = ""
            gathered += chunk
    found.append(gathered)
    return found


def _line_chunks(line: str) -> Iterator[str]:
    if len(line) <= CHUNK_CHARS:
        yield line
        return
    for chunk in chunks((Run(line),)):
        yield "".join(run.text for run in chunk)


class PlainRow(Row):
    """A row whose units are pieces of plain text, from the unit `first_piece` on."""

    first_piece = 0
    size: TextSize = BODY

    def __init__(self, item: YouItem | ReasoningItem, ink: Ink) -> None:
        super().__init__(item, ink)
        self._text = item.text
        self._pieces: list[str] | None = None
        lines = item.text.count("\n") + len(item.text) * CHAR_PX / self._text_width(BUBBLE_WIDTH)
        self._guess = ceil(lines + 0.5) * self.size.line_px

    @property
    def pieces(self) -> list[str]:
        """The text in pieces; their line ends belong to them."""
        if self._pieces is None:
            self._pieces = pieces_of(printable(self._text.replace("\r\n", "\n").replace("\r", "\n")))
        return self._pieces

    def release(self) -> None:
        super().release()
        self._pieces = None

    def gap_before(self, unit: int) -> str:  # noqa: ARG002 - line ends belong to the pieces
        return ""

    def text(self, unit: int) -> str:
        return self.pieces[unit - self.first_piece]

    def guess(self, unit: int) -> int:
        piece = self.text(unit)
        lines = max(piece.count("\n"), ceil(len(piece) * CHAR_PX / self._text_width(self.width)), 1)
        return lines * self.size.line_px

    def _text_width(self, width: int) -> int:
        return max(width, 60)

    def laid_text(self, unit: int, token: str, width: float) -> TextBox:
        """The text of a unit, broken into lines."""
        # The line end that closes a piece would lay out as an empty line.
        text = self.text(unit).removesuffix("\n")
        spans = (Span(text, self.ink.format(self.size, 0, token)),)
        return TextBox(spans, Setting(self.ink.font(self.size), self.size.line_px), width)


class ReasoningRow(PlainRow):
    """A line that says how long the model thought; a click opens what it thought."""

    first_piece = 1
    size = SMALL

    def __init__(self, item: ReasoningItem, ink: Ink, *, is_open: bool | None = None) -> None:
        super().__init__(item, ink)
        self.item = item
        self.is_open = item.is_open if is_open is None else is_open
        self._guess = _LABEL_ROW + (self._guess if self.is_open else 0)

    def count(self) -> int:
        return 1 + (len(self.pieces) if self.is_open else 0)

    def findable_count(self) -> int:
        return 1 + len(self.pieces)

    def text(self, unit: int) -> str:
        return f"{self.item.label}\n" if unit == 0 else super().text(unit)

    def guess(self, unit: int) -> int:
        return _LABEL_ROW if unit == 0 else super().guess(unit)

    def toggle(self) -> None:
        """Open it or fold it."""
        self.is_open = not self.is_open
        self.forget_units(0)

    def append(self, piece: str) -> int:
        """Add what the model goes on thinking; the first unit that changed."""
        self._text += piece
        if self._pieces is not None:
            last = self._pieces.pop()
            self._pieces += pieces_of(last + printable(piece))
        changed = max(self.count() - 1, 0) if self.is_open else self.count()
        if self.is_open:
            self.forget_units(changed)
        return changed

    def make(self, unit: int) -> Laid:
        if unit == 0:
            return self._make_label()
        box = self.laid_text(unit, "text_2", self.width - _LABEL_X)
        box.x = _LABEL_X
        is_last = unit == self.count() - 1
        bar = Box(QRectF(7, 0, 2, box.height), fill="border_strong")
        return Laid(box.height + (6 if is_last else 0), [bar], [box])

    def _make_label(self) -> Laid:
        spans = (Span(self.item.label, self.ink.format(SMALL, 0, "text_3")),)
        box = TextBox(spans, Setting(self.ink.font(SMALL), SMALL.line_px, is_wrapped=False), self.width - _LABEL_X)
        box.x, box.y = _LABEL_X, (_LABEL_ROW - SMALL.line_px) // 2
        chevron = Glyph("chevron-down" if self.is_open else "chevron-right", "text_3", 0, 5, 14)
        hot = Hot(
            HotKind.ROW,
            FOLD,
            f"{self.item.label}, {'open' if self.is_open else 'folded'}",
            QRectF(-4, 0, _LABEL_X + ceil(box.natural_width) + 10, _LABEL_ROW),
        )
        return Laid(_LABEL_ROW, [chevron], [box], [hot])

    def _text_width(self, width: int) -> int:
        return max(width - _LABEL_X, 60)
