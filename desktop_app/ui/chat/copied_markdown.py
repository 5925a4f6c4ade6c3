"""What is selected, as Markdown: whole messages as they were written, parts of one put together again."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from desktop_app.ui.chat.card_rows import FooterRow, StatusRow
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.column import Column
from desktop_app.ui.chat.plain_rows import ReasoningRow
from desktop_app.ui.chat.rows import Row, utf16_length, utf16_slice
from desktop_app.ui.chat.selection import Selection, Spot, row_text
from desktop_app.ui.chat.units import BOLD, BULLET, CODE, ITALIC, STRUCK, TASK_DONE, TASK_OPEN, Run, Unit, UnitKind

_ESCAPED: Final = re.compile(r"([\\`*_\[\]<>~|])")
_BLOCK_MARK: Final = re.compile(r"^(\s*)([#+>-]|\d+[.)])")
_TICKS: Final = re.compile(r"`+")
_ALIGNED: Final = {"left": "---", "center": ":-:", "right": "--:"}
_MARKS: Final = {BULLET: "-", TASK_OPEN: "- [ ]", TASK_DONE: "- [x]"}
_STYLES: Final = ((BOLD, "**"), (ITALIC, "*"), (STRUCK, "~~"))


def selected_markdown(column: Column, selection: Selection) -> str:
    """What is selected; across messages without what was not said, such as footers and thoughts."""
    ends = selection.ends()
    if ends is None:
        return ""
    first, last = ends
    parts = []
    for position in range(first.row, min(last.row + 1, len(column.rows))):
        row = column.rows[position]
        if first.row == last.row or not isinstance(row, FooterRow | StatusRow | ReasoningRow):
            begin = first if position == first.row else None
            end = last if position == last.row else None
            parts.append(_row_markdown(row, begin, end))
    return "\n\n".join(part for part in parts if part)


def _row_markdown(row: Row, first: Spot | None, last: Spot | None) -> str:
    if not isinstance(row, CoachRow):
        return row_text(row, first, last)
    if _is_whole(row, first, last):
        return row.source.strip("\n")
    return units_markdown(_cut_units(row.units, first, last))


def _is_whole(row: CoachRow, first: Spot | None, last: Spot | None) -> bool:
    if first is not None and (first.unit, first.position) != (0, 0):
        return False
    return last is None or (
        last.unit >= row.count() - 1
        and (last.unit > row.count() - 1 or last.position >= utf16_length(row.text(row.count() - 1)))
    )


def _cut_units(units: list[Unit], first: Spot | None, last: Spot | None) -> Iterator[Unit]:
    """The units between two spots, with only what is selected of the outer ones; rows of tables stay whole."""
    begin = first.unit if first is not None else 0
    end = min(last.unit, len(units) - 1) if last is not None else len(units) - 1
    for number in range(begin, end + 1):
        unit = units[number]
        start = first.position if first is not None and number == begin else 0
        stop = last.position if last is not None and number == last.unit else None
        if unit.kind is UnitKind.ROW or (start == 0 and stop is None):
            yield unit
        else:
            yield unit.with_runs(tuple(_cut_runs(unit.runs, start, stop)), keeps_marker=start == 0)


def _cut_runs(runs: Iterable[Run], start: int, stop: int | None) -> Iterator[Run]:
    position = 0
    for run in runs:
        length = utf16_length(run.text)
        begin, end = max(start - position, 0), length if stop is None else min(stop - position, length)
        if begin < end:
            yield Run(utf16_slice(run.text, begin, end), run.style, run.link)
        position += length


def units_markdown(units: Iterable[Unit]) -> str:
    """Units as Markdown that shows the same."""
    lines: list[str] = []
    before: Unit | None = None
    fence = "```"
    for unit in units:
        prefix = "> " * unit.quotes + "    " * (unit.depth - (1 if unit.marker else 0))
        if _is_code_end(before, unit):
            lines.append(f"{_prefix_of(before)}{fence}")
        if unit.is_continued and lines:
            lines[-1] += unit.text if unit.kind is UnitKind.CODE else _inline(unit.runs)
            before = unit
            continue
        if before is not None and _needs_gap(before, unit):
            lines.append(("> " * min(before.quotes, unit.quotes)).rstrip())
        if unit.kind is UnitKind.CODE and (before is None or before.kind is not UnitKind.CODE or unit.is_first):
            fence = "`" * max(3, max((len(ticks) + 1 for ticks in _TICKS.findall(unit.text)), default=0))
            lines.append(f"{prefix}{fence}{unit.language}")
        lines += [f"{prefix}{line}" for line in _unit_lines(unit, is_first_row=_begins_table(before, unit))]
        before = unit
    if before is not None and before.kind is UnitKind.CODE:
        lines.append(f"{_prefix_of(before)}{fence}")
    return "\n".join(lines)


def _prefix_of(unit: Unit | None) -> str:
    return "" if unit is None else "> " * unit.quotes + "    " * unit.depth


def _is_code_end(before: Unit | None, unit: Unit) -> bool:
    return before is not None and before.kind is UnitKind.CODE and (unit.kind is not UnitKind.CODE or unit.is_first)


def _begins_table(before: Unit | None, unit: Unit) -> bool:
    return before is None or before.kind is not UnitKind.ROW or unit.row == 0


def _needs_gap(before: Unit, unit: Unit) -> bool:
    if unit.kind is UnitKind.ROW:
        return _begins_table(before, unit)
    if unit.kind is UnitKind.CODE and before.kind is UnitKind.CODE:
        return unit.is_first
    return not (unit.marker and before.depth and unit.gap == 0)


def _unit_lines(unit: Unit, *, is_first_row: bool) -> list[str]:
    match unit.kind:
        case UnitKind.RULE:
            return ["---"]
        case UnitKind.CODE:
            return [unit.text]
        case UnitKind.ROW:
            row = "| " + " | ".join(_inline(cell) for cell in unit.cells) + " |"
            aligned = "| " + " | ".join(_ALIGNED[align] for align in unit.aligns) + " |"
            return [row, aligned] if is_first_row else [row]
        case UnitKind.TEXT:
            text = _inline(unit.runs).replace("\n", "\\\n")
            if unit.level:
                return [f"{'#' * unit.level} {text}"]
            if unit.marker:
                return [f"{_MARKS.get(unit.marker, unit.marker)} {text}"]
            return [_BLOCK_MARK.sub(r"\1\\\2", text)]


def _inline(runs: Iterable[Run]) -> str:
    return "".join(_run_markdown(run) for run in runs)


def _run_markdown(run: Run) -> str:
    if not run.text.strip():
        return run.text
    if run.style & CODE:
        ticks = "`" * (max((len(found) for found in _TICKS.findall(run.text)), default=0) + 1)
        pad = " " if run.text[0] == "`" or run.text[-1] == "`" else ""
        marked = f"{ticks}{pad}{run.text}{pad}{ticks}"
    elif run.link == run.text:
        return run.text
    else:
        marked = _ESCAPED.sub(r"\\\1", run.text)
    lead, marked, tail = _trimmed(marked)
    for style, mark in _STYLES:
        if run.style & style:
            marked = f"{mark}{marked}{mark}"
    if run.link:
        marked = f"[{marked}](<{run.link}>)" if " " in run.link or ")" in run.link else f"[{marked}]({run.link})"
    return f"{lead}{marked}{tail}"


def _trimmed(text: str) -> tuple[str, str, str]:
    """White space at both ends does not go between marks."""
    core = text.strip(" ")
    start = text.index(core)
    return text[:start], core, text[start + len(core) :]
