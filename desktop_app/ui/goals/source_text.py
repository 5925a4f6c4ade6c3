"""Keeps a text's own line ends while an editor shows and changes it, so that untouched parts stay byte for byte."""

import re
from typing import Final

# What a QTextDocument takes for the end of a paragraph, and the line separator of Shift+Enter in a pasted text.
_LINE_END: Final = re.compile("\r\n|[\r\n\u2029\ufdd0\ufdd1]")


class SourceText:
    """A text as it came and as an editor shows it, with "\\n" for every line end."""

    def __init__(self, source: str = "") -> None:
        self._source = source
        self._shown = _LINE_END.sub("\n", source)
        self._line_end = "\r\n" if "\r\n" in source else "\n"

    @property
    def shown(self) -> str:
        """The text for the editor."""
        return self._shown

    def edited(self, shown: str) -> str:
        """The source for an editor that now shows `shown`: what did not change keeps its own line ends."""
        if shown == self._shown:
            return self._source
        if self._source == self._shown:
            return shown
        start = _common_start(self._shown, shown)
        most = min(len(self._shown), len(shown)) - start
        end = min(most, _common_start(self._shown[::-1], shown[::-1]))
        middle = shown[start : len(shown) - end].replace("\n", self._line_end)
        return self._source[: self._at(start)] + middle + self._source[self._at(len(self._shown) - end) :]

    def _at(self, shown_position: int) -> int:
        """Where a position in the shown text stands in the source."""
        position = shown_position
        for match in _LINE_END.finditer(self._source):
            if match.start() >= position:
                break
            position += len(match.group()) - 1
        return position


def _common_start(one: str, other: str) -> int:
    """How many characters at the start are the same; by halves, since a plan may be long."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
