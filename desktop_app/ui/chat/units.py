"""The small pieces a reply is laid out in: a paragraph, a list item, a table row, a line of code."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import urlsplit

BOLD: Final = 1
ITALIC: Final = 2
STRUCK: Final = 4
CODE: Final = 8

# A longer layout costs more than a frame with every piece that is added to it.
CHUNK_CHARS: Final = 2000
_CHUNK_MOST: Final = 2300
_MOST_RUNS: Final = 300
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'`]+")
_SCHEMES: Final = frozenset({"http", "https", "mailto"})


class Run(NamedTuple):
    """Text of one look; `link` is where it leads, or empty."""

    text: str
    style: int = 0
    link: str = ""


class UnitKind(StrEnum):
    """How a unit is laid out."""

    TEXT = "text"
    CODE = "code"
    ROW = "row"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. `gap` is the space above it, `indent` its distance from the left, both in pixels; `depth` is how many
    lists it lies in.

    `is_continued`: the text goes on from the unit before without a line break. Rows have `cells`, `aligns` ("left",
    "center", "right") and their number in the table, the head being 0. Lines of code know whether they open and close
    their box.
    """

    kind: UnitKind
    runs: tuple[Run, ...] = ()
    gap: int = 0
    indent: int = 0
    quotes: int = 0
    level: int = 0
    marker: str = ""
    is_continued: bool = False
    cells: tuple[tuple[Run, ...], ...] = ()
    aligns: tuple[str, ...] = ()
    row: int = 0
    language: str = ""
    is_first: bool = False
    is_last: bool = False
    depth: int = 0

    def with_runs(self, runs: tuple[Run, ...], *, keeps_marker: bool) -> "Unit":
        """The unit with other text, and without its marker where the text does not begin at its beginning."""
        return replace(self, runs=runs, marker=self.marker if keeps_marker else "", is_continued=False)

    @property
    def text(self) -> str:
        """What can be selected in it; cells are parted by tabs."""
        if self.kind is UnitKind.ROW:
            return "\t".join(text_of(cell) for cell in self.cells)
        return text_of(self.runs)

    @property
    def spoken_marker(self) -> str:
        """What stands before the text when it is copied from its beginning."""
        return f"{_MARKS.get(self.marker, self.marker)} " if self.marker else ""


BULLET: Final = "•"
TASK_OPEN: Final = "[ ]"
TASK_DONE: Final = "[x]"
_MARKS: Final = {TASK_OPEN: "☐", TASK_DONE: "☑"}


def text_of(runs: Iterable[Run]) -> str:
    """The bare text of `runs`."""
    return "".join(run.text for run in runs)


def allowed_link(address: str) -> str:
    """`address` if the program may offer to open it, else an empty string. Nothing but web and mail addresses are."""
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return ""
    return address if scheme in _SCHEMES and not any(ord(char) < 32 for char in address) else ""


def with_bare_links(run: Run) -> Iterator[Run]:
    """`run` cut up so that web addresses written out in it are links."""
    if run.link or run.style & CODE or "://" not in run.text:
        yield run
        return
    position = 0
    for match in _ADDRESS.finditer(run.text):
        address = match[0].rstrip(".,;:!?*_~")
        if address.endswith(")") and "(" not in address:
            address = address.rstrip(").,;:!?")
        if not allowed_link(address):
            continue
        if match.start() > position:
            yield Run(run.text[position : match.start()], run.style)
        yield Run(address, run.style, address)
        position = match.start() + len(address)
    if position < len(run.text):
        yield Run(run.text[position:], run.style)


def chunks(runs: Sequence[Run]) -> Iterator[tuple[Run, ...]]:
    """`runs` in pieces that are cheap to lay out, cut at spaces or between runs, by the text before the cut alone."""
    count = 0
    chunk: list[Run] = []
    for run in runs:
        rest = run
        while count + len(rest.text) > CHUNK_CHARS:
            cut = _cut(rest.text, max(CHUNK_CHARS - count, 0), _CHUNK_MOST - count)
            if cut is None:
                break
            chunk.append(Run(rest.text[:cut], rest.style, rest.link))
            yield tuple(chunk)
            chunk, count = [], 0
            rest = Run(rest.text[cut:], rest.style, rest.link)
        if rest.text:
            if len(chunk) == _MOST_RUNS:
                yield tuple(chunk)
                chunk, count = [], 0
            chunk.append(rest)
            count += len(rest.text)
    if chunk or not runs:
        yield tuple(chunk)


def _cut(text: str, earliest: int, latest: int) -> int | None:
    space = min(
        (at for at in (text.find(" ", earliest, latest), text.find("\n", earliest, latest)) if at >= 0), default=-1
    )
    if space >= 0:
        return space + 1
    return max(latest, 1) if len(text) > latest else None


def code_pieces(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Lines of code, long ones in pieces; the flag says that a piece goes on from the one before."""
    for line in lines:
        for start in range(0, max(len(line), 1), CHUNK_CHARS):
            yield line[start : start + CHUNK_CHARS], start > 0
