"""How wide the columns of a table are: from its head and first rows, so that a long table does not move as it grows."""

from collections.abc import Sequence
from math import ceil
from typing import ClassVar, Final, NamedTuple

from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.units import Unit, UnitKind, text_of
from desktop_app.ui.theme.theme import Weight
from desktop_app.ui.theme.tokens import SMALL, UI, TextSize

_ROWS_MEASURED: Final = 12
_STEP: Final = 16
_NARROWEST: Final = 32
# Words longer than the first of these may be broken; where columns do not fit side by side, those longer than the next.
_LONG_WORDS: Final = (128, 88, 64)


class _Wish(NamedTuple):
    """How wide a column is at its ease, and where none of its words is broken."""

    natural: int
    least: int


class Columns:
    """The column widths of the tables of one reply, by the unit of their head."""

    GUTTER: ClassVar[int] = 12

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._wishes: dict[int, list[_Wish]] = {}

    def widths(self, units: Sequence[Unit], head: int, width: int) -> list[int]:
        """The widths of the columns of the table with its head at `head`, gutters between them not counted.

        Where there are more than fit side by side, they are wider in sum: then some stand below the others.
        """
        if head not in self._wishes:
            self._wishes[head] = self._measure(units, head)
        wishes = self._wishes[head]
        return _shared_out(wishes, width - self.GUTTER * (len(wishes) - 1))

    def changed_from(self, units: Sequence[Unit], changed: int) -> int:
        """Where layouts are out of date after the units from `changed` on changed: earlier if columns became others."""
        earliest = changed
        for head, wishes in list(self._wishes.items()):
            if head >= changed or head >= len(units):
                del self._wishes[head]
            elif changed - head <= _ROWS_MEASURED:
                measured = self._measure(units, head)
                if measured != wishes:
                    self._wishes[head] = measured
                    earliest = min(earliest, head)
        return earliest

    def _measure(self, units: Sequence[Unit], head: int) -> list[_Wish]:
        wishes = [_Wish(0, 0)] * len(units[head].cells)
        for row in range(head, min(head + _ROWS_MEASURED + 1, len(units))):
            unit = units[row]
            if unit.kind is not UnitKind.ROW or unit.row != row - head:
                break
            size, weight = (SMALL, Weight.SEMIBOLD) if unit.row == 0 else (UI, Weight.REGULAR)
            for i, cell in enumerate(unit.cells[: len(wishes)]):
                text = text_of(cell)[:400]
                natural = self._stepped(text, size, weight)
                word = self._stepped(max(text.split(), key=len, default=""), size, weight)
                known = wishes[i]
                wishes[i] = _Wish(max(known.natural, natural), max(known.least, word))
        return wishes

    def _stepped(self, text: str, size: TextSize, weight: Weight) -> int:
        # Room for the box around code, which is not in the text's own width.
        return ceil((self._ink.width(text, size, weight) + 8) / _STEP) * _STEP


def _shared_out(wishes: Sequence[_Wish], width: int) -> list[int]:
    """Natural widths stretched to `width`; where they do not fit, the wide columns give way first."""
    natural = [max(wish.natural, 1) for wish in wishes]
    total = sum(natural)
    if total <= width:
        widths = [wide * width // total for wide in natural]
        widths[-1:] = [widths[-1] + width - sum(widths)] if widths else []
        return widths
    narrower = [[max(min(wish.least, wish.natural, word), _NARROWEST) for wish in wishes] for word in _LONG_WORDS]
    least = next((found for found in narrower if sum(found) <= width), narrower[0])
    rest, wanted = width - sum(least), sum(max(wide - few, 0) for wide, few in zip(natural, least, strict=True))
    if rest < 0:
        return [min(few, max(width, _NARROWEST)) for few in least]
    return [few + max(wide - few, 0) * rest // max(wanted, 1) for wide, few in zip(natural, least, strict=True)]
