"""What one line of Markdown is and which of its characters are marks. Positions count UTF-16 units, as Qt does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

# A longer line is no prose; a match on it would cost more than its look is worth.
LONGEST_LINE: Final = 5_000

_HEADING: Final = re.compile(r"( {0,3}#{1,6}(?:[ \t]+|$))(.*?)([ \t]+#+[ \t]*)?")
_FENCE: Final = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)")
_ITEM: Final = re.compile(r"(\s*)(?:([-*+])|\d{1,9}[.)])(?:\s+(\[([ xX])\])(?=\s|$))?(?:\s+|$)")
_RULE: Final = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
_QUOTE: Final = re.compile(r"(?: {0,3}>)+ ?")
_CODE: Final = re.compile(r"(?<![`\\])(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_BOLD: Final = re.compile(r"(?<!\\)(\*\*|__)(?=\S)(.+?)(?<=[^\s\\])\1")
_ITALIC: Final = re.compile(r"(?<![*\w\\])(\*|_)(?![*_\s])(.+?)(?<![*_\s\\])\1(?![*\w])")
_LINK: Final = re.compile(r"(?<![!\\])\[([^\[\]\n]+)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)")
_LITERAL: Final = re.compile(rf"{_CODE.pattern}|https?://[^\s)>\]]+")
_BARE: Final = re.compile(r"https?://[^\s<>)\]]*[^\s<>)\].,;:!?'\"*_]")
_WIDE: Final = re.compile("[\U00010000-\U0010ffff]")


class Look(Enum):
    """How a run of characters is shown.

    A MARK can be hidden; a PAINTED mark keeps its room, in which what it stands for is painted; a NUMBER stays.
    """

    MARK = "mark"
    PAINTED = "painted"
    NUMBER = "number"
    HEADING = "heading"
    BOLD = "bold"
    ITALIC = "italic"
    LINK = "link"
    CODE = "code"
    QUOTE = "quote"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Run:
    """`length` characters from `start` on that look so; later runs of a line add to earlier ones."""

    start: int
    length: int
    look: Look


@dataclass(frozen=True, slots=True)
class Item:
    """A line that is an item of a list. `mark` is how far its mark and the space behind it reach.

    `bullet` is where the bullet stands (None for a number), `box` where `[ ]` does (None where there is none to tick).
    """

    mark: int
    bullet: int | None
    box: int | None
    is_done: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a line: where it begins and ends, and its address."""

    start: int
    end: int
    address: str


def item_of(line: str) -> Item | None:
    """What the line is as an item of a list; None where it is none."""
    found = _ITEM.match(line)
    if found is None or _RULE.fullmatch(line) or len(line) > LONGEST_LINE:
        return None
    return Item(
        mark=found.end(),
        bullet=found.start(2) if found[2] else None,
        box=found.start(3) if found[3] and found[2] else None,
        is_done=found[4] is not None and found[4] != " ",
    )


def quote_of(line: str) -> int:
    """How far the marks of a quoted line reach; 0 where it is none."""
    found = _QUOTE.match(line)
    return found.end() if found is not None and len(line) <= LONGEST_LINE else 0


def links_of(line: str) -> tuple[Link, ...]:
    """The links of a line, in order."""
    if len(line) > LONGEST_LINE:
        return ()
    text = qt_text(line)
    named = [Link(found.start(), found.end(), found[2]) for found in _LINK.finditer(text)]
    bare = [Link(found.start(), found.end(), found[0]) for found in _BARE.finditer(text)]
    return (*named, *(link for link in bare if not any(one.start <= link.start < one.end for one in named)))


def fence_after(line: str, fence: int) -> int:
    """The fence that is open after a line, 0 for none: its length, below zero for one of tildes."""
    found = _FENCE.fullmatch(line)
    if found is None:
        return fence
    own = len(found[1]) * (-1 if found[1].startswith("~") else 1)
    if fence == 0:
        return own
    closes = own * fence > 0 and abs(own) >= abs(fence) and not found[2].strip()
    return 0 if closes else fence


def runs_of(line: str) -> Iterator[Run]:
    """How a line outside of code is shown."""
    if len(line) > LONGEST_LINE:
        return
    text = qt_text(line)
    heading = _HEADING.fullmatch(text)
    if heading:
        yield Run(0, len(text), Look.HEADING)
    else:
        yield from _before(text)
    body = _LITERAL.sub(_blank, text)
    for pattern, look in ((_BOLD, Look.BOLD), (_ITALIC, Look.ITALIC)):
        for found in pattern.finditer(body):
            yield Run(found.start(2), len(found[2]), look)
            yield Run(found.start(), len(found[1]), Look.MARK)
            yield Run(found.end() - len(found[1]), len(found[1]), Look.MARK)
    for found in _LINK.finditer(text):
        yield Run(found.start(1), len(found[1]), Look.LINK)
        yield Run(found.start(), 1, Look.MARK)
        yield Run(found.end(1), found.end() - found.end(1), Look.MARK)
    for found in _CODE.finditer(text):
        yield Run(found.start(), found.end() - found.start(), Look.CODE)
        yield Run(found.start(), len(found[1]), Look.MARK)
        yield Run(found.end() - len(found[1]), len(found[1]), Look.MARK)
    if heading and heading[2]:
        yield Run(0, len(heading[1]), Look.MARK)
        if heading[3]:
            yield Run(heading.start(3), len(heading[3]), Look.MARK)


def qt_text(line: str) -> str:
    """`line` with two characters for each that takes two units, so that positions in it are Qt's."""
    return _WIDE.sub("xx", line)


def _before(text: str) -> Iterator[Run]:
    item, quote = item_of(text), _QUOTE.match(text)
    if item is not None:
        yield Run(0, item.mark, Look.NUMBER if item.bullet is None else Look.PAINTED)
        if item.is_done:
            yield Run(item.mark, len(text) - item.mark, Look.DONE)
    elif quote:
        yield Run(quote.end(), len(text) - quote.end(), Look.QUOTE)
        yield Run(0, quote.end(), Look.PAINTED)


def _blank(found: re.Match[str]) -> str:
    return "x" * len(found[0])
