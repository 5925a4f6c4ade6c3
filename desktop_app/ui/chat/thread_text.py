"""The thread as a text: selecting and copying it, finding words in it, going to a place in it."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.column import Place
from desktop_app.ui.chat.copied_markdown import selected_markdown
from desktop_app.ui.chat.finder import Finder
from desktop_app.ui.chat.items import ThreadItem
from desktop_app.ui.chat.plain_rows import ReasoningRow
from desktop_app.ui.chat.selection import Spot, selected_text
from desktop_app.ui.chat.text_box import Wash
from desktop_app.ui.chat.thread_stream import StreamingThread
from desktop_app.ui.theme.theme import Theme

_SHOWN_MS = 1600
_REVEAL_PASSES = 4


class ReadableThread(StreamingThread):
    """Knows what is selected and what is found. Copied text carries its Markdown along."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.finder = Finder(self.column, self._first_row, self)
        self.finder.changed.connect(self.viewport().update)
        self.finder.moved.connect(self._show_match)
        self._pointed_at: range | None = None
        # The row whose match is gone to once it is read.
        self._awaited: int | None = None
        self._pointing = QTimer(self)
        self._pointing.setSingleShot(True)
        self._pointing.setInterval(_SHOWN_MS)
        self._pointing.timeout.connect(self._stop_pointing)

    # Selecting and copying

    def selected_text(self) -> str:
        """What is selected, as plain text."""
        return selected_text(self.column, self.selection)

    def selected_markdown(self) -> str:
        """What is selected, as Markdown."""
        return selected_markdown(self.column, self.selection)

    def select_all(self) -> None:
        """Select the whole conversation."""
        self.complete()
        if self.column.rows:
            self.selection.set(Spot(0, 0, 0), Spot(len(self.column) - 1, 1 << 30, 1 << 30))
            self.viewport().update()

    def copy(self) -> None:
        """Put what is selected on the clipboard, as text."""
        text = self.selected_text()
        if text:
            data = QMimeData()
            data.setText(text)
            data.setData("text/markdown", self.selected_markdown().encode())
            QGuiApplication.clipboard().setMimeData(data)

    def copy_markdown(self) -> None:
        """Put what is selected on the clipboard, as Markdown."""
        text = self.selected_markdown()
        if text:
            QGuiApplication.clipboard().setText(text)

    def washes(self, place: Place) -> list[Wash]:
        selected = self.selection.within(*place)
        row = self.column.rows[place.row]
        color = self.ink.color
        washes = []
        if self._pointed_at is not None and place.row in self._pointed_at:
            washes.append(Wash(0, 1 << 30, color("accent_tint"), color("text")))
        for part, is_current in self.finder.marks(row.key, place.unit):
            ground, ink = ("accent", "on_accent") if is_current else ("warn_line", "text")
            washes.append(Wash(part.start, part.end, color(ground), color(ink)))
        if selected is not None:
            washes.append(Wash(*selected, color("accent_line"), color("text")))
        return washes

    # Going to a place

    def reveal(self, place: Place, *, at: float = 0.3) -> None:
        """Bring a unit into sight, its top at the share `at` of the view's height; the end is not followed then."""
        self._is_following = False
        for _ in range(_REVEAL_PASSES):
            row = self.column.rows[place.row]
            row.prepare(self.column.width)
            self.column.note_height(place.row)
            wanted = self.column.unit_top(place) - int(self.view_height * at)
            self._set_bar(wanted)
            self._settle()
            # What was laid out on the way may have been higher or lower than it was guessed to be.
            if wanted == self.column.unit_top(place) - int(self.view_height * at):
                break
        self._is_following = self.is_at_end
        self._show_everything()

    def point_at(self, key: int, count: int = 1) -> bool:
        """Bring a row into sight and light `count` rows from it on for a moment; whether there is such a row."""
        position = self.position(key)
        if position is None:
            return False
        self._pointed_at = range(position, position + count)
        self._pointing.start()
        self.reveal(Place(position, 0), at=0.12)
        return True

    def _stop_pointing(self) -> None:
        self._pointed_at = None
        self.viewport().update()

    # Finding

    def _first_row(self) -> int:
        return self.rows_in_sight().start

    def _show_match(self) -> None:
        found = self.finder.current_match()
        if found is None:
            return
        key, match = found
        position = self.column.position(key)
        if position is None:
            return
        place = Place(position, match[0].unit)
        row = self.column.rows[position]
        self._awaited = None
        if isinstance(row, CoachRow) and not row.is_read and row.is_long:
            self._awaited = key
            self.reveal(Place(position, 0))
            return
        if isinstance(row, ReasoningRow) and not row.is_open and place.unit:
            self.turn_fold(position, row)
        laid = row.laid.get(place.unit)
        top = self.column.unit_top(place)
        if laid is None or top < self.scroll_y or top + laid.height > self.scroll_y + self.view_height:
            self.reveal(place)

    def _settle_text(self, position: int, row: CoachRow) -> None:
        super()._settle_text(position, row)
        if row.key == self._awaited:
            self._show_match()

    def turn_fold(self, position: int, row: ReasoningRow) -> None:
        """Open what is folded, or fold it; the end is followed on only where that is what is opened."""
        row.toggle()
        self._is_following = self._is_following and self.is_at_end and position == len(self.column) - 1
        self._show_from(Place(position, 0))

    def _show_from(self, place: Place) -> None:
        super()._show_from(place)
        self.finder.note_changed(self.column.rows[place.row].key)

    def remove_item(self, key: int) -> None:
        super().remove_item(key)
        self.finder.note_changed(key)

    def remove_from(self, key: int) -> None:
        super().remove_from(key)
        self.finder.search_again()

    def set_items(self, items: Sequence[ThreadItem]) -> None:
        super().set_items(items)
        self.finder.search_again()

    def rows_added(self, count: int) -> None:
        if self._pointed_at is not None:
            self._pointed_at = range(self._pointed_at.start + count, self._pointed_at.stop + count)
        self.finder.search_again()

    def place_row(self, key: int, offset: int) -> None:
        """Scroll so that a row begins `offset` below the top of the view, as near as that is possible."""
        position = self.position(key)
        if position is not None:
            self.reveal(Place(position, 0), at=offset / max(self.view_height, 1))

    def row_offset(self, key: int) -> int | None:
        """How far below the top of the view a row begins; None for one that there is not."""
        position = self.position(key)
        return None if position is None else self.column.unit_top(Place(position, 0)) - self.scroll_y
