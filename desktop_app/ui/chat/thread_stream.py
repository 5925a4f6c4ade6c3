"""The thread as it grows: items come, change and go, text streams in by frames, and what is being read stands still."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter, thread_time
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.column import Place
from desktop_app.ui.chat.items import ThreadItem, YouItem
from desktop_app.ui.chat.plain_rows import ReasoningRow
from desktop_app.ui.chat.rows import Row
from desktop_app.ui.chat.selection import Selection
from desktop_app.ui.chat.thread_surface import ThreadSurface
from desktop_app.ui.theme.theme import Theme

FRAME_MS: Final = 33
# What is laid out in one frame; a burst of more is shown over the next ones.
MOST_A_FRAME: Final = 4_000
_LONGEST_PAUSE_MS: Final = 2 * FRAME_MS
_READING_S: Final = 0.005
_ROWS_A_TURN: Final = 1_000


class StreamingThread(ThreadSurface):
    """Follows the end while the reader is there; else nothing that is in sight moves."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.selection = Selection()
        self._fresh: dict[int, list[str]] = {}
        self._ending: set[int] = set()
        self._last_frame_at = 0.0
        self._frame_cost_s = 0.0
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.timeout.connect(self.flush)
        self._earlier = QTimer(self)
        self._earlier.timeout.connect(self._make_earlier)
        self._reading = QTimer(self)
        self._reading.timeout.connect(self.read_on)

    def set_items(self, items: Sequence[ThreadItem]) -> None:
        """Open a conversation, at its end. Text still waiting for a frame is dropped."""
        self._fresh.clear()
        self._ending.clear()
        self._frame.stop()
        self.selection.clear()
        self.column.set_items(items)
        self._is_following = True
        self._show_everything()
        if self.column.is_complete:
            self._earlier.stop()
        else:
            self._earlier.start()

    def complete(self) -> None:
        """See to it that all of the conversation is there now, its beginning too."""
        self._make_earlier(None)

    def _make_earlier(self, most: int | None = _ROWS_A_TURN) -> None:
        """Make rows for what lies far above the end, a few at each turn of the window."""
        if not self.column.is_complete:
            with self._reading_undisturbed():
                added = self.column.make_earlier(most)
            if added:
                self.selection.shift(added)
                self.rows_added(added)
                self._show_everything()
        if self.column.is_complete:
            self._earlier.stop()

    def rows_added(self, count: int) -> None:
        """So many rows came in before all others; for those that count rows."""

    def append_item(self, item: ThreadItem) -> None:
        """Add an item at the end. What the person says is always brought into sight."""
        if isinstance(item, YouItem):
            self._is_following = True
        self._show_from(Place(self.column.append(item), 0))

    def append_text(self, key: int, piece: str) -> None:
        """Add to a text that streams; pieces are shown together, at most once a frame. Unknown keys are ignored."""
        if not piece:
            return
        self._fresh.setdefault(key, []).append(piece)
        if self._frame.isActive():
            return
        pause_ms = min(max(FRAME_MS, self._frame_cost_s * 4000), _LONGEST_PAUSE_MS)
        wait_ms = pause_ms - (perf_counter() - self._last_frame_at) * 1000
        if wait_ms <= 0:
            self.flush()
        else:
            self._frame.start(int(wait_ms) + 1)

    def replace_item(self, item: ThreadItem) -> None:
        """Put an item in the place of the one with the same key; unknown keys are ignored."""
        self._forget_text(item.key)
        if self.position(item.key) is None:
            return
        with self._reading_undisturbed():
            position = self.column.replace(item)
        if position is not None:
            self._show_from(Place(position, 0))

    def remove_item(self, key: int) -> None:
        """Take an item out; unknown keys are ignored."""
        if self.position(key) is None:
            return
        self._forget_text(key)
        with self._reading_undisturbed():
            position = self.column.remove(key)
        if position is not None:
            self.selection.clear()
            self._show_everything()

    def remove_from(self, key: int) -> None:
        """Take an item out and all that follow it; unknown keys are ignored."""
        position = self.position(key)
        if position is None:
            return
        for row in self.column.rows[position:]:
            self._forget_text(row.key)
        self.selection.clear()
        with self._reading_undisturbed():
            self.column.truncate(position)
        self._show_everything()

    def finish_text(self, key: int) -> None:
        """A stream is over: the caret goes, and the text is what one parse of the whole gives.

        Where more waits than a frame takes, that comes first.
        """
        if sum(map(len, self._fresh.get(key, ()))) > MOST_A_FRAME:
            self._ending.add(key)
            return
        self._take_text(key, "".join(self._fresh.pop(key, ())))
        self._end_text(key)

    def flush(self) -> None:
        """Show text that waits for a frame, as much as a frame takes."""
        self._frame.stop()
        if not self._fresh:
            return
        # Not by the clock: what other programs take of the machine is no reason to show less.
        began = thread_time()
        room = MOST_A_FRAME
        for key in list(self._fresh):
            text = "".join(self._fresh.pop(key))
            self._take_text(key, text[:room])
            if len(text) > room:
                self._fresh[key] = [text[room:]]
                break
            room -= len(text)
            if key in self._ending:
                self._ending.discard(key)
                self._end_text(key)
        self._last_frame_at = perf_counter()
        self._frame_cost_s = thread_time() - began
        if self._fresh:
            # What came in a burst is not read along: it is shown as fast as the window can take it.
            self._frame.start(int(self._frame_cost_s * 500) + 1)

    @property
    def is_behind(self) -> bool:
        """Whether text that came is not shown yet."""
        return bool(self._fresh)

    def _end_text(self, key: int) -> None:
        row = self.row(key)
        if isinstance(row, CoachRow):
            with self._reading_undisturbed():
                unit = row.finish()
                self._note_height(key)
            self.column.note_unsettled(row)
            self._show_changed(key, unit)
            if not row.is_unsettled:
                self.text_ended(key)

    @property
    def is_reading(self) -> bool:
        """Whether a long text is still being parsed."""
        return self._reading.isActive()

    def read_on(self) -> None:
        """Parse long texts for a few milliseconds; the rest follows when the window had its turn."""
        end = perf_counter() + _READING_S
        for position, row in self.column.unsettled():
            if isinstance(row, CoachRow):
                while not (is_done := row.parse_on()) and perf_counter() < end:
                    pass
                if not is_done:
                    return
                self._settle_text(position, row)
        self._reading.stop()

    def _settle_text(self, position: int, row: CoachRow) -> None:
        """A long text is parsed: what it held a place for is shown, or what changed with its end."""
        has_ended = not row.holds_place and not row.is_streaming
        with self._reading_undisturbed():
            row.prepare(self.column.width)
            self.column.note_height(position)
        self._show_from(Place(position, 0))
        if has_ended:
            self.text_ended(row.key)

    def _settle(self) -> int:
        moved = super()._settle()
        if not self._reading.isActive() and self.column.unsettled():
            self._reading.start()
        return moved

    def text_ended(self, key: int) -> None:
        """A text has come to its end, and all of it is shown; for those that announce it."""

    def _forget_text(self, key: int) -> None:
        self._fresh.pop(key, None)
        self._ending.discard(key)

    def position(self, key: int) -> int | None:
        """Where the row with this key is; None if there is none."""
        if self.column.position(key) is None:
            self.complete()
        return self.column.position(key)

    def row(self, key: int) -> Row | None:
        """The row with this key."""
        position = self.position(key)
        return None if position is None else self.column.rows[position]

    def _take_text(self, key: int, text: str) -> None:
        row = self.row(key)
        if isinstance(row, CoachRow):
            row.append(text)
            self._show_changed(key, row.refresh())
        elif isinstance(row, ReasoningRow):
            self._show_changed(key, row.append(text))

    def _show_changed(self, key: int, unit: int) -> None:
        position = self.column.position(key)
        if position is not None:
            self._show_from(Place(position, unit))

    def _note_height(self, key: int) -> None:
        position = self.column.position(key)
        if position is not None:
            self.column.note_height(position)

    @contextmanager
    def _reading_undisturbed(self) -> Iterator[None]:
        """Rows change within: what is at the top of the view stays there, unless the end is followed."""
        standing = None if self._is_following else self._first_in_sight()
        yield
        if standing is None:
            return
        key, unit, offset = standing
        position = self.column.position(key)
        if position is not None:
            unit = min(unit, max(self.column.rows[position].unit_count - 1, 0))
            self._set_bar(self.column.unit_top(Place(position, unit)) - offset)
            self.viewport().update()

    def _first_in_sight(self) -> tuple[int, int, int] | None:
        """Key and unit of what begins highest in the view, and how far from its top; else of what goes through it."""
        first: tuple[int, int, int] | None = None
        for place, y in self.column.visible(self.scroll_y, self.scroll_y + self.view_height):
            found = (self.column.rows[place.row].key, place.unit, y - self.scroll_y)
            if found[2] >= 0:
                return found
            first = first or found
        return first
