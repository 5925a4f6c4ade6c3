"""How wide the columns of a table are: from its head and first rows, so that a long table does not move as it grows."""

from collections.abc import Sequence
from math import ceil
from typing import ClassVar, Final

from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.units import Unit, UnitKind, text_of
from desktop_app.ui.theme.theme import Weight
from desktop_app.ui.theme.tokens import SMALL, UI

_ROWS_MEASURED: Final = 12
_STEP: Final = 16
_NARROWEST: Final = 32


class Columns:
    """The column widths of the tables of one reply, by the unit of their head."""

    GUTTER: ClassVar[int] = 12

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._natural: dict[int, list[int]] = {}

    def widths(self, units: Sequence[Unit], head: int, width: int) -> list[int]:
        """The widths of the columns of the table with its head at `head`, gutters between them not counted."""
        if head not in self._natural:
            self._natural[head] = self._measure(units, head)
        natural = self._natural[head]
        return _shared_out(natural, width - self.GUTTER * (len(natural) - 1))

    def changed_from(self, units: Sequence[Unit], changed: int) -> int:
        """Where layouts are out of date after the units from `changed` on changed: earlier if columns became others."""
        earliest = changed
        for head, natural in list(self._natural.items()):
            if head >= changed or head >= len(units):
                del self._natural[head]
            elif changed - head <= _ROWS_MEASURED:
                measured = self._measure(units, head)
                if measured != natural:
                    self._natural[head] = measured
                    earliest = min(earliest, head)
        return earliest

    def _measure(self, units: Sequence[Unit], head: int) -> list[int]:
        natural = [0] * len(units[head].cells)
        for row in range(head, min(head + _ROWS_MEASURED + 1, len(units))):
            unit = units[row]
            if unit.kind is not UnitKind.ROW or unit.row != row - head:
                break
            size, weight = (SMALL, Weight.SEMIBOLD) if unit.row == 0 else (UI, Weight.REGULAR)
            for i, cell in enumerate(unit.cells[: len(natural)]):
                wide = self._ink.width(text_of(cell)[:400], size, weight)
                natural[i] = max(natural[i], ceil((wide + 2) / _STEP) * _STEP)
        return natural


def _shared_out(natural: list[int], width: int) -> list[int]:
    """Natural widths stretched to `width`; where they do not fit, the wide columns give way to the narrow ones."""
    total = sum(natural)
    if not natural or total == 0:
        return [max(width // max(len(natural), 1), _NARROWEST)] * len(natural)
    if total > width:
        fair = width // len(natural)
        narrow = sum(wide for wide in natural if wide <= fair)
        rest = sum(wide for wide in natural if wide > fair)
        return [wide if wide <= fair else max(wide * (width - narrow) // rest, _NARROWEST) for wide in natural]
    widths = [wide * width // total for wide in natural]
    widths[-1] += width - sum(widths)
    return widths
