r"""Formulas stay as they are written: `\(x_1\)`, `\[x\]`, `$x^2$` and `$$x$$` lose no sign to Markdown."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_MARKS: Final = ("$", "\\(", "\\[")
_DOLLARS: Final = re.compile(r"\$\$?")
_LOOKS_LIKE_MATH: Final = re.compile(r"[\\^_{}=]")
_LINE_BREAK: Final = re.compile(r"\n[ \t>]*")
_LONGEST_BYTES: Final = 4_000
_CLOSING: Final = {"(": ")", "[": "]"}


class Formula(NamedTuple):
    """Where a formula may begin (`source` empty), or ends: then everything since its beginning is this."""

    source: str = ""


def may_hold_math(source: str) -> bool:
    """Whether a look for formulas is worth while."""
    return any(mark in source for mark in _MARKS)


class MathSource:
    """Looks for formulas in the texts that the parser hands out, by where they stand in the source."""

    def __init__(self, source: str) -> None:
        self._source = source.encode()
        self._mark = ""
        self._opened_at = 0

    def forget(self) -> None:
        """A paragraph, a heading or a cell is over; no formula goes on behind it."""
        self._mark = ""

    def pieces(self, text: str, start: int) -> Iterator[str | Formula]:
        """`text`, which begins at byte `start`, cut where formulas begin and end."""
        position = 0
        if start > 0 and self._source[start - 1] == ord("\\"):
            if text[0] in _CLOSING:
                self._mark, self._opened_at = text[0], start - 1
                yield Formula()
            elif self._mark and text[0] == _CLOSING.get(self._mark):
                formula = self._end(start + 1)
                if formula is not None:
                    yield formula
                    position = 1
            searched_from = 1
        else:
            searched_from = 0
        for match in _DOLLARS.finditer(text, searched_from):
            at = start + len(text[: match.start()].encode())
            if match[0] == self._mark and self._can_close(at):
                formula = self._end(at + len(self._mark))
                if formula is not None:
                    yield formula
                    position = match.end()
                    continue
            if self._mark not in _CLOSING and self._can_open(at, match[0]):
                yield text[position : match.start()]
                position = match.start()
                self._mark, self._opened_at = match[0], at
                yield Formula()
        yield text[position:]

    def _can_open(self, at: int, mark: str) -> bool:
        before, after = self._source[at - 1 : at], self._source[at + len(mark) : at + len(mark) + 1]
        return not before.isalnum() and (len(mark) == 2 or bool(after.strip()))

    def _can_close(self, at: int) -> bool:
        after = self._source[at + 1 : at + 2]
        return len(self._mark) == 2 or (bool(self._source[at - 1 : at].strip()) and not after.isdigit())

    def _end(self, end: int) -> Formula | None:
        """The formula up to byte `end`, None if it is none after all."""
        raw = self._source[self._opened_at : end]
        if len(raw) > _LONGEST_BYTES:
            return None
        source = _LINE_BREAK.sub(" ", raw.decode())
        if self._mark == "$" and not _LOOKS_LIKE_MATH.search(source):
            return None
        self._mark = ""
        return Formula(source)
