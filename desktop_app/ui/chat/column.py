"""All rows of a conversation one below the other: where each is, and layouts only for those in sight."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, assert_never

from desktop_app.ui.chat.bubble_row import BubbleRow
from desktop_app.ui.chat.card_rows import CardRow, FooterRow, StatusRow
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.code_colors import Code
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

PAD_TOP: Final = 20
PAD_BOTTOM: Final = 20
_MOST_LAID: Final = 400
_MOST_PREPARED: Final = 120
_PASSES: Final = 12
_FIRST_ROWS: Final = 400


class Place(NamedTuple):
    """A unit of a row, by their positions."""

    row: int
    unit: int


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


class Column:
    """The rows, their heights and what of them is laid out. All y are from the top of the conversation."""

    def __init__(self, ink: Ink) -> None:
        self.ink = ink
        self.rows: list[Row] = []
        self.width = 0
        self._heights = HeightIndex()
        self._positions: dict[int, int] = {}
        self._busy: set[Row] = set()
        self._earlier: Sequence[ThreadItem] = ()
        self._made: list[Row] = []

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def height(self) -> int:
        """The height of everything, as far as it is known."""
        return PAD_TOP + self._heights.total() + PAD_BOTTOM if self.rows else 0

    @property
    def laid_count(self) -> int:
        """How many layouts are kept at the moment."""
        return sum(len(row.laid) for row in self._busy)

    def set_items(self, items: Sequence[ThreadItem]) -> None:
        """Show these and nothing else. Of a long conversation the end is there at once; see `make_earlier`."""
        self._busy.clear()
        self._made.clear()
        split = max(len(items) - _FIRST_ROWS, 0)
        self._earlier = items[:split]
        self.rows = [make_row(item, self.ink) for item in items[split:]]
        self._reindex()

    @property
    def is_complete(self) -> bool:
        """Whether the beginning of the conversation is there too."""
        return not self._earlier

    def make_earlier(self, most: int | None = None) -> int:
        """Make more of the rows that are not there yet, at most so many; how many came in before the others.

        They come in all at once, with the last of them, so that positions change once.
        """
        done = len(self._made)
        upto = len(self._earlier) if most is None else done + most
        self._made += [make_row(item, self.ink) for item in self._earlier[done:upto]]
        if len(self._made) < len(self._earlier) or not self._made:
            return 0
        added, self._made, self._earlier = self._made, [], ()
        self.rows = added + self.rows
        self._reindex()
        return len(added)

    def append(self, item: ThreadItem) -> int:
        """Add a row at the end; its position."""
        row = make_row(item, self.ink)
        row.gap = _gap(self.rows[-1] if self.rows else None, row)
        self.rows.append(row)
        self._heights.append(row.height)
        self._positions[row.key] = len(self.rows) - 1
        return len(self.rows) - 1

    def replace(self, item: ThreadItem) -> int | None:
        """Put `item` where the one with its key is; None if there is none."""
        position = self._positions.get(item.key)
        if position is None:
            return None
        old = self.rows[position]
        row = make_row(item, self.ink)
        if isinstance(row, ReasoningRow) and isinstance(old, ReasoningRow) and old.item.is_open == row.item.is_open:
            row = ReasoningRow(row.item, self.ink, is_open=old.is_open)
        self._busy.discard(old)
        self.rows[position] = row
        self._set_gap(position)
        self._set_gap(position + 1)
        return position

    def remove(self, key: int) -> int | None:
        """Take the row with this key out; the position it had."""
        position = self._positions.get(key)
        if position is None:
            return None
        self._busy.discard(self.rows.pop(position))
        if position == len(self.rows):
            del self._positions[key]
            self._heights.truncate(position)
        else:
            self._reindex()
        return position

    def truncate(self, position: int) -> None:
        """Take out the row at `position` and all that follow it."""
        for row in self.rows[position:]:
            self._busy.discard(row)
            self._positions.pop(row.key, None)
        del self.rows[position:]
        self._heights.truncate(position)

    def position(self, key: int) -> int | None:
        """Where the row with this key is."""
        return self._positions.get(key)

    def drop_layouts(self) -> None:
        """Forget every layout; the heights stay as the best guess."""
        for row in self._busy:
            row.laid.clear()
        self._busy.clear()

    def recolor(self, code: Code) -> bool:
        """Better colours of `code` are known; whether a row on which something is laid out shows it."""
        rows = [row for row in self._busy if isinstance(row, CoachRow)]
        recolored = [row for row in rows if row.recolor(code)]
        return bool(recolored)

    def top(self, position: int) -> int:
        """Where a row begins, its gap included."""
        return PAD_TOP + self._heights.top(position)

    def unit_top(self, place: Place) -> int:
        """Where a unit begins."""
        return self.top(place.row) + self.rows[place.row].top(place.unit)

    def find(self, y: int) -> Place:
        """The unit at `y`, or the nearest. There must be a row."""
        position = self._heights.find(y - PAD_TOP)
        return Place(position, self.rows[position].find(y - self.top(position)))

    def note_height(self, position: int) -> None:
        """A row's height has changed."""
        self._heights.set(position, self.rows[position].height)

    def visible(self, top: int, bottom: int) -> Iterator[tuple[Place, int]]:
        """The units between two y, each with its own y, as far as they are known."""
        if not self.rows:
            return
        place = self.find(top)
        y = self.top(place.row)
        for position in range(place.row, len(self.rows)):
            row = self.rows[position]
            if y >= bottom:
                return
            if row.is_prepared:
                unit = row.find(top - y)
                unit_y = y + row.top(unit)
                for i in range(unit, row.count()):
                    if unit_y >= bottom:
                        break
                    yield Place(position, i), unit_y
                    unit_y += row.unit_height(i)
            y += row.height

    def settle(self, scroll: int, view_height: int, *, follows: bool) -> int:
        """Lay out what is in sight from `scroll` on and return where to scroll so that what stood there stands still.

        With `follows` the end is what stays in sight.
        """
        for _ in range(_PASSES):
            if follows:
                scroll = max(self.height - view_height, 0)
            anchor = self._anchor(scroll, view_height)
            if not self._lay_out(scroll, scroll + view_height):
                break
            if anchor is not None and not follows:
                scroll = self.unit_top(anchor[0]) - anchor[1]
            scroll = max(min(scroll, self.height - view_height), 0)
        self._let_go(scroll, scroll + view_height)
        return scroll

    def _anchor(self, scroll: int, view_height: int) -> tuple[Place, int] | None:
        """The first unit in sight whose height is known, and how far from the top of the view it is."""
        first: tuple[Place, int] | None = None
        for place, y in self.visible(scroll, scroll + view_height):
            if place.unit in self.rows[place.row].laid:
                return place, y - scroll
            first = first or (place, y - scroll)
        return first

    def _lay_out(self, top: int, bottom: int) -> bool:
        if not self.rows:
            return False
        position = self._heights.find(top - PAD_TOP)
        y = self.top(position)
        changed = False
        while position < len(self.rows) and y < bottom:
            row = self.rows[position]
            before = row.height
            row.prepare(self.width)
            self._busy.add(row)
            unit = row.find(top - y)
            while unit < row.count() and y + row.top(unit) < bottom:
                changed = row.lay_out(unit) or changed
                unit += 1
            if row.height != before or row.height != self._heights[position]:
                changed = True
                self._heights.set(position, row.height)
            y += row.height
            position += 1
        return changed

    def _let_go(self, top: int, bottom: int) -> None:
        """Keep memory level: drop layouts far from what is in sight."""
        if self.laid_count <= _MOST_LAID and len(self._busy) <= _MOST_PREPARED:
            return
        margin = bottom - top
        near: dict[int, list[int]] = {}
        for place, _ in self.visible(top - margin, bottom + margin):
            near.setdefault(place.row, []).append(place.unit)
        kept = {self.rows[position]: units for position, units in near.items()}
        for row in list(self._busy):
            units = kept.get(row)
            if units is None:
                row.release()
                self._busy.discard(row)
            else:
                row.drop_layouts(units[0], units[-1])

    def _set_gap(self, position: int) -> None:
        if position < len(self.rows):
            row = self.rows[position]
            row.gap = _gap(self.rows[position - 1] if position else None, row)
            self._heights.set(position, row.height)

    def _reindex(self) -> None:
        before: Row | None = None
        for row in self.rows:
            row.gap = _gap(before, row)
            before = row
        self._heights = HeightIndex(row.height for row in self.rows)
        self._positions = {row.key: position for position, row in enumerate(self.rows)}


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
