"""The one write path for goals: editor, coach and command line all change them here."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from desktop_app.domain.goals import Goal, GoalEdit, GoalFields, checked_fields
from desktop_app.domain.ids import GoalId, RevisionId
from desktop_app.domain.revision_diff import field_words, version_of
from desktop_app.domain.revisions import (
    Author,
    AuthorKind,
    Cause,
    GoalChange,
    Revision,
    with_values,
)
from desktop_app.domain.undoing import UndoState, undo_state, without
from desktop_app.endings import to_the_end
from desktop_app.errors import NotAllowedError, NotFoundError
from desktop_app.storage.goals import GoalRepository, Write

Listener = Callable[[GoalChange], None]


class GoalService:
    """Reads and changes goals, records each change as a revision, and tells whoever listens.

    Every write may raise StorageError, and NotFoundError for what does not exist or is deleted.
    """

    def __init__(self, repository: GoalRepository, now: Callable[[], datetime]) -> None:
        self._repository = repository
        self._now = now
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each change; returns what ends that."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            self._listeners.remove(listener)

        return unsubscribe

    async def list_goals(self) -> tuple[Goal, ...]:
        """All goals, archived ones included. For lists on screen there is `GoalListService.page`, which reads less."""
        return await self._repository.list_goals()

    async def goal(self, goal_id: GoalId) -> Goal:
        """The goal with this number. Raises NotFoundError."""
        return await self._repository.goal(goal_id)

    async def goals(self, ids: Collection[GoalId]) -> dict[GoalId, Goal]:
        """Some goals by their ids; those that are gone or deleted are left out."""
        return await self._repository.goals(ids)

    async def titles(self, ids: Collection[GoalId]) -> dict[GoalId, str]:
        """The titles of some goals; those that are gone or deleted are left out."""
        return await self._repository.titles(ids)

    async def revisions(self, goal_id: GoalId, by: AuthorKind | None = None) -> tuple[Revision, ...]:
        """What changed in a goal, newest first: by both hands, or by one."""
        revisions = await self._repository.revisions(goal_id)
        return tuple(revision for revision in revisions if by in {None, revision.author.kind})

    async def revisions_by_id(self, ids: Collection[RevisionId]) -> dict[RevisionId, Revision]:
        """Some revisions by their ids; those that do not exist are left out."""
        return await self._repository.revisions_by_id(ids)

    async def create(
        self, fields: GoalFields, author: Author, *, cause: Cause = Cause.EDIT, initiator: object = None
    ) -> GoalChange:
        """Write down a new goal. Raises InvalidValueError."""
        checked = checked_fields(fields)

        async def write() -> GoalChange:
            goal, revision = await self._repository.create(checked, Write(author, self._now(), cause))
            return self.tell(GoalChange(goal, revision, initiator, revision.changes))

        return await to_the_end(write())

    async def edit(
        self,
        goal_id: GoalId,
        edit: GoalEdit,
        author: Author,
        *,
        cause: Cause = Cause.EDIT,
        initiator: object = None,
    ) -> GoalChange | None:
        """Change some fields; None where nothing differed.

        The person's edits that follow each other quickly become one revision (`domain.revisions.joins`). Raises
        InvalidValueError, NotAllowedError, NotFoundError.
        """
        return await self._update(goal_id, edit.applied_to, Write(author, self._now(), cause), initiator)

    async def undo(self, revision_id: RevisionId, author: Author, *, initiator: object = None) -> GoalChange:
        """Take one change back and keep later ones; undoing an undo redoes it. A created goal goes to the archive.

        Raises NotAllowedError, with the reason, where a later change stands in the way.
        """
        revision = await self._revision(revision_id)
        cause = Cause.REDO if revision.cause is Cause.UNDO else Cause.UNDO
        write = Write(author, self._now(), cause, undoes=revision_id)

        def undone(fields: GoalFields) -> GoalFields:
            return without(revision, fields)

        change = await self._update(revision.goal_id, undone, write, initiator)
        if change is None:
            raise NotAllowedError("There is nothing left of this change to undo.")
        return change

    async def undo_state(self, goal_id: GoalId) -> UndoState:
        """Which change Undo and Redo would take back now, whichever hand made it."""
        return undo_state(await self._repository.revisions(goal_id))

    async def undo_last(self, goal_id: GoalId, author: Author, *, initiator: object = None) -> GoalChange:
        """Undo (Ctrl+Z): take the last change back that was not undone. Raises NotAllowedError where there is none."""
        last = (await self.undo_state(goal_id)).undo
        if last is None:
            raise NotAllowedError("There is nothing to undo in this goal.")
        return await self.undo(last.id, author, initiator=initiator)

    async def redo_last(self, goal_id: GoalId, author: Author, *, initiator: object = None) -> GoalChange:
        """Redo (Ctrl+Shift+Z): make the last undone change again. Raises NotAllowedError where there is none."""
        last = (await self.undo_state(goal_id)).redo
        if last is None:
            raise NotAllowedError("There is nothing to redo in this goal.")
        return await self.undo(last.id, author, initiator=initiator)

    async def restore_version(
        self, revision_id: RevisionId, author: Author, *, initiator: object = None
    ) -> GoalChange | None:
        """Make the goal again what this revision left; that adds a revision. None where it is so already."""
        revision, version = await self._version(revision_id)
        return await self._restore(revision, lambda _now: version, author, initiator)

    async def restore_field(
        self, revision_id: RevisionId, field: str, author: Author, *, before: bool, initiator: object = None
    ) -> GoalChange | None:
        """Give one field the value that it had `before` this revision, or else the one that the revision left.

        The first belongs beside “Change”, the other beside “Since then”. None where it has that value already.
        """
        revision, version = await self._version(revision_id)
        value = getattr(version, field)
        if before:
            changed = {change.field: change.before for change in revision.changes}
            if field not in changed:
                raise NotFoundError(f"This change left the {field_words(field)} as it was.")
            value = changed[field]
        return await self._restore(revision, lambda now: with_values(now, {field: value}), author, initiator)

    async def _restore(
        self, revision: Revision, change: Callable[[GoalFields], GoalFields], author: Author, initiator: object
    ) -> GoalChange | None:
        write = Write(author, self._now(), Cause.RESTORE, restores=revision.id)

        def restored(now: GoalFields) -> GoalFields:
            return checked_fields(change(now))  # what was imported may hold what cannot be kept

        return await self._update(revision.goal_id, restored, write, initiator)

    async def _revision(self, revision_id: RevisionId) -> Revision:
        revision = (await self._repository.revisions_by_id([revision_id])).get(revision_id)
        if revision is None:
            raise NotFoundError("This change is no longer recorded, so it cannot be undone or restored.")
        return revision

    async def _version(self, revision_id: RevisionId) -> tuple[Revision, GoalFields]:
        revision = await self._revision(revision_id)
        goal, revisions = await self._repository.goal_with_revisions(revision.goal_id)
        return revision, version_of(revisions, revision_id, goal.fields)

    async def _update(
        self, goal_id: GoalId, change: Callable[[GoalFields], GoalFields], how: Write, initiator: object
    ) -> GoalChange | None:
        async def write() -> GoalChange | None:
            _, written = await self._repository.update(goal_id, change, how)
            return None if written is None else self.tell(replace(written, initiator=initiator))

        return await to_the_end(write())

    def tell(self, change: GoalChange) -> GoalChange:
        """Tell whoever listens of a change that another service wrote in its own transaction."""
        for listener in tuple(self._listeners):
            listener(change)
        return change
