"""Blocks of Markdown into units: what the parser tells of paragraphs, lists, tables, code and quotes."""

from dataclasses import dataclass, field
from typing import Any, Final

from desktop_app.ui.chat.inline_text import STYLES, InlineText
from desktop_app.ui.chat.math_source import MathSource
from desktop_app.ui.chat.spacing import gap_between
from desktop_app.ui.chat.units import (
    BULLET,
    CHUNK_CHARS,
    CODE,
    TASK_DONE,
    TASK_OPEN,
    Run,
    Unit,
    UnitKind,
    chunks,
    code_pieces,
    text_of,
)

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


@dataclass(slots=True)
class _List:
    number: int | None
    indent: int


class UnitBuilder:
    """Takes the parser's events one by one."""

    def __init__(self, context: Context, math: MathSource | None) -> None:
        self._text = InlineText(math)
        self.units: list[Unit] = []
        self.blocks: list[Block] = []
        self._context = context
        self._before = context.before
        self._depth = 0
        self._lists: list[_List] = []
        self._quotes = 0
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
            case "Text" | "Html" | "InlineHtml" if self._raw is not None:
                self._raw.append(value)
            case "Text":
                self._text.write_from(value, start)
            case "Code":
                self._text.write(value, CODE)
            case "TaskListMarker":
                self._marker = TASK_DONE if value else TASK_OPEN
            case _:
                self._text.write(str(value))

    def break_off(self) -> None:
        """No more events come: what was written so far of a paragraph is a unit too."""
        if self._raw is None:
            self._flush()

    def _take_mark(self, name: str, start: int) -> None:
        match name:
            case "SoftBreak":
                self._text.write(" ")
            case "HardBreak":
                self._text.write("\n")
            case "Rule":
                self._begin_block("rule", start)
                self._flush()
                self._add("rule", Unit(UnitKind.RULE))

    def _open(self, value: Any, start: int) -> None:  # noqa: ANN401
        data: Any
        name, data = (value, None) if isinstance(value, str) else next(iter(value.items()))
        if name in STYLES:
            self._text.open_style(name)
        elif name in {"Link", "Image"}:
            self._text.open_link(data["dest_url"], is_email=data["link_type"] == "Email", is_picture=name == "Image")
        else:
            self._begin_block(name, start)
            self._depth += 1
            self._open_block(name, data, start)

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
        if name in STYLES:
            self._text.close_style()
        elif name in {"Link", "Image"}:
            self._text.close_link()
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
                self._cells.append(tuple(self._text.take()))
            case "TableHead" | "TableRow":
                self._add_row()
            case "Table":
                self._row = 0

    def _flush(self, *, is_due: bool = False) -> None:
        """Make units of the text so far; `is_due` also of an empty one."""
        runs = self._text.take()
        if not (runs or self._marker or is_due):
            return
        sort = "item" if self._marker else self._sort
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
            gap = gap_between(self._before, sort)
        indent = min(sum(level.indent for level in self._lists), _DEEPEST_INDENT)
        self.units.append(_placed(unit, gap, indent, min(self._quotes, _MOST_QUOTES), len(self._lists)))
        self._before = sort

    def _add_code(self) -> None:
        text = "".join(self._raw or ())
        self._raw = None
        lines = text.removesuffix("\n").split("\n")
        goes_on = self._is_first_block() and self._context.goes_on == "CodeBlock"
        pieces = list(code_pieces(lines))
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
