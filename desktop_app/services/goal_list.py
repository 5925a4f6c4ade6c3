"""The list of goals, and what is done with goals as a whole: from a template, duplicate, delete, restore."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from desktop_app.domain.goal_list import KEPT_AFTER_DELETING, GoalPage, GoalQuery, GoalShelf, GoalSummary, TagUse
from desktop_app.domain.goals import TITLE_LIMIT, Goal, Phase
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import YOU, GoalChange
from desktop_app.endings import to_the_end
from desktop_app.services.goals import GoalService
from desktop_app.storage.goal_list import GoalListRepository

_COPY: Final = " (copy)"


@dataclass(frozen=True, slots=True)
class GoalRemoval:
    """A goal left the list, or came back to it."""

    goal: Goal
    is_back: bool


class GoalListService:
    """Lists goals a page at a time. Any call may raise StorageError, and NotFoundError for a goal that is not there."""

    def __init__(self, repository: GoalListRepository, goals: GoalService, now: Callable[[], datetime]) -> None:
        self._repository = repository
        self._goals = goals
        self._now = now
        self._listeners: list[Callable[[GoalRemoval], None]] = []

    def subscribe(self, listener: Callable[[GoalRemoval], None]) -> None:
        """Call `listener` when a goal is deleted or restored; of all other changes `GoalService` tells."""
        self._listeners.append(listener)

    async def page(self, query: GoalQuery) -> GoalPage:
        """The goals asked for, sorted and filtered; a page costs the same however many goals there are."""
        return await self._repository.page(query)

    async def shelves(self, query: GoalQuery, limits: Mapping[Phase, int]) -> tuple[GoalShelf, ...]:
        """The goals asked for by phase, in the order of `limits`, with as many of each as it says."""
        return await self._repository.shelves(query, limits)

    async def tags(self) -> tuple[TagUse, ...]:
        """All tags that are used, the most used first: what a tag field completes from."""
        return await self._repository.tags()

    async def duplicate(self, goal_id: GoalId, *, initiator: object = None) -> GoalChange:
        """A new draft with the same plan: milestones are open again, measures at their start."""
        fields = (await self._goals.goal(goal_id)).fields
        copy = replace(
            fields,
            title=fields.title[: TITLE_LIMIT - len(_COPY)] + _COPY,
            phase=Phase.DRAFT,
            milestones=tuple(replace(step, done_at=None, id=None) for step in fields.milestones),
            measures=tuple(replace(measure, current=None, id=None) for measure in fields.measures),
        )
        return await self._goals.create(copy, YOU, initiator=initiator)

    async def delete(self, goal_id: GoalId) -> Goal:
        """Delete a goal; it can be restored for 30 days, with its history. Chats about it stay."""
        return await to_the_end(self._removed(self._repository.delete(goal_id, self._now()), is_back=False))

    async def restore(self, goal_id: GoalId) -> Goal:
        """Bring a deleted goal back, with all that belongs to it."""
        return await to_the_end(self._removed(self._repository.restore(goal_id), is_back=True))

    async def deleted(self) -> tuple[GoalSummary, ...]:
        """What can be restored, the one deleted last first."""
        return await self._repository.deleted()

    async def purge(self) -> int:
        """Remove for good what was deleted more than 30 days ago; returns how many. Call it once at start."""
        return await self._repository.purge(self._now() - KEPT_AFTER_DELETING)

    async def _removed(self, write: Awaitable[Goal], *, is_back: bool) -> Goal:
        removal = GoalRemoval(await write, is_back)
        for listener in tuple(self._listeners):
            listener(removal)
        return removal.goal
