"""Finds words in all rows of a conversation, a few rows at a time, whether they were ever laid out or not."""

import re
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.ui.chat.card_rows import FooterRow, StatusRow
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.column import Column
from desktop_app.ui.chat.rows import Row, utf16_length

_SLICE_S: Final = 0.006
_AGAIN_MS: Final = 300
_MOST_IN_A_ROW: Final = 5_000
_MARKS: Final = str.maketrans("", "", "*_~`\\")


class Part(NamedTuple):
    """What of a match lies in one unit, by positions in its text."""

    unit: int
    start: int
    end: int


Match = tuple[Part, ...]


class Finder(QObject):
    """Holds the matches of one query by the keys of their rows; one of them is the current one.

    `changed` tells that there are more or fewer, `moved` that another one is current and wants to be seen.
    """

    changed = Signal()
    moved = Signal()

    def __init__(self, column: Column, first_row: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._column = column
        self._first_row = first_row
        self._query: _Query | None = None
        self._text = ""
        self._found: dict[int, list[Match]] = {}
        self._waiting: list[int] = []
        self._stale: set[int] = set()
        self.current: tuple[int, int] | None = None
        self._slice = QTimer(self)
        self._slice.timeout.connect(self._search_on)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._search_stale)

    @property
    def is_searching(self) -> bool:
        """Whether there are rows that were not looked at yet, be it that they are still made."""
        return bool(self._waiting or self._stale) or (self._query is not None and not self._column.is_complete)

    @property
    def count(self) -> int:
        """How many matches are known."""
        return sum(len(matches) for matches in self._found.values())

    @property
    def number(self) -> int:
        """Which of them the current one is, from 1; 0 if there is none."""
        if self.current is None:
            return 0
        key, index = self.current
        at = self._column.position(key) or 0
        before = sum(len(found) for other, found in self._found.items() if (self._column.position(other) or 0) < at)
        return before + index + 1

    def search_again(self) -> None:
        """Other rows are shown: look for the same in them."""
        if self._text:
            self.search(self._text)

    def search(self, text: str) -> None:
        """Look for `text`, without regard to capitals; an empty one finds nothing."""
        self.clear()
        self._text = text
        self._query = _Query(text) if text.strip() else None
        if self._query is not None:
            first = self._first_row()
            rows = self._column.rows
            self._waiting = [row.key for row in reversed([*rows[first:], *rows[:first]])]
            self._search_on()

    def clear(self) -> None:
        """Forget the query and all matches."""
        self._slice.stop()
        self._again.stop()
        self._query, self.current, self._text = None, None, ""
        self._found.clear()
        self._waiting.clear()
        self._stale.clear()
        self.changed.emit()

    def note_changed(self, key: int) -> None:
        """A row came, went or is another now; it is looked at again a moment later."""
        if self._query is not None:
            self._stale.add(key)
            if not self._again.isActive():
                self._again.start()

    def marks(self, key: int, unit: int) -> Iterator[tuple[Part, bool]]:
        """What is found in a unit, and whether it is the current match."""
        for index, match in enumerate(self._found.get(key, ())):
            for part in match:
                if part.unit == unit:
                    yield part, (key, index) == self.current

    def step(self, by: int) -> None:
        """Make the next (1) or the previous (-1) match current, around the end."""
        keys = sorted(self._found, key=lambda key: self._column.position(key) or 0)
        if not keys:
            return
        if self.current is None or self.current[0] not in self._found:
            self._move((keys[0], 0) if by > 0 else (keys[-1], len(self._found[keys[-1]]) - 1))
            return
        key, index = self.current
        if 0 <= index + by < len(self._found[key]):
            self._move((key, index + by))
            return
        other = keys[(keys.index(key) + by) % len(keys)]
        self._move((other, 0 if by > 0 else len(self._found[other]) - 1))

    def current_match(self) -> tuple[int, Match] | None:
        """The key of the current match's row, and the match."""
        if self.current is None or self.current[0] not in self._found:
            return None
        key, index = self.current
        return key, self._found[key][index]

    def _move(self, current: tuple[int, int]) -> None:
        self.current = current
        self.changed.emit()
        self.moved.emit()

    def _search_on(self) -> None:
        """Look at rows for a few milliseconds; the rest follows when the window had its turn."""
        end = perf_counter() + _SLICE_S
        while self._waiting and perf_counter() < end:
            if self._is_ready(self._waiting[-1]):
                self._search_row(self._waiting.pop())
        if self._waiting and not self._slice.isActive():
            self._slice.start()
        elif not self._waiting:
            self._slice.stop()
        self.changed.emit()

    def _search_stale(self) -> None:
        self._waiting += self._stale
        self._stale.clear()
        self._search_on()

    def _is_ready(self, key: int) -> bool:
        """Whether a row can be looked at; a long text that was never read is read a bit."""
        position = self._column.position(key)
        row = None if position is None else self._column.rows[position]
        if not isinstance(row, CoachRow) or row.is_read or self._query is None or not self._query.may_be_in(row.source):
            return True
        return row.parse_on()

    def _search_row(self, key: int) -> None:
        position = self._column.position(key)
        found = self._matches(self._column.rows[position]) if position is not None else []
        if found:
            self._found[key] = found
        else:
            self._found.pop(key, None)
        if self.current is not None and self.current[0] == key and self.current[1] >= len(found):
            self.current = (key, len(found) - 1) if found else None
        if found and self.current is None:
            self._move((key, 0))

    def _matches(self, row: Row) -> list[Match]:
        query = self._query
        if query is None or isinstance(row, FooterRow | StatusRow):
            return []
        if isinstance(row, CoachRow) and not row.is_prepared and not query.may_be_in(row.source):
            return []
        found = query.matches(row)
        if not row.is_prepared:
            row.release()
        return found


class _Query:
    """Words to look for; any white space between them will do."""

    def __init__(self, text: str) -> None:
        words = text.split()
        self._pattern = re.compile(r"\s+".join(re.escape(word) for word in words), re.IGNORECASE)
        self._words = [re.compile(re.escape(word.translate(_MARKS)), re.IGNORECASE) for word in words]

    def may_be_in(self, markdown: str) -> bool:
        """Whether it is worth while to parse `markdown` and look."""
        if "[" in markdown or "&" in markdown:
            return True
        bare = markdown.translate(_MARKS)
        return all(word.search(bare) for word in self._words)

    def matches(self, row: Row) -> list[Match]:
        """All matches of a row, at most a few thousand; those in a text that goes on over units are found whole."""
        found: list[Match] = []
        for first, texts in _runs_of_units(row):
            joined = "".join(texts)
            for match in self._pattern.finditer(joined):
                found.append(_parts(first, texts, match.start(), match.end()))
                if len(found) >= _MOST_IN_A_ROW:
                    return found
        return found


def _runs_of_units(row: Row) -> Iterator[tuple[int, list[str]]]:
    """Texts of units that go on in each other, with the first unit's number."""
    first = 0
    texts: list[str] = []
    for unit in range(row.findable_count()):
        if texts and row.gap_before(unit):
            yield first, texts
            first, texts = unit, []
        texts.append(row.text(unit))
    if texts:
        yield first, texts


def _parts(first: int, texts: Sequence[str], start: int, end: int) -> Match:
    parts = []
    offset = 0
    for number, text in enumerate(texts):
        begin, stop = max(start - offset, 0), min(end - offset, len(text))
        if begin < stop:
            parts.append(Part(first + number, utf16_length(text[:begin]), utf16_length(text[:stop])))
        offset += len(text)
    return tuple(parts)
