"""All rows of a conversation one below the other: where each is, and layouts only for those in sight."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.code_colors import Code
from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.items import ThreadItem
from desktop_app.ui.chat.plain_rows import ReasoningRow
from desktop_app.ui.chat.row_stack import RowStack, make_row
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


class Column:
    """The rows, their heights and what of them is laid out. All y are from the top of the conversation."""

    def __init__(self, ink: Ink) -> None:
        self.ink = ink
        self.width = 0
        self._stack = RowStack()
        self._busy: set[Row] = set()
        self._unsettled: set[Row] = set()
        self._earlier: Sequence[ThreadItem] = ()
        self._made = RowStack()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def height(self) -> int:
        """The height of everything, as far as it is known."""
        return PAD_TOP + self._stack.heights.total() + PAD_BOTTOM if self.rows else 0

    @property
    def laid_count(self) -> int:
        """How many layouts are kept at the moment."""
        return sum(len(row.laid) for row in self._busy)

    @property
    def rows(self) -> list[Row]:
        """The rows that are there, from the top."""
        return self._stack.rows

    def set_items(self, items: Sequence[ThreadItem]) -> None:
        """Show these and nothing else. Of a long conversation the end is there at once; see `make_earlier`."""
        self._busy.clear()
        self._unsettled.clear()
        self._made = RowStack()
        split = max(len(items) - _FIRST_ROWS, 0)
        self._earlier = items[:split]
        self._stack = RowStack(make_row(item, self.ink) for item in items[split:])

    @property
    def is_complete(self) -> bool:
        """Whether the beginning of the conversation is there too."""
        return not self._earlier

    def make_earlier(self, most: int | None = None) -> int:
        """Make more of the rows that are not there yet, at most so many; how many came in before the others.

        They come in all at once, with the last of them, so that positions change once.
        """
        done = len(self._made.rows)
        upto = len(self._earlier) if most is None else done + most
        self._made.extend(make_row(item, self.ink) for item in self._earlier[done:upto])
        added = len(self._made.rows)
        if added < len(self._earlier) or not added:
            return 0
        self._made.extend(self._stack.rows)
        self._stack, self._made, self._earlier = self._made, RowStack(), ()
        return added

    def append(self, item: ThreadItem) -> int:
        """Add a row at the end; its position."""
        self._stack.append(make_row(item, self.ink))
        return len(self.rows) - 1

    def replace(self, item: ThreadItem) -> int | None:
        """Put `item` where the one with its key is; None if there is none."""
        position = self.position(item.key)
        if position is None:
            return None
        old = self.rows[position]
        row = make_row(item, self.ink)
        if isinstance(row, ReasoningRow) and isinstance(old, ReasoningRow) and old.item.is_open == row.item.is_open:
            row = ReasoningRow(row.item, self.ink, is_open=old.is_open)
        self._busy.discard(old)
        self._stack.replace(position, row)
        return position

    def remove(self, key: int) -> int | None:
        """Take the row with this key out; the position it had."""
        position = self.position(key)
        if position is not None:
            self._busy.discard(self.rows[position])
            self._stack.remove(position)
        return position

    def truncate(self, position: int) -> None:
        """Take out the row at `position` and all that follow it."""
        self._busy.difference_update(self.rows[position:])
        self._stack.truncate(position)

    def position(self, key: int) -> int | None:
        """Where the row with this key is."""
        return self._stack.position(key)

    def note_unsettled(self, row: Row) -> None:
        """Know a row of which there is more to read, if there is."""
        if row.is_unsettled:
            self._unsettled.add(row)

    def unsettled(self) -> list[tuple[int, Row]]:
        """The rows of which there is more to read, with their positions."""
        found = []
        for row in tuple(self._unsettled):
            position = self.position(row.key)
            if row.is_unsettled and position is not None and self.rows[position] is row:
                found.append((position, row))
            else:
                self._unsettled.discard(row)
        return found

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
        return PAD_TOP + self._stack.heights.top(position)

    def unit_top(self, place: Place) -> int:
        """Where a unit begins."""
        return self.top(place.row) + self.rows[place.row].top(place.unit)

    def find(self, y: int) -> Place:
        """The unit at `y`, or the nearest. There must be a row."""
        position = self._stack.heights.find(y - PAD_TOP)
        return Place(position, self.rows[position].find(y - self.top(position)))

    def note_height(self, position: int) -> None:
        """A row's height has changed."""
        self._stack.heights.set(position, self.rows[position].height)

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
                for i in range(unit, row.unit_count):
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
        position = self._stack.heights.find(top - PAD_TOP)
        y = self.top(position)
        changed = False
        while position < len(self.rows) and y < bottom:
            row = self.rows[position]
            before = row.height
            row.prepare(self.width)
            self._busy.add(row)
            self.note_unsettled(row)
            unit = row.find(top - y)
            while unit < row.unit_count and y + row.top(unit) < bottom:
                changed = row.lay_out(unit) or changed
                unit += 1
            if row.height != before or row.height != self._stack.heights[position]:
                changed = True
                self._stack.heights.set(position, row.height)
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
