"""Two versions of a text beside each other: what was taken away and added, word by word; and three-way merging."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final, TypeAlias

# Beyond this many pieces the middle is told as one change: comparing takes the square of it.
_MOST_PIECES: Final = 2_000
_WORDS: Final = re.compile(r"\s+|\w+|[^\w\s]")
_Block: TypeAlias = tuple[int, int, int, int]


class Mark(StrEnum):
    """What became of a piece."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A run of text with one mark. Those that are not added make up the old text, those not removed the new one."""

    mark: Mark
    text: str


def text_diff(before: str, after: str) -> tuple[TextPiece, ...]:
    """The pieces of both texts in reading order: lines that stayed, and words within those that changed."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[TextPiece] = []
    for is_same, old_part, new_part in _runs(old, new):
        if is_same:
            pieces.append(TextPiece(Mark.SAME, old_part))
        else:
            pieces += _word_pieces(old_part, new_part)
    return tuple(_joined(pieces))


def merged_text(base: str, mine: str, theirs: str) -> str | None:
    """`mine` with what `theirs` changed since `base`, line by line; None where both changed the same place."""
    if mine in {base, theirs}:
        return theirs
    if base == theirs:
        return mine
    lines = [text.splitlines(keepends=True) for text in (base, mine, theirs)]
    edits = sorted(
        [(start, end, lines[1][low:high], 0) for start, end, low, high in _edits(lines[0], lines[1])]
        + [(start, end, lines[2][low:high], 1) for start, end, low, high in _edits(lines[0], lines[2])],
        key=lambda edit: (edit[0], edit[1]),
    )
    result: list[str] = []
    place, last_hand = 0, -1
    for start, end, new, hand in edits:
        # Edits that touch are one place: which comes first cannot be known.
        if last_hand not in {-1, hand} and start <= place:
            return None
        result += lines[0][place:start]
        result += new
        place, last_hand = end, hand
    return "".join([*result, *lines[0][place:]])


def _word_pieces(before: str, after: str) -> Iterator[TextPiece]:
    for is_same, old, new in _runs(_WORDS.findall(before), _WORDS.findall(after)):
        if is_same:
            yield TextPiece(Mark.SAME, old)
            continue
        if old:
            yield TextPiece(Mark.REMOVED, old)
        if new:
            yield TextPiece(Mark.ADDED, new)


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    """The two sequences in runs that are the same or differ, each as text."""
    at_old = 0
    for start, end, low, high in _edits(old, new):
        if start > at_old:
            yield True, "".join(old[at_old:start]), ""
        yield False, "".join(old[start:end]), "".join(new[low:high])
        at_old = end
    if at_old < len(old):
        yield True, "".join(old[at_old:]), ""


def _edits(old: Sequence[str], new: Sequence[str]) -> list[_Block]:
    """Where they differ: from and to in the old one, from and to in the new one."""
    head = _common(old, new, lambda index: index)
    rest = min(len(old), len(new)) - head
    tail = min(rest, _common(old, new, lambda index: -1 - index))
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if not old_middle and not new_middle:
        return []
    if len(old_middle) > _MOST_PIECES or len(new_middle) > _MOST_PIECES:
        return [(head, head + len(old_middle), head, head + len(new_middle))]
    matcher = SequenceMatcher(None, old_middle, new_middle, autojunk=False)
    return [
        (head + start, head + end, head + low, head + high)
        for tag, start, end, low, high in matcher.get_opcodes()
        if tag != "equal"
    ]


def _common(old: Sequence[str], new: Sequence[str], place: Callable[[int], int]) -> int:
    count = 0
    while count < min(len(old), len(new)) and old[place(count)] == new[place(count)]:
        count += 1
    return count


def _joined(pieces: Sequence[TextPiece]) -> Iterator[TextPiece]:
    """Neighbours with the same mark as one; within a run of changes what was removed stands first."""
    removed = added = same = ""
    for piece in pieces:
        if piece.mark is Mark.SAME:
            yield from _changed(removed, added)
            removed = added = ""
            same += piece.text
            continue
        if same:
            yield TextPiece(Mark.SAME, same)
            same = ""
        removed += piece.text if piece.mark is Mark.REMOVED else ""
        added += piece.text if piece.mark is Mark.ADDED else ""
    yield from _changed(removed, added)
    if same:
        yield TextPiece(Mark.SAME, same)


def _changed(removed: str, added: str) -> Iterator[TextPiece]:
    if removed:
        yield TextPiece(Mark.REMOVED, removed)
    if added:
        yield TextPiece(Mark.ADDED, added)
