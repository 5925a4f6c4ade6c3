"""The one write path for goals: editor, coach and command line all change them here."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from desktop_app.domain.goals import Goal, GoalEdit, GoalFields, Milestone, Phase, check_move, checked_fields
from desktop_app.domain.ids import GoalId, RevisionId
from desktop_app.domain.revisions import Author, FieldChange, FieldValue, GoalChange, Revision
from desktop_app.endings import to_the_end
from desktop_app.errors import NotAllowedError, NotFoundError
from desktop_app.storage.goals import GoalRepository

_FIELD_WORDS = {"content": "plan", "template": "template", "milestones": "milestones"}


class GoalService:
    """Reads and changes goals, records each change as a revision, and tells whoever listens."""

    def __init__(self, repository: GoalRepository, now: Callable[[], datetime]) -> None:
        self._repository = repository
        self._now = now
        self._listeners: list[Callable[[GoalChange], None]] = []

    def subscribe(self, listener: Callable[[GoalChange], None]) -> Callable[[], None]:
        """Call `listener` after each change; returns what ends that."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            self._listeners.remove(listener)

        return unsubscribe

    async def list_goals(self) -> tuple[Goal, ...]:
        """All goals, archived ones included."""
        return await self._repository.list_goals()

    async def goal(self, goal_id: GoalId) -> Goal:
        """The goal with this number. Raises NotFoundError."""
        return await self._repository.goal(goal_id)

    async def revisions(self, goal_id: GoalId) -> tuple[Revision, ...]:
        """What changed in a goal, newest first."""
        return await self._repository.revisions(goal_id)

    async def revisions_by_id(self, ids: Collection[RevisionId]) -> dict[RevisionId, Revision]:
        """Some revisions by their ids; those that do not exist are left out."""
        return await self._repository.revisions_by_id(ids)

    async def create(self, fields: GoalFields, author: Author, *, initiator: object = None) -> GoalChange:
        """Write down a new goal. Raises InvalidValueError."""
        checked = checked_fields(fields)

        async def write() -> GoalChange:
            goal, revision = await self._repository.create(checked, author, self._now())
            return self._tell(GoalChange(goal, revision, initiator))

        return await to_the_end(write())

    async def edit(
        self, goal_id: GoalId, edit: GoalEdit, author: Author, *, initiator: object = None
    ) -> GoalChange | None:
        """Change some fields; None where nothing differed. Raises InvalidValueError, NotAllowedError, NotFoundError."""
        return await self._update(goal_id, edit.applied_to, author, initiator)

    async def undo(self, revision_id: RevisionId, author: Author, *, initiator: object = None) -> GoalChange:
        """Take one change back; undoing an undo redoes it. A created goal goes to the archive.

        Raises NotAllowedError where a field was changed again since.
        """
        revision = (await self._repository.revisions_by_id([revision_id])).get(revision_id)
        if revision is None:
            raise NotFoundError("This change is no longer recorded, so it cannot be undone.")

        def undone(fields: GoalFields) -> GoalFields:
            return _without(revision, fields)

        change = await self._update(revision.goal_id, undone, author, initiator, undoes=revision_id)
        if change is None:
            raise NotAllowedError("There is nothing left of this change to undo.")
        return change

    async def _update(
        self,
        goal_id: GoalId,
        change: Callable[[GoalFields], GoalFields],
        author: Author,
        initiator: object,
        undoes: RevisionId | None = None,
    ) -> GoalChange | None:
        async def write() -> GoalChange | None:
            goal, revision = await self._repository.update(goal_id, change, author, self._now(), undoes=undoes)
            return self._tell(GoalChange(goal, revision, initiator)) if revision else None

        return await to_the_end(write())

    def _tell(self, change: GoalChange) -> GoalChange:
        for listener in tuple(self._listeners):
            listener(change)
        return change


def _without(revision: Revision, fields: GoalFields) -> GoalFields:
    """`fields` with what `revision` changed put back. Raises NotAllowedError where it no longer applies."""
    if revision.created:
        check_move(fields.phase, Phase.ARCHIVED)
        return replace(fields, phase=Phase.ARCHIVED)
    for change in revision.changes:
        if not _is_same(getattr(fields, change.field), change.after):
            raise NotAllowedError(f"The {_words(change)} was changed again since, so this change cannot be undone.")
    before: dict[str, Any] = {change.field: change.before for change in revision.changes}
    restored = replace(fields, **before)
    check_move(fields.phase, restored.phase)
    return restored


def _is_same(one: FieldValue | Phase, other: FieldValue) -> bool:
    """Whether two values of a field say the same; a milestone restored under a new id is the same milestone."""
    return _without_ids(one) == _without_ids(other)


def _without_ids(value: FieldValue | Phase) -> object:
    if isinstance(value, tuple):
        return tuple(replace(item, id=None) if isinstance(item, Milestone) else item for item in value)
    return value


def _words(change: FieldChange) -> str:
    return _FIELD_WORDS.get(change.field, change.field)
