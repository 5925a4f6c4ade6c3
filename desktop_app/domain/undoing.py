"""Taking one change back although later ones exist, and what Undo and Redo would take back next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from desktop_app.domain.goals import GoalFields, Milestone, Phase, check_move
from desktop_app.domain.list_merge import merged
from desktop_app.domain.measures import Measure
from desktop_app.domain.revision_diff import field_words
from desktop_app.domain.revisions import FieldChange, FieldValue, Revision, with_values
from desktop_app.domain.text_diff import merged_text
from desktop_app.errors import NotAllowedError

_ORDERED_LISTS: Final = frozenset({"milestones", "measures"})


@dataclass(frozen=True, slots=True)
class UndoState:
    """The revisions that Undo and Redo take back next, whoever made them; None where there is nothing."""

    undo: Revision | None = None
    redo: Revision | None = None


def undo_state(revisions: Sequence[Revision]) -> UndoState:
    """Where the person stands in a goal's history, newest first, as an editor counts it.

    Undo goes back change by change over both hands, redo forward again, and a new change ends what could be redone. The
    creation is not undone. Taking back one change in the middle counts as a new change.
    """
    done: list[Revision] = []
    undone: list[Revision] = []
    for revision in reversed(revisions):
        if revision.created:
            continue
        if done and revision.undoes == done[-1].id:
            done.pop()
            undone.append(revision)
        elif undone and revision.undoes == undone[-1].id:
            undone.pop()
            done.append(revision)
        else:
            done.append(revision)
            undone.clear()
    return UndoState(done[-1] if done else None, undone[-1] if undone else None)


def without(revision: Revision, fields: GoalFields) -> GoalFields:
    """`fields` with what `revision` changed put back, later changes kept. A creation is undone by archiving.

    Raises NotAllowedError with the reason where a later change stands in the way.
    """
    if revision.created:
        check_move(fields.phase, Phase.ARCHIVED)
        return replace(fields, phase=Phase.ARCHIVED)
    return with_values(fields, {change.field: _put_back(change, fields) for change in revision.changes})


def made_again(change: FieldChange, fields: GoalFields) -> FieldValue:
    """The value of a field after a change that was worked out earlier is made to `fields` as they stand now.

    What came between is kept where both go together; where they do not, the change stands.
    """
    try:
        return _put_back(FieldChange(change.field, change.after, change.before), fields)
    except NotAllowedError:
        return change.after


def _put_back(change: FieldChange, fields: GoalFields) -> FieldValue:
    now: FieldValue = getattr(fields, change.field)
    if _said(now) == _said(change.after):
        return change.before
    if _said(now) == _said(change.before):
        return now
    result: FieldValue = None
    if change.field == "content":
        result = merged_text(str(change.after), str(now), str(change.before))
    elif change.field == "tags":
        result = _tags(change, now)
    elif change.field in _ORDERED_LISTS:
        result = _list(change, now)
    if result is None:
        was = "were" if change.field in _ORDERED_LISTS else "was"
        raise NotAllowedError(
            f"The {field_words(change.field)} {was} changed again since, in the same place, so this change alone "
            "cannot be undone. Undo the later change first, or restore the version before it."
        )
    return result


def _tags(change: FieldChange, now: FieldValue) -> tuple[str, ...]:
    before, after, current = (_items(value) for value in (change.before, change.after, now))
    back = [tag for tag in before if tag not in after and tag not in current]
    return (*(tag for tag in current if tag in before or tag not in after), *back)


def _list(change: FieldChange, now: FieldValue) -> FieldValue:
    current = _items(now)
    base, theirs = _under_ids_of(current, _items(change.after)), _items(change.before)
    known = {old.id: new.id for old, new in zip(_items(change.after), base, strict=True)}
    theirs = tuple(replace(item, id=known.get(item.id, item.id)) for item in theirs)
    result = merged(base, current, theirs)
    return None if result.collides else result.items


def _under_ids_of(current: Sequence[Any], items: Sequence[Any]) -> tuple[Any, ...]:
    """`items`, each that is gone under the id of one in `current` that says the same, if there is one."""
    held = {item.id for item in current}
    own = {item.id for item in items}
    by_saying = {_said(item): item.id for item in current if item.id not in own}
    return tuple(item if item.id in held else replace(item, id=by_saying.pop(_said(item), item.id)) for item in items)


def _items(value: FieldValue) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()


def _said(value: Any) -> Any:  # noqa: ANN401 - a value of any field, or a row of one
    """A value without the identity of rows: what is restored under a new one is the same."""
    if isinstance(value, tuple):
        return tuple(map(_said, value))
    return replace(value, id=None) if isinstance(value, Milestone | Measure) else value
