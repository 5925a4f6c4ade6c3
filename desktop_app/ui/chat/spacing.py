"""The space between two units, by their sorts."""

from typing import Final

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


def gap_between(before: str, sort: str) -> int:
    """The space above a unit of `sort` that stands below one of the sort `before`, which is empty at the top."""
    if not before or before == sort == "item":
        return 0
    below = _MARGINS[before][1]
    above = _MARGINS[sort][0]
    return below if before == "heading" and sort != "heading" else max(below, above)
