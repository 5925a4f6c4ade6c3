"""Who changed which field of a goal, when, and from what to what."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias

from desktop_app.domain.goals import EDITABLE_FIELDS, Goal, GoalFields, Milestone
from desktop_app.domain.ids import ConversationId, GoalId, RevisionId
from desktop_app.domain.measures import Measure

FieldValue: TypeAlias = str | date | tuple[Milestone, ...] | tuple[str, ...] | tuple[Measure, ...] | None

# Edits of one hand that follow each other within this time of the first are one revision.
JOINED_WITHIN: Final = timedelta(minutes=2)


class AuthorKind(StrEnum):
    """Whose hand it was."""

    YOU = "you"
    COACH = "coach"


class Cause(StrEnum):
    """What made a revision."""

    EDIT = "edit"
    UNDO = "undo"
    REDO = "redo"
    RESTORE = "restore"
    IMPORT = "import"
    CHECK_IN = "check_in"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True)
class Author:
    """Whose hand a change came from; the coach with provider, model and conversation."""

    kind: AuthorKind
    provider: str | None = None
    model: str | None = None
    conversation_id: ConversationId | None = None


YOU = Author(AuthorKind.YOU)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after. `field` is a name in GoalFields; values have that field's type."""

    field: str
    before: FieldValue
    after: FieldValue


@dataclass(frozen=True, slots=True)
class Revision:
    """A recorded change of one goal; the first one of a goal has `created` set and lists what it began with.

    `at` is when it began. `undoes` is the revision that an undo or redo took back, `restores` the one whose version was
    restored.
    """

    id: RevisionId
    goal_id: GoalId
    author: Author
    at: datetime
    changes: tuple[FieldChange, ...]
    created: bool = False
    undoes: RevisionId | None = None
    cause: Cause = Cause.EDIT
    restores: RevisionId | None = None


@dataclass(frozen=True, slots=True)
class GoalChange:
    """What one write did: the goal as it stands now, `changes` of its fields, and the revision that tells of it.

    The revision may be one that was there and that this edit joined; its changes are then those of all its edits, and
    none where they returned to the start and it is gone. `initiator` is whoever asked for the write, so that a listener
    can tell its own echo.
    """

    goal: Goal
    revision: Revision
    initiator: object = None
    changes: tuple[FieldChange, ...] = ()

    @property
    def changed_fields(self) -> tuple[str, ...]:
        """The names of the fields that this write changed."""
        return tuple(change.field for change in self.changes)


def field_changes(before: GoalFields | None, after: GoalFields) -> tuple[FieldChange, ...]:
    """The fields in which `after` differs from `before` (from an empty goal if None), in their usual order."""
    start = before if before is not None else GoalFields(title="")
    return tuple(
        FieldChange(name, getattr(start, name), getattr(after, name))
        for name in EDITABLE_FIELDS
        if getattr(start, name) != getattr(after, name)
    )


def joins(last: Revision, author: Author, changes: Iterable[FieldChange], at: datetime) -> bool:
    """Whether an edit goes into the revision before it, `last` being the newest of the goal.

    It does for the person's edits within two minutes of the first, as the editor saves every few words. A phase is a
    decision and stands alone. So does each change of the coach: it is one tool call, and has its own card in the chat.
    """
    return (
        last.author == author
        and author.kind is AuthorKind.YOU
        and last.cause is Cause.EDIT
        and not last.created
        and timedelta(0) <= at - last.at <= JOINED_WITHIN
        and all(change.field != "phase" for change in (*last.changes, *changes))
    )


def joined(first: Iterable[FieldChange], then: Iterable[FieldChange]) -> tuple[FieldChange, ...]:
    """Two changes as one: what stood before the first, what stands after the second, without what returned."""
    both = {change.field: change for change in first}
    for change in then:
        before = both[change.field].before if change.field in both else change.before
        both[change.field] = FieldChange(change.field, before, change.after)
    return tuple(both[name] for name in EDITABLE_FIELDS if name in both and both[name].before != both[name].after)


def with_values(fields: GoalFields, values: dict[str, FieldValue]) -> GoalFields:
    """`fields` with these values, by name, each of its field's type."""
    typed: dict[str, Any] = values
    return replace(fields, **typed)
