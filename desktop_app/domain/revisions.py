"""Who changed which field of a goal, when, and from what to what."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from desktop_app.domain.goals import EDITABLE_FIELDS, Goal, GoalFields, Milestone
from desktop_app.domain.ids import ConversationId, GoalId, RevisionId

FieldValue: TypeAlias = str | date | tuple[Milestone, ...] | tuple[str, ...] | None


class AuthorKind(StrEnum):
    """Whose hand it was."""

    YOU = "you"
    COACH = "coach"


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
    """A recorded change of one goal; the first one of a goal has `created` set and lists what it began with."""

    id: RevisionId
    goal_id: GoalId
    author: Author
    at: datetime
    changes: tuple[FieldChange, ...]
    created: bool = False
    undoes: RevisionId | None = None


@dataclass(frozen=True, slots=True)
class GoalChange:
    """What one write did: the goal as it stands now, and the revision that was added.

    `initiator` is whoever asked for the write, so that a listener can tell its own echo.
    """

    goal: Goal
    revision: Revision
    initiator: object = None


def field_changes(before: GoalFields | None, after: GoalFields) -> tuple[FieldChange, ...]:
    """The fields in which `after` differs from `before` (from an empty goal if None), in their usual order."""
    start = before if before is not None else GoalFields(title="")
    return tuple(
        FieldChange(name, getattr(start, name), getattr(after, name))
        for name in EDITABLE_FIELDS
        if getattr(start, name) != getattr(after, name)
    )
