"""What is selected in the thread: from one position in a unit to another, across units and messages."""

import re
from typing import Final, NamedTuple

from desktop_app.ui.chat.card_rows import FooterRow, StatusRow
from desktop_app.ui.chat.column import Column
from desktop_app.ui.chat.plain_rows import ReasoningRow
from desktop_app.ui.chat.rows import Row, utf16_length, utf16_slice

_WORD: Final = re.compile(r"\w+|\s+|.", re.DOTALL)


class Spot(NamedTuple):
    """A position in the text of a unit; spots compare in reading order."""

    row: int
    unit: int
    position: int


class Selection:
    """Two spots; empty when they are the same or there are none."""

    def __init__(self) -> None:
        self.anchor: Spot | None = None
        self.cursor: Spot | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is selected."""
        return self.anchor is None or self.anchor == self.cursor

    def clear(self) -> None:
        """Select nothing."""
        self.anchor = self.cursor = None

    def set(self, anchor: Spot, cursor: Spot) -> None:
        """Select from `anchor` to `cursor`, whichever comes first."""
        self.anchor, self.cursor = anchor, cursor

    def shift(self, rows: int) -> None:
        """So many rows came in before all others."""
        if self.anchor is not None and self.cursor is not None:
            self.anchor = self.anchor._replace(row=self.anchor.row + rows)
            self.cursor = self.cursor._replace(row=self.cursor.row + rows)

    def ends(self) -> tuple[Spot, Spot] | None:
        """The earlier and the later end, or None."""
        if self.anchor is None or self.cursor is None or self.anchor == self.cursor:
            return None
        return min(self.anchor, self.cursor), max(self.anchor, self.cursor)

    def within(self, row: int, unit: int) -> tuple[int, int] | None:
        """What is selected of a unit, as positions in its text."""
        ends = self.ends()
        if ends is None:
            return None
        first, last = ends
        if not (first.row, first.unit) <= (row, unit) <= (last.row, last.unit):
            return None
        start = first.position if (first.row, first.unit) == (row, unit) else 0
        end = last.position if (last.row, last.unit) == (row, unit) else 1 << 30
        return start, end


def selected_text(column: Column, selection: Selection) -> str:
    """What is selected, as plain text; across messages without what was not said, such as footers and thoughts."""
    ends = selection.ends()
    if ends is None:
        return ""
    first, last = ends
    if first.row == last.row:
        return row_text(column.rows[first.row], first, last)
    parts = []
    for position in range(first.row, min(last.row + 1, len(column.rows))):
        row = column.rows[position]
        if not isinstance(row, FooterRow | StatusRow | ReasoningRow):
            parts.append(
                row_text(row, first if position == first.row else None, last if position == last.row else None)
            )
    return "\n\n".join(part for part in parts if part)


def row_text(row: Row, first: Spot | None, last: Spot | None) -> str:
    """What lies between two spots of one row, None being its beginning or its end."""
    parts = []
    begin = first.unit if first is not None else 0
    end = min(last.unit, row.count() - 1) if last is not None else row.count() - 1
    for unit in range(begin, end + 1):
        start = first.position if first is not None and unit == first.unit else 0
        stop = last.position if last is not None and unit == last.unit else None
        if unit > begin:
            parts.append(row.gap_before(unit))
        parts.append(row.copied(unit, start, stop))
    return "".join(parts).strip("\n")


def word_around(row: Row, unit: int, position: int) -> tuple[int, int]:
    """The word at a position of a unit, as positions."""
    text = row.text(unit)
    before = len(utf16_slice(text, 0, position))
    for match in _WORD.finditer(text, max(before - 200, 0)):
        if match.end() > before or match.end() == len(text):
            return utf16_length(text[: match.start()]), utf16_length(text[: match.end()])
    return position, position
