"""A reply while it comes: what is closed is parsed once, only the open end again."""

import re
from typing import Final

from desktop_app.ui.chat.blocks import Block, Context
from desktop_app.ui.chat.markdown import Parsing, parse_blocks
from desktop_app.ui.chat.open_line import MOST_EVENTS, OpenLine
from desktop_app.ui.chat.printable import printable
from desktop_app.ui.chat.units import CHUNK_CHARS, Unit, UnitKind

# An end that may still become the mark of a list, a heading, a fence or a table says nothing yet.
_UNDECIDED: Final = re.compile(r"(?:^|\n)[ \t]*(?:[-*+#>|`~=]{1,60}|\d{1,3}[.)]?)[ \t]*\Z")
_HEAD_ROW: Final = re.compile(r"(?:^|\n\n)(?:\|[^\n]{0,400})(?:\n[ |:\-]{0,200})?\Z")
# A parse of this much takes less than a frame.
_PARSED_AGAIN: Final = 50_000
_FENCE: Final = re.compile(rb" {0,3}(?:```|~~~)")
_HALF_FORMULA: Final = re.compile(r"(?<!\\)\\([(\[])(?:(?!\\[)\]]).)*\Z")
_BACKSLASH: Final = "\\"
_HALF_LINK: Final = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}\Z")


class StreamingMarkdown:
    """Takes text piece by piece. `units` are those closed for good followed by those of the open end.

    The cost of a piece depends on the length of the open paragraph, item, row or line, not on what came before.
    """

    def __init__(self, text: str = "") -> None:
        self._pieces: list[str] = []
        self._fresh: list[str] = []
        self._tail = ""
        self._context = Context()
        self._ends_with_return = False
        self._line = OpenLine()
        self.units: list[Unit] = []
        self.closed = 0
        self.ending_length = 0
        self._kept = 0
        if text:
            self.feed(text)

    @property
    def source(self) -> str:
        """All that came."""
        return "".join(self._pieces)

    def feed(self, piece: str) -> None:
        """Take the next piece; it shows after `refresh`."""
        if self._ends_with_return and piece.startswith("\n"):
            piece = piece[1:]
            self._ends_with_return = False
        if not piece:
            return
        self._ends_with_return = piece.endswith("\r")
        if "\r" in piece:
            piece = piece.replace("\r\n", "\n").replace("\r", "\n")
        piece = printable(piece)
        self._pieces.append(piece)
        self._fresh.append(piece)

    def refresh(self) -> int:
        """Parse the open end with what came. Returns the position of the first unit that may have changed."""
        changed_from = self.closed
        if not self._fresh:
            return len(self.units)
        self._tail += "".join(self._fresh)
        self._fresh.clear()
        before = self.units[changed_from:]
        del self.units[changed_from:]
        prefix = self._context.prefix.decode()
        source = prefix + self._tail
        shown = prefix + self._settled(self._tail)
        if self._add_open_line(shown):
            return changed_from + _alike(before, self.units[changed_from:])
        parsing = Parsing(shown, self._context)
        parsing.step(MOST_EVENTS)
        if not parsing.is_done:
            parsing.break_off()
        units, blocks = parsing.units, parsing.blocks
        self.units += units
        if not parsing.is_done:
            return changed_from + _alike(before, self.units[changed_from:])
        readable = _readable_end(shown) if units and units[-1].kind is UnitKind.TEXT else shown
        context = self._context
        if blocks:
            self._close(source.encode(), len(shown.encode()), units, blocks)
        if readable != shown:
            units, _ = parse_blocks(readable, context)
            self.units[self.closed :] = units[self.closed - changed_from :]
        return changed_from + _alike(before, self.units[changed_from:])

    def _add_open_line(self, shown: str) -> bool:
        """Add the open end where it is a single line of text: nothing can be closed then, and one parse is enough."""
        if "\n" in shown or self._context.prefix:
            self._line = OpenLine()
            return False
        units = self._line.units(shown, _readable_end(shown, self._line.decided), self._context)
        if units is None:
            self._line = OpenLine()
            return False
        self.units += units
        return True

    def ending(self) -> Parsing:
        """The parse that `end` takes: that of the whole text, or of the open end where it gives the same.

        Only a definition of links changes what stands before it.
        """
        self._tail += "".join(self._fresh)
        self._fresh.clear()
        source, self._kept = self.source, 0
        if len(source) > _PARSED_AGAIN and "]:" not in source:
            source, self._kept = self._context.prefix.decode() + self._tail, self.closed
            parsing = Parsing(source, self._context)
        else:
            parsing = Parsing(source)
        self.ending_length = len(source)
        return parsing

    def end(self, parsing: Parsing) -> int:
        """The text has ended, and this is the finished parse of its `ending`.

        Returns the position of the first unit that differs from what was shown.
        """
        before = self.units
        self.units = [*before[: self._kept], *parsing.units]
        self.closed = len(self.units)
        self._tail = ""
        return _alike(before, self.units)

    def finish(self) -> int:
        """End at once; the position of the first unit that differs from what was shown."""
        parsing = self.ending()
        parsing.finish()
        return self.end(parsing)

    def _settled(self, tail: str) -> str:
        """`tail` up to where it is clear what it is."""
        match = None
        if self._context.goes_on == "CodeBlock":
            start = tail.rfind("\n") + 1
            last = tail[start:].strip()
            fence = self._context.prefix.decode().lstrip()
            is_mark = bool(last) and last[0] in "`~" and not last.strip(last[0])
            # Of the other sort it may close a fence that was opened behind this one.
            if is_mark and (last[0] != fence[0] or fence.startswith(last)):
                return tail[:start]
            return tail
        if self._context.goes_on != "Table":
            match = _HEAD_ROW.search(tail[-700:])
        match = match or _UNDECIDED.search(tail[-64:] if len(tail) > 64 else tail)
        if match is None:
            return tail
        length = len(match[0].lstrip("\n"))
        return tail[: len(tail) - length]

    def _close(self, source: bytes, shown_end: int, units: list[Unit], blocks: list[Block]) -> None:
        """Close what later text cannot change, and remember how the rest goes on."""
        last = blocks[-1]
        if source.find(b"\n", last.start, shown_end) < 0:
            # The line may still become part of what stands before it; what stands before that is decided.
            if len(blocks) > 2:
                last = blocks[-2]
                self.closed += last.first_unit
                self._context = Context(_sort_of(units[: last.first_unit], self._context.before))
                self._tail = source[_line_start(source, last.start) :].decode()
            return
        cut, unit, context = _cut_within(source, shown_end, units, blocks, self._context)
        if unit is None:
            return
        if unit:
            self.closed += unit
        self._context = context
        self._tail = source[cut:].decode()


def _alike(before: list[Unit], after: list[Unit]) -> int:
    """How many units at the beginning are the same in both."""
    for i, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            return i
    return min(len(before), len(after))


def _line_start(source: bytes, offset: int) -> int:
    return source.rfind(b"\n", 0, offset) + 1


def _cut_within(
    source: bytes, end: int, units: list[Unit], blocks: list[Block], context: Context
) -> tuple[int, int | None, Context]:
    """Where the open end begins: (source offset, units before it or None for no cut, context after)."""
    last = blocks[-1]
    goes_on = context if len(blocks) == 1 else Context()
    match last.kind:
        case "List" | "Table":
            found = _cut_at_part(source, end, units, last, goes_on)
        case "CodeBlock":
            found = _cut_at_line(source, units, last)
        case _:
            found = None
    if found is not None:
        return found
    if len(blocks) == 1:
        return 0, None, context
    before = _sort_of(units[: last.first_unit], context.before)
    return _line_start(source, last.start), last.first_unit, Context(before)


def _cut_at_part(
    source: bytes, end: int, units: list[Unit], last: Block, goes_on: Context
) -> tuple[int, int, Context] | None:
    """Leave the last item or row whose first line is whole open, close those before it."""
    at = len(last.parts) - 1
    if at >= 0 and source.find(b"\n", last.parts[at][0], end) < 0:
        at -= 1
    if at <= 0 or last.parts[at][1] == 0:
        return None
    offset, unit = last.parts[at]
    before = _sort_of(units[:unit], goes_on.before)
    if last.kind == "List":
        number = None if last.number is None else last.number + at
        return _line_start(source, offset), unit, Context(before, "List", number=number, indent=last.indent)
    if goes_on.goes_on == "Table":
        prefix, done = goes_on.prefix, goes_on.done
    else:
        start = _line_start(source, last.start)
        prefix, done = source[start : source.index(b"\n", source.index(b"\n", start) + 1) + 1], 0
    return _line_start(source, offset), unit, Context(before, "Table", prefix, done + at - 1)


def _cut_at_line(source: bytes, units: list[Unit], last: Block) -> tuple[int, int, Context] | None:
    """Leave the last line of a fence open, close those before it."""
    start = _line_start(source, last.start)
    opening = source[start : source.find(b"\n", start) + 1]
    if not _FENCE.match(opening):
        return None
    starts = [i for i in range(last.first_unit, len(units)) if not units[i].is_continued]
    if len(starts) < 2:
        return None
    offset = start
    for _ in starts:
        offset = source.index(b"\n", offset) + 1
    return offset, starts[-1], Context("code", "CodeBlock", opening)


def _sort_of(units: list[Unit], default: str) -> str:
    """The sort of the last of `units`, as the parser names it for the space below it."""
    last = next((unit for unit in reversed(units) if not unit.is_continued), None)
    if last is None:
        return default
    match last.kind:
        case UnitKind.ROW:
            return "table"
        case UnitKind.CODE:
            return "code"
        case UnitKind.RULE:
            return "rule"
        case UnitKind.TEXT:
            return "item" if last.marker else "heading" if last.level else "text"


def _readable_end(shown: str, decided: int = 0) -> str:
    """`shown` with what is half written at its end made whole, so that no marks flicker up and vanish.

    In its first `decided` characters nothing is half written.
    """
    start = max(shown.rfind("\n") + 1, decided)
    line = shown[start:]
    if len(line) > 4 * CHUNK_CHARS or not line:
        return shown
    formula = _HALF_FORMULA.search(line)
    if formula is not None:
        return f"{shown.removesuffix(_BACKSLASH)}{_BACKSLASH}{')' if formula[1] == '(' else ']'}"
    if line.endswith(_BACKSLASH) and not line.endswith(_BACKSLASH * 2):
        return shown[:-1]
    line = _HALF_LINK.sub(r"\1", line)
    if line.count("`") % 2:
        return shown[:start] + (line[:-1] if line.endswith("`") else line + "`")
    if "**" in line and re.sub(r"`[^`]*`", "", line).count("**") % 2:
        line = line[:-2] if line.endswith("**") else line.rstrip() + ("*" if line.endswith("*") else "**")
    return shown[:start] + line
