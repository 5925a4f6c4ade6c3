"""The code boxes of one reply: where they are closed, and the colours of their lines."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from desktop_app.ui.chat.code_colors import Code, CodeColors
from desktop_app.ui.chat.syntax import Piece, language_of, quick_pieces
from desktop_app.ui.chat.units import Unit, UnitKind


class _Fence(NamedTuple):
    """A box whose lines are the units from `first` to `last`."""

    first: int
    last: int
    code: Code


def box_end(units: Sequence[Unit], unit: int) -> int:
    """The last unit of the box that `unit` is a line of."""
    while not units[unit].is_last and unit + 1 < len(units) and _goes_on(units[unit + 1]):
        unit += 1
    return unit


def box_start(units: Sequence[Unit], unit: int) -> int:
    """The first unit of the box that `unit` is a line of."""
    while unit > 0 and not units[unit].is_first:
        unit -= 1
    return unit


def code_of(units: Sequence[Unit], first: int, last: int) -> str:
    """The whole code of a box."""
    lines: list[str] = []
    for line in units[first : last + 1]:
        if line.is_continued and lines:
            lines[-1] += line.text
        else:
            lines.append(line.text)
    return "\n".join(lines)


def _goes_on(unit: Unit) -> bool:
    return unit.kind is UnitKind.CODE and not unit.is_first


class Fences:
    """Colours lines: quickly as they come, and as Pygments says once their box is closed and that is known."""

    def __init__(self, colors: CodeColors) -> None:
        self._colors = colors
        self._closed: list[_Fence] = []
        self._last_line: int | None = None

    def changed_from(self, units: Sequence[Unit], changed: int, *, is_streaming: bool) -> None:
        """Units from `changed` on are others now. Where that closed a box, its better colours are asked for."""
        while self._closed and self._closed[-1].last >= changed:
            self._closed.pop()
        line = self._last_line
        if line is not None and line < len(units) and units[line].kind is UnitKind.CODE:
            self._pieces(units, line, is_streaming=is_streaming)
        self._last_line = len(units) - 1 if units and units[-1].kind is UnitKind.CODE else None

    def units_of(self, code: Code) -> range:
        """The units of the box with this code, as far as it was looked at."""
        found = next((fence for fence in self._closed if fence.code == code), None)
        return range(0) if found is None else range(found.first, found.last + 1)

    def colored(self, units: Sequence[Unit], unit: int, *, is_streaming: bool) -> Iterator[tuple[str, str]]:
        """The line at `unit` in parts, each with the token of its colour."""
        pieces = self._pieces(units, unit, is_streaming=is_streaming)
        text = units[unit].text
        position = 0
        for start, end, token in pieces:
            if start > position:
                yield text[position:start], "text"
            yield text[start:end], token
            position = end
        if position < len(text) or not text:
            yield text[position:], "text"

    def _pieces(self, units: Sequence[Unit], unit: int, *, is_streaming: bool) -> Sequence[Piece]:
        language = language_of(units[unit].language)
        fence = self._fence(units, unit, language, is_streaming=is_streaming)
        if fence is not None:
            lines = self._colors.lines(fence.code)
            if lines and unit - fence.first < len(lines):
                return lines[unit - fence.first]
        return quick_pieces(units[unit].text, language)

    def _fence(self, units: Sequence[Unit], unit: int, language: str, *, is_streaming: bool) -> _Fence | None:
        for known in self._closed:
            if known.first <= unit <= known.last:
                return known
        last = box_end(units, unit)
        if is_streaming and last == len(units) - 1:
            return None
        first = box_start(units, unit)
        found = _Fence(first, last, Code(language, code_of(units, first, last)))
        self._closed.append(found)
        self._closed.sort()
        return found
