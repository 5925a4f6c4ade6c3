"""Markdown into units. CommonMark with tables, task lists and strikethrough; HTML stays text, pictures become links."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pyromark

from desktop_app.ui.chat.math_source import MathSource, may_hold_math
from desktop_app.ui.chat.units import (
    BOLD,
    BULLET,
    CHUNK_CHARS,
    CODE,
    ITALIC,
    STRUCK,
    TASK_DONE,
    TASK_OPEN,
    Run,
    Unit,
    UnitKind,
    allowed_link,
    chunks,
    text_of,
    with_bare_links,
)

_OPTIONS: Final = (
    pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_TASKLISTS | pyromark.Options.ENABLE_STRIKETHROUGH
)
_STYLES: Final = {"Emphasis": ITALIC, "Strong": BOLD, "Strikethrough": STRUCK}
# Space above and below each sort of unit; between two the larger one counts.
_MARGINS: Final = {
    "text": (8, 8),
    "item": (8, 8),
    "heading": (14, 4),
    "code": (10, 10),
    "table": (10, 10),
    "rule": (12, 12),
    "html": (8, 8),
}
_BULLET_INDENT: Final = 20
_NUMBER_INDENT: Final = 26
_DEEPEST_INDENT: Final = 200
_MOST_QUOTES: Final = 6


@dataclass(slots=True)
class Block:
    """A block at the top level: where it begins in the source (bytes), its first unit, and where it may be cut.

    `parts` are (source offset, unit) at which its items or rows begin.
    """

    kind: str
    start: int
    first_unit: int
    parts: list[tuple[int, int]] = field(default_factory=list)
    number: int | None = None
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """What stands before a piece of source: the sort of the last unit, and which list, table or fence it goes on with.

    `prefix` is source put before the piece to open its table or fence again; `done` is how many items, rows or lines of
    it are there already.
    """

    before: str = ""
    goes_on: str = ""
    prefix: bytes = b""
    done: int = 0
    number: int | None = None
    indent: int = 0


def parse(source: str) -> tuple[Unit, ...]:
    """The units of a whole text."""
    return tuple(parse_blocks(source, Context())[0])


def parse_blocks(source: str, context: Context) -> tuple[list[Unit], list[Block]]:
    """The units and top-level blocks of `source`, which includes the context's prefix."""
    math = MathSource(source) if may_hold_math(source) else None
    builder = _Builder(context, math)
    # Where there may be formulas each text is to stand in one piece of the source.
    for event, span in pyromark.events_with_range(source, options=_OPTIONS, merge_text=math is None):
        builder.take(event, span["start"])
    return builder.units, builder.blocks


@dataclass(slots=True)
class _List:
    number: int | None
    indent: int


class _Builder:
    """Takes the parser's events one by one."""

    def __init__(self, context: Context, math: MathSource | None) -> None:
        self._math = math
        self._before_math: tuple[int, list[str], tuple[int, str]] = (0, [], (0, ""))
        self.units: list[Unit] = []
        self.blocks: list[Block] = []
        self._context = context
        self._before = context.before
        self._depth = 0
        self._lists: list[_List] = []
        self._quotes = 0
        self._runs: list[Run] = []
        self._parts: list[str] = []
        self._look = (0, "")
        self._styles: list[int] = []
        self._links: list[str] = []
        self._marker = ""
        self._level = 0
        self._sort = "text"
        self._raw: list[str] | None = None
        self._language = ""
        self._cells: list[tuple[Run, ...]] = []
        self._aligns: tuple[str, ...] = ()
        self._row = 0

    def take(self, event: Any, start: int) -> None:  # noqa: ANN401 - the parser's own nested unions
        """One event, beginning at byte `start`."""
        if isinstance(event, str):
            self._take_mark(event, start)
            return
        ((name, value),) = event.items()
        match name:
            case "Start":
                self._open(value, start)
            case "End":
                self._close(value if isinstance(value, str) else next(iter(value)))
            case "Text" if self._math is not None and self._raw is None:
                self._write_around_math(self._math, value, start)
            case "Text" | "InlineHtml" | "Html":
                self._write(value, 0)
            case "Code":
                self._write(value, CODE)
            case "TaskListMarker":
                self._marker = TASK_DONE if value else TASK_OPEN
            case _:
                self._write(str(value), 0)

    def _take_mark(self, name: str, start: int) -> None:
        match name:
            case "SoftBreak":
                self._write(" ", 0)
            case "HardBreak":
                self._write("\n", 0)
            case "Rule":
                self._begin_block("rule", start)
                self._flush()
                self._add("rule", Unit(UnitKind.RULE))

    def _write(self, text: str, style: int) -> None:
        if self._raw is not None:
            self._raw.append(text)
            return
        for mark in self._styles:
            style |= mark
        look = (style, next((link for link in reversed(self._links) if link), ""))
        if look != self._look:
            self._end_run()
            self._look = look
        self._parts.append(text)

    def _write_around_math(self, math: MathSource, text: str, start: int) -> None:
        for piece in math.pieces(text, start):
            if isinstance(piece, str):
                self._write(piece, 0)
            elif piece.source:
                count, parts, self._look = self._before_math
                del self._runs[count:]
                self._parts = [*parts, piece.source]
            else:
                self._write("", 0)  # the look of the text here, not that of what stood before it
                self._parts = ["".join(self._parts)]
                self._before_math = (len(self._runs), list(self._parts), self._look)

    def _end_run(self) -> None:
        """Text of one look becomes one run, however many events brought it."""
        if self._parts:
            if text := "".join(self._parts):
                self._runs.extend(with_bare_links(Run(text, *self._look)))
            self._parts.clear()

    def _end_text(self) -> None:
        """A paragraph, a heading or a cell is over."""
        if self._math is not None:
            self._math.forget()
        self._end_run()

    def _open(self, value: Any, start: int) -> None:  # noqa: ANN401
        name, data = (value, None) if isinstance(value, str) else next(iter(value.items()))
        if name in _STYLES:
            self._styles.append(_STYLES[name])
        elif name in {"Link", "Image"}:
            self._open_link(name, data)
        else:
            self._begin_block(name, start)
            self._depth += 1
            self._open_block(name, data, start)

    def _open_link(self, name: str, data: Any) -> None:  # noqa: ANN401
        address = data["dest_url"]
        if data["link_type"] == "Email":
            address = f"mailto:{address}"
        self._links.append(allowed_link(address))
        if name == "Image":
            self._write("Image: ", 0)

    def _open_block(self, name: str, data: Any, start: int) -> None:  # noqa: ANN401
        match name:
            case "Heading":
                self._level = int(data["level"][1])
                self._sort = "heading"
            case "BlockQuote":
                self._flush()
                self._quotes += 1
            case "CodeBlock":
                self._flush()
                self._raw = []
                self._language = data["Fenced"] if isinstance(data, dict) else ""
            case "HtmlBlock":
                self._flush()
                self._raw = []
            case "List":
                self._flush()
                self._open_list(data)
            case "Item":
                self._open_item(start)
            case "Table":
                self._flush()
                self._aligns = tuple({"Right": "right", "Center": "center"}.get(align, "left") for align in data)
            case "TableHead" | "TableRow":
                self._cells = []
                self._mark_part(start)

    def _begin_block(self, name: str, start: int) -> None:
        if self._depth == 0:
            self.blocks.append(Block(name, start, len(self.units)))

    def _mark_part(self, start: int) -> None:
        self.blocks[-1].parts.append((start, len(self.units)))

    def _open_list(self, number: int | None) -> None:
        indent = _BULLET_INDENT if number is None else _NUMBER_INDENT + (10 if number >= 100 else 0)
        if not self._lists and self._is_first_block() and self._context.goes_on == "List":
            number, indent = self._context.number, self._context.indent
        elif not self._lists and self._before == "item":
            # Two lists with nothing between them are apart like two paragraphs.
            self._before = "text"
        self._lists.append(_List(number, indent))
        if self._depth == 1:
            self.blocks[-1].number = number
            self.blocks[-1].indent = indent

    def _open_item(self, start: int) -> None:
        if self._depth == 2 and len(self._lists) == 1:
            self._mark_part(start)
        current = self._lists[-1]
        if current.number is None:
            self._marker = BULLET
        else:
            self._marker = f"{current.number}."
            current.number += 1

    def _close(self, name: str) -> None:
        if name in _STYLES:
            self._styles.pop()
        elif name in {"Link", "Image"}:
            self._links.pop()
        else:
            self._close_block(name)
            self._depth -= 1

    def _close_block(self, name: str) -> None:
        match name:
            case "Paragraph" | "Heading":
                self._flush(is_due=True)
                self._level, self._sort = 0, "text"
            case "BlockQuote":
                self._flush()
                self._quotes -= 1
            case "CodeBlock":
                self._add_code()
            case "HtmlBlock":
                self._add_html()
            case "Item":
                self._flush()
            case "List":
                self._lists.pop()
            case "TableCell":
                self._end_text()
                self._cells.append(tuple(self._runs))
                self._runs = []
            case "TableHead" | "TableRow":
                self._add_row()
            case "Table":
                self._row = 0

    def _flush(self, *, is_due: bool = False) -> None:
        """Make units of the text so far; `is_due` also of an empty one."""
        self._end_text()
        if not (self._runs or self._marker or is_due):
            return
        sort = "item" if self._marker else self._sort
        runs, self._runs = self._runs, []
        marker, self._marker = self._marker, ""
        for i, chunk in enumerate(chunks(runs)):
            self._add(
                sort,
                Unit(
                    UnitKind.TEXT,
                    chunk,
                    level=self._level,
                    marker="" if i else marker,
                    is_continued=i > 0,
                ),
            )

    def _add(self, sort: str, unit: Unit, *, gap: int | None = None) -> None:
        if unit.is_continued:
            gap = 0
        elif gap is None:
            gap = _gap(self._before, sort)
        indent = min(sum(level.indent for level in self._lists), _DEEPEST_INDENT)
        self.units.append(_placed(unit, gap, indent, min(self._quotes, _MOST_QUOTES), len(self._lists)))
        self._before = sort

    def _add_code(self) -> None:
        text = "".join(self._raw or ())
        self._raw = None
        lines = text.removesuffix("\n").split("\n")
        goes_on = self._is_first_block() and self._context.goes_on == "CodeBlock"
        pieces = list(_code_pieces(lines))
        for i, (piece, is_continued) in enumerate(pieces):
            is_first = i == 0 and not goes_on
            unit = Unit(
                UnitKind.CODE,
                (Run(piece, CODE),) if piece else (),
                language=self._language,
                is_continued=is_continued,
                is_first=is_first,
                is_last=i == len(pieces) - 1,
            )
            self._add("code", unit, gap=None if is_first else 0)

    def _add_html(self) -> None:
        text = "".join(self._raw or ())
        self._raw = None
        for i, line in enumerate(text.removesuffix("\n").split("\n")):
            for j, chunk in enumerate(chunks((Run(line),))):
                self._add("html", Unit(UnitKind.TEXT, chunk, is_continued=j > 0), gap=0 if i else None)

    def _add_row(self) -> None:
        row = self._row
        self._row += 1
        if self._is_first_block() and self._context.goes_on == "Table":
            if row == 0:
                return  # the head is there already; it came with the prefix
            row += self._context.done
        cells = tuple(self._cells)
        gap = 0 if row else None
        if sum(len(text_of(cell)) for cell in cells) <= CHUNK_CHARS:
            self._add("table", Unit(UnitKind.ROW, cells=cells, aligns=self._aligns, row=row), gap=gap)
            return
        flat = [run for cell in cells for run in (*cell, Run("\t"))]
        for i, chunk in enumerate(chunks(flat)):
            self._add("table", Unit(UnitKind.TEXT, chunk, row=row, is_continued=i > 0), gap=gap)

    def _is_first_block(self) -> bool:
        return len(self.blocks) == 1


def _placed(unit: Unit, gap: int, indent: int, quotes: int, depth: int) -> Unit:
    return Unit(
        unit.kind,
        unit.runs,
        gap,
        indent,
        quotes,
        unit.level,
        unit.marker,
        unit.is_continued,
        unit.cells,
        unit.aligns,
        unit.row,
        unit.language,
        unit.is_first,
        unit.is_last,
        depth,
    )


def _gap(before: str, sort: str) -> int:
    if not before or before == sort == "item":
        return 0
    below = _MARGINS[before][1]
    above = _MARGINS[sort][0]
    return below if before == "heading" and sort != "heading" else max(below, above)


def _code_pieces(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Lines of code, long ones in pieces; the flag says that a piece goes on from the one before."""
    for line in lines:
        for start in range(0, max(len(line), 1), CHUNK_CHARS):
            yield line[start : start + CHUNK_CHARS], start > 0
