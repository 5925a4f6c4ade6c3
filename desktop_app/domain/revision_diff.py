"""What a revision changed, field by field, to be shown: words in texts, rows in lists, old → new elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from desktop_app.domain.goals import GoalFields, Milestone
from desktop_app.domain.ids import RevisionId
from desktop_app.domain.measures import Measure, number_text
from desktop_app.domain.revisions import FieldChange, FieldValue, Revision, field_changes, with_values
from desktop_app.domain.text_diff import TextPiece, text_diff
from desktop_app.errors import NotFoundError

FIELD_WORDS: Final = {"content": "plan", "rhythm": "review rhythm"}
_TEXTS: Final = frozenset({"title", "content"})
_LISTS: Final = frozenset({"milestones", "measures", "tags"})
Row: TypeAlias = Milestone | Measure | str


class RowMark(StrEnum):
    """What became of a row of a list."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class RowDiff:
    """One milestone, measure or tag. `before` is None where it was added, `after` where it was removed."""

    mark: RowMark
    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field. `pieces` is for texts, `rows` for lists; the others have `before` and `after` alone."""

    field: str
    before: FieldValue
    after: FieldValue
    pieces: tuple[TextPiece, ...] = ()
    rows: tuple[RowDiff, ...] = ()

    @property
    def label(self) -> str:
        """The field in words, as it stands at the beginning of a line."""
        return field_words(self.field).capitalize()


def change_diff(revision: Revision) -> tuple[FieldDiff, ...]:
    """“Change”: what this revision did."""
    return changes_diff(revision.changes)


def changes_diff(changes: Iterable[FieldChange]) -> tuple[FieldDiff, ...]:
    """Changes field by field, those of a proposal too."""
    return tuple(map(_field_diff, changes))


def since_diff(revisions: Sequence[Revision], revision_id: RevisionId, now: GoalFields) -> tuple[FieldDiff, ...]:
    """“Since then”: from the version that this revision made to `now`. Raises as `version_of`."""
    return fields_diff(version_of(revisions, revision_id, now), now)


def fields_diff(before: GoalFields, after: GoalFields) -> tuple[FieldDiff, ...]:
    """Every field in which two versions differ."""
    return changes_diff(field_changes(before, after))


def version_of(revisions: Sequence[Revision], revision_id: RevisionId, now: GoalFields) -> GoalFields:
    """The fields as this revision left them, from the goal as it is `now` and all its revisions, newest first.

    Raises NotFoundError where it is none of them.
    """
    fields = now
    for revision in revisions:
        if revision.id == revision_id:
            return fields
        fields = with_values(fields, {change.field: change.before for change in revision.changes})
    raise NotFoundError("This change is no longer recorded, so what it left cannot be shown or restored.")


def field_words(field: str) -> str:
    """A field as the screen calls it."""
    return FIELD_WORDS.get(field, field)


def row_words(row: Row) -> str:
    """A row of a list in a few words."""
    match row:
        case Milestone():
            return row.title
        case Measure():
            current = "–" if row.current is None else number_text(row.current)
            return f"{row.name}: {current} of {number_text(row.target)} {row.unit}".rstrip()
        case str():
            return row


def _field_diff(change: FieldChange) -> FieldDiff:
    diff = FieldDiff(change.field, change.before, change.after)
    if change.field in _TEXTS:
        return replace(diff, pieces=text_diff(str(change.before or ""), str(change.after or "")))
    if change.field in _LISTS:
        return replace(diff, rows=tuple(_row_diffs(_rows(change.before), _rows(change.after))))
    return diff


def _rows(value: FieldValue) -> tuple[Row, ...]:
    return value if isinstance(value, tuple) else ()


def _row_diffs(before: Sequence[Row], after: Sequence[Row]) -> Iterable[RowDiff]:
    """The rows in their new order, those that went where they stood."""
    old, new = {_key(row): row for row in before}, {_key(row): row for row in after}
    old_order = [key for key in old if key in new]
    moved = _moved(old_order, [key for key in new if key in old])
    gone_after: dict[object, list[Row]] = {}
    last: object = None
    for key, row in old.items():
        if key in new:
            last = key
        else:
            gone_after.setdefault(last, []).append(row)
    rows = [RowDiff(RowMark.REMOVED, row, None) for row in gone_after.get(None, ())]
    for key, row in new.items():
        rows.append(_kept(old[key], row, is_moved=key in moved) if key in old else RowDiff(RowMark.ADDED, None, row))
        rows += [RowDiff(RowMark.REMOVED, gone, None) for gone in gone_after.get(key, ())]
    return rows


def _kept(before: Row, after: Row, *, is_moved: bool) -> RowDiff:
    if _said(before) != _said(after):
        return RowDiff(RowMark.CHANGED, before, after)
    return RowDiff(RowMark.MOVED if is_moved else RowMark.SAME, before, after)


def _moved(old: Sequence[object], new: Sequence[object]) -> set[object]:
    """As few keys as can be whose move explains the new order: those outside the longest run that kept its order."""
    place = {key: index for index, key in enumerate(old)}
    best: list[tuple[int, int]] = []  # for each key of `new`: the length of the longest run that ends in it, its parent
    for index, key in enumerate(new):
        before = [(best[i][0], i) for i in range(index) if place[new[i]] < place[key]]
        length, parent = max(before, default=(0, -1))
        best.append((length + 1, parent))
    at = max(range(len(best)), key=lambda index: best[index][0], default=-1)
    kept = set()
    while at >= 0:
        kept.add(new[at])
        at = best[at][1]
    return {key for key in new if key not in kept}


def _key(row: Row) -> object:
    if isinstance(row, str):
        return row
    return row.id if row.id is not None else _said(row)


def _said(row: Row) -> Row:
    return row if isinstance(row, str) else replace(row, id=None)


def value_words(value: FieldValue) -> str:
    """A value that is no text or list, in words; a date in ISO form."""
    if value is None:
        return "none"
    return value.isoformat() if isinstance(value, date) else str(value)
