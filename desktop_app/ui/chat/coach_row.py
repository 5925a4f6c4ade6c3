"""What the coach wrote: paragraphs, lists, tables and code, each in units of its own."""

from math import ceil
from typing import Final

from desktop_app.ui.chat.code_colors import Code
from desktop_app.ui.chat.display import Laid
from desktop_app.ui.chat.fences import box_end, code_of
from desktop_app.ui.chat.heights import HeightIndex
from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.items import CoachText
from desktop_app.ui.chat.markdown import Parsing
from desktop_app.ui.chat.rows import CHAR_PX, Row
from desktop_app.ui.chat.streaming import StreamingMarkdown
from desktop_app.ui.chat.unit_layout import UnitLayout
from desktop_app.ui.chat.units import Unit, UnitKind
from desktop_app.ui.theme.tokens import BODY

# To parse so many characters takes less than half a frame, whatever they are.
_AT_ONCE: Final = 16_000


class CoachRow(Row):
    """A reply or a part of one, finished or still coming.

    A long text is parsed bit by bit with `parse_on`. One that was never read holds its place with an empty unit until
    then, one that streams shows its beginning, and one that has just ended goes on showing what it showed.
    """

    def __init__(self, item: CoachText, ink: Ink) -> None:
        super().__init__(item, ink)
        self._source = item.markdown
        self.is_streaming = item.is_streaming
        self._markdown: StreamingMarkdown | None = None
        self._parsing: Parsing | None = None
        self._backlog = ""
        self._is_read = False
        self.holds_place = False
        self._caret_unit: int | None = None
        self._layout = UnitLayout(ink)
        lines = item.markdown.count("\n") * 0.8 + len(item.markdown) * CHAR_PX / 672
        self._guess = max(ceil(lines), 1) * BODY.line_px if item.markdown else BODY.line_px

    # Its text

    @property
    def source(self) -> str:
        """The Markdown so far."""
        return self._source if self._markdown is None else self._markdown.source + self._backlog

    @property
    def units(self) -> list[Unit]:
        """Its units so far; the first look parses all at once."""
        markdown = self._begun()
        if not self._is_read:
            self._end_parsing()
        return markdown.units

    def append(self, piece: str) -> None:
        """Take the next piece of a stream; it shows after `refresh`."""
        markdown = self._begun()
        if self._backlog:
            self._backlog += piece
        else:
            markdown.feed(piece)

    def refresh(self) -> int:
        """Show what came; the first unit that changed."""
        return self._changed(self._begun().refresh())

    def finish(self) -> int:
        """The stream is over; the first unit that changed. Of a long text more may change as it is parsed on."""
        markdown = self._begun()
        self.is_streaming = False
        changed = self.refresh()
        markdown.feed(self._backlog)
        self._backlog = ""
        self._parsing = markdown.ending()
        if markdown.ending_length > _AT_ONCE:
            return changed
        return min(changed, self._changed(self._end_parsing()))

    @property
    def is_unsettled(self) -> bool:
        """Whether there is more to parse, or what was parsed is not laid out in its place yet."""
        return self.holds_place or bool(self._backlog) or (self._parsing is not None and self._is_read)

    @property
    def is_read(self) -> bool:
        """Whether its units are known, so that to look at them costs nothing."""
        return self._is_read

    @property
    def is_long(self) -> bool:
        """Whether to read it takes longer than a frame may."""
        return self._begun().ending_length > _AT_ONCE

    def parse_on(self) -> bool:
        """Parse for about a millisecond; whether that was the end of it. For a text that was not begun, begins."""
        markdown = self._begun()
        if self._backlog:
            piece, self._backlog = self._backlog[:_AT_ONCE], self._backlog[_AT_ONCE:]
            markdown.feed(piece)
            self._changed(markdown.refresh())
            return not self._backlog
        if self._parsing is not None and not self._parsing.is_done:
            self._parsing.step()
            if not self._parsing.is_done:
                return False
        if self._parsing is not None:
            was_read, changed = self._is_read, self._end_parsing()
            if was_read:
                self._changed(changed)
        return True

    def _end_parsing(self) -> int:
        """What changed with the parse that is on, which is finished now."""
        markdown, parsing = self._begun(), self._parsing
        self._parsing, self._is_read = None, True
        if parsing is None:
            return len(markdown.units)
        parsing.finish()
        return markdown.end(parsing)

    def _changed(self, changed: int) -> int:
        # The caret stands in the last unit, and without any text in a unit of its own.
        changed = max(min(changed, self.count() - 1), 0)
        changed = self._layout.changed_from(self.units, changed, is_streaming=self.is_streaming)
        self.forget_units(changed)
        return self._without_old_caret(changed)

    def _without_old_caret(self, changed: int) -> int:
        """Take the caret from a unit that stays as it is and is not the last any more; what is to be painted then."""
        unit, self._caret_unit = self._caret_unit, None
        laid = self.laid.get(unit) if unit is not None else None
        if unit is None or laid is None:
            return changed
        laid.caret = None
        return min(unit, changed)

    def _begun(self) -> StreamingMarkdown:
        if self._markdown is None:
            if self.is_streaming:
                self._markdown = StreamingMarkdown(self._source[:_AT_ONCE])
                self._backlog = self._source[_AT_ONCE:]
                self._markdown.refresh()
                self._is_read = True
            else:
                self._markdown = StreamingMarkdown(self._source)
                self._parsing = self._markdown.ending()
        return self._markdown

    def release(self) -> None:
        if self.is_streaming:
            self.laid.clear()
            return
        super().release()
        if self._markdown is not None:
            self._source = self._markdown.source
            self._markdown = self._parsing = None
            self._is_read = self.holds_place = False
            self._layout.forget()

    def count(self) -> int:
        return max(len(self.units), 1)

    def text(self, unit: int) -> str:
        return self.units[unit].text if unit < len(self.units) else ""

    def copied(self, unit: int, start: int, end: int | None) -> str:
        text = super().copied(unit, start, end)
        if start == 0 and unit < len(self.units):
            return self.units[unit].spoken_marker + text
        return text

    def gap_before(self, unit: int) -> str:
        if unit == 0 or self.units[unit].is_continued:
            return ""
        return "\n\n" if self.units[unit].gap >= 8 else "\n"

    def code_at(self, unit: int) -> str:
        """The whole code of the box whose first line is `unit`."""
        return code_of(self.units, unit, box_end(self.units, unit))

    # Its layout

    def prepare(self, width: int) -> None:
        self._layout.set_width(width)
        if self.is_long and not self._is_read:
            if not self.holds_place or width != self.width:
                self.laid.clear()
                self._heights = HeightIndex([self.height - self.gap])
            self.holds_place, self.width = True, width
            return
        if self.holds_place:
            self.holds_place = False
            self.laid.clear()
            self._heights = None
        super().prepare(width)

    def recolor(self, code: Code) -> bool:
        """Better colours of `code` are known: its lines are to be laid out again; whether there were any."""
        laid = [unit for unit in self._layout.units_of(code) if unit in self.laid]
        for unit in laid:
            del self.laid[unit]
        return bool(laid)

    def guess(self, unit: int) -> int:
        return self._layout.guess(self.units[unit]) if unit < len(self.units) else BODY.line_px

    def make(self, unit: int) -> Laid:
        if self.holds_place:
            return Laid(self.unit_height(0))
        if unit < len(self.units):
            laid = self._layout.make(self.units, unit, is_streaming=self.is_streaming)
        else:
            laid = self._layout.text(Unit(UnitKind.TEXT))
        if self.is_streaming and unit == self.count() - 1 and laid.texts:
            laid.caret = laid.texts[-1].end_point()
            self._caret_unit = unit
        return laid
