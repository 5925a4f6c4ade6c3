"""Rows one below the other: their gaps, their heights, and which key is at which position."""

from collections.abc import Iterable
from typing import assert_never

from desktop_app.ui.chat.bubble_row import BubbleRow
from desktop_app.ui.chat.card_rows import CardRow, FooterRow, StatusRow
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.heights import HeightIndex
from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.items import (
    CoachText,
    FooterItem,
    NoticeItem,
    ReasoningItem,
    StatusItem,
    ThreadItem,
    ToolCard,
    YouItem,
)
from desktop_app.ui.chat.notice_row import NoticeRow
from desktop_app.ui.chat.plain_rows import ReasoningRow
from desktop_app.ui.chat.rows import Row


def make_row(item: ThreadItem, ink: Ink) -> Row:  # noqa: PLR0911 - one for each sort
    """The row that shows `item`."""
    match item:
        case YouItem():
            return BubbleRow(item, ink)
        case CoachText():
            return CoachRow(item, ink)
        case ReasoningItem():
            return ReasoningRow(item, ink)
        case ToolCard():
            return CardRow(item, ink)
        case FooterItem():
            return FooterRow(item, ink)
        case NoticeItem():
            return NoticeRow(item, ink)
        case StatusItem():
            return StatusRow(item, ink)
        case _:
            assert_never(item)


class RowStack:
    """A list of rows that knows where each is. Growing at the end costs the same however many there are."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows: list[Row] = []
        self.heights = HeightIndex()
        self._positions: dict[int, int] = {}
        self.extend(rows)

    def append(self, row: Row) -> None:
        """Add a row at the end."""
        row.gap = _gap(self.rows[-1] if self.rows else None, row)
        self._positions[row.key] = len(self.rows)
        self.rows.append(row)
        self.heights.append(row.height)

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows at the end."""
        for row in rows:
            self.append(row)

    def replace(self, position: int, row: Row) -> None:
        """Put a row with the same key in the place of the one at `position`."""
        self.rows[position] = row
        self._set_gap(position)
        self._set_gap(position + 1)

    def remove(self, position: int) -> None:
        """Take one row out."""
        following = self.rows[position + 1 :]
        self.truncate(position)
        self.extend(following)

    def truncate(self, position: int) -> None:
        """Take out the row at `position` and all that follow it."""
        for row in self.rows[position:]:
            self._positions.pop(row.key, None)
        del self.rows[position:]
        self.heights.truncate(position)

    def position(self, key: int) -> int | None:
        """Where the row with this key is."""
        return self._positions.get(key)

    def _set_gap(self, position: int) -> None:
        if position < len(self.rows):
            row = self.rows[position]
            row.gap = _gap(self.rows[position - 1] if position else None, row)
            self.heights.set(position, row.height)


def _gap(before: Row | None, row: Row) -> int:
    """The space above a row, by what stands above it."""
    if before is None:
        return 0
    match before, row:
        case _, BubbleRow():
            return 20
        case (BubbleRow(), _) | (_, NoticeRow()):
            return 12
        case (_, FooterRow()) | (ReasoningRow(), CoachRow()):
            return 4
        case CoachRow(), CardRow():
            return 8
        case _:
            return 10
