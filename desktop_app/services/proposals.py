"""What the coach would change where the person wants to be asked first: kept, then taken or left."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from desktop_app.domain.check_ins import NewCheckIn
from desktop_app.domain.goals import GoalEdit, GoalFields, checked_fields
from desktop_app.domain.ids import GoalId, ProposalId, RevisionId
from desktop_app.domain.proposals import Proposal, ProposalState
from desktop_app.domain.revisions import Author, Cause, field_changes, with_values
from desktop_app.domain.undoing import made_again
from desktop_app.errors import NotAllowedError
from desktop_app.services.check_ins import CheckInService, numbers_put_in
from desktop_app.services.goals import GoalService
from desktop_app.storage.proposals import ProposalRepository


class ProposalService:
    """Keeps proposals. `Proposal.changes` is what a comparison is made of (`revision_diff.changes_diff`).

    Any call may raise StorageError, and NotFoundError for what is gone.
    """

    def __init__(
        self,
        repository: ProposalRepository,
        goals: GoalService,
        check_ins: CheckInService,
        now: Callable[[], datetime],
    ) -> None:
        self._repository = repository
        self._goals = goals
        self._check_ins = check_ins
        self._now = now
        self._listeners: list[Callable[[Proposal], None]] = []

    def subscribe(self, listener: Callable[[Proposal], None]) -> None:
        """Call `listener` with each proposal when it is made, taken or left; its `state` says which."""
        self._listeners.append(listener)

    async def open(self, goal_id: GoalId | None = None) -> tuple[Proposal, ...]:
        """What waits for the person's word, oldest first: of all goals and new ones, or of one goal."""
        waiting = await self._repository.list(ProposalState.OPEN)
        return tuple(one for one in waiting if goal_id in {None, one.goal_id})

    async def propose_goal(self, fields: GoalFields, author: Author) -> Proposal:
        """A new goal. Raises InvalidValueError for one that could not be made."""
        changes = field_changes(None, checked_fields(fields))
        return self._tell(await self._repository.add(Proposal(ProposalId(0), None, author, self._now(), changes)))

    async def propose_edit(self, goal_id: GoalId, edit: GoalEdit, author: Author) -> Proposal | None:
        """A change of some fields; None where nothing would differ. Raises what the edit itself would raise."""
        before = (await self._goals.goal(goal_id)).fields
        changes = field_changes(before, edit.applied_to(before))
        if not changes:
            return None
        return self._tell(await self._repository.add(Proposal(ProposalId(0), goal_id, author, self._now(), changes)))

    async def propose_check_in(self, goal_id: GoalId, new: NewCheckIn, author: Author) -> Proposal:
        """A check-in, with the measures' new numbers. Raises what recording it would raise."""
        before = (await self._goals.goal(goal_id)).fields
        changes = field_changes(before, numbers_put_in(new)(before))
        proposal = Proposal(ProposalId(0), goal_id, author, self._now(), changes, check_in=new)
        return self._tell(await self._repository.add(proposal))

    async def take(
        self, proposal_id: ProposalId, fields: Collection[str] | None = None, *, initiator: object = None
    ) -> Proposal:
        """Make the change, all of it or that of some `fields`; what is not taken then goes on waiting.

        It is the coach's change in the history. What the person changed meanwhile is kept where both go together; where
        they do not, the proposal stands, and the history has the rest. Raises NotAllowedError where it was decided
        before, and what the edit itself would raise.
        """
        proposal = await self._waiting(proposal_id)
        wanted = {change.field for change in proposal.changes if fields is None or change.field in fields}
        revision_id, goal_id = await self._make(proposal, wanted, initiator)
        rest = tuple(change for change in proposal.changes if change.field not in wanted)
        if rest and proposal.goal_id is not None and proposal.check_in is None:
            # What was taken is a revision now; the rest is still to be decided.
            return self._tell(await self._repository.save(replace(proposal, changes=rest)))
        taken = replace(proposal, state=ProposalState.TAKEN, revision_id=revision_id, goal_id=goal_id)
        return self._tell(await self._repository.save(taken))

    async def leave(self, proposal_id: ProposalId, fields: Collection[str] | None = None) -> Proposal:
        """Leave things as they are; the proposal is kept but waits no longer. Raises NotAllowedError as `take`.

        Where only some `fields` are left as they are, the rest goes on waiting.
        """
        proposal = await self._waiting(proposal_id)
        rest = tuple(change for change in proposal.changes if fields is not None and change.field not in fields)
        if rest and proposal.goal_id is not None and proposal.check_in is None:
            return self._tell(await self._repository.save(replace(proposal, changes=rest)))
        return self._tell(await self._repository.save(replace(proposal, state=ProposalState.LEFT)))

    async def _make(
        self, proposal: Proposal, wanted: Collection[str], initiator: object
    ) -> tuple[RevisionId | None, GoalId]:
        values = {change.field: change.after for change in proposal.changes}
        author = proposal.author
        if proposal.goal_id is None:
            new = with_values(GoalFields(title=""), values)
            made = await self._goals.create(new, author, cause=Cause.PROPOSAL, initiator=initiator)
            return made.revision.id, made.goal.id
        if proposal.check_in is not None:
            recorded = await self._check_ins.record(proposal.goal_id, proposal.check_in, author, initiator=initiator)
            return recorded.check_in.revision_id, proposal.goal_id
        now = (await self._goals.goal(proposal.goal_id)).fields
        values_now: dict[str, Any] = {
            one.field: made_again(one, now) for one in proposal.changes if one.field in wanted
        }
        edit = GoalEdit(**values_now)
        change = await self._goals.edit(proposal.goal_id, edit, author, cause=Cause.PROPOSAL, initiator=initiator)
        return change.revision.id if change else None, proposal.goal_id

    async def _waiting(self, proposal_id: ProposalId) -> Proposal:
        proposal = await self._repository.proposal(proposal_id)
        if proposal.state is not ProposalState.OPEN:
            raise NotAllowedError("This proposal was decided already; what was done with it is in the goal's history.")
        return proposal

    def _tell(self, proposal: Proposal) -> Proposal:
        for listener in tuple(self._listeners):
            listener(proposal)
        return proposal
