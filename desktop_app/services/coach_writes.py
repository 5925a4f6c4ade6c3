"""The coach's way to the goals: its writes are made at once, or wait for the person's word where that is set."""

from collections.abc import Callable
from datetime import datetime

from desktop_app.domain.check_ins import NewCheckIn
from desktop_app.domain.goals import GoalEdit, GoalFields, UserPhase
from desktop_app.domain.ids import GoalId
from desktop_app.domain.proposals import Proposal
from desktop_app.domain.revisions import Author, GoalChange
from desktop_app.services.check_ins import CheckInService, Recorded
from desktop_app.services.coach_reader import CoachReader
from desktop_app.services.goals import GoalService
from desktop_app.services.proposals import ProposalService
from desktop_app.storage.check_ins import CheckInRepository
from desktop_app.storage.database import Database
from desktop_app.storage.goal_list import GoalListRepository
from desktop_app.storage.proposals import ProposalRepository


class CoachWrites:
    """Everything that a tool may change goes through here; `reader` and `lists` are what the coach reads by."""

    def __init__(
        self,
        goals: GoalService,
        check_ins: CheckInService,
        proposals: ProposalService,
        now: Callable[[], datetime],
        lists: GoalListRepository,
        asks_first: Callable[[], bool] = lambda: False,
        chosen_phase: Callable[[], UserPhase | None] = lambda: None,
    ) -> None:
        """`asks_first` is the person's setting; `chosen_phase` the user phase set by hand, None for automatic."""
        self.goals = goals
        self.check_ins = check_ins
        self.proposals = proposals
        self.now = now
        self.lists = lists
        self.reader = CoachReader(goals, lists, proposals, chosen_phase)
        self._asks_first = asks_first

    @classmethod
    def of(
        cls,
        database: Database,
        goals: GoalService,
        now: Callable[[], datetime],
        asks_first: Callable[[], bool] = lambda: False,
        chosen_phase: Callable[[], UserPhase | None] = lambda: None,
    ) -> "CoachWrites":
        """With check-ins and proposals of their own on this database."""
        check_ins = CheckInService(CheckInRepository(database), goals, now)
        proposals = ProposalService(ProposalRepository(database), goals, check_ins, now)
        return cls(goals, check_ins, proposals, now, GoalListRepository(database), asks_first, chosen_phase)

    async def create(self, fields: GoalFields, author: Author, initiator: object) -> GoalChange | Proposal:
        """A new goal, made or proposed."""
        if self._asks_first():
            return await self.proposals.propose_goal(fields, author)
        return await self.goals.create(fields, author, initiator=initiator)

    async def edit(
        self, goal_id: GoalId, edit: GoalEdit, author: Author, initiator: object
    ) -> GoalChange | Proposal | None:
        """A change of some fields, made or proposed; None where nothing differs."""
        if self._asks_first():
            return await self.proposals.propose_edit(goal_id, edit, author)
        return await self.goals.edit(goal_id, edit, author, initiator=initiator)

    async def check_in(
        self, goal_id: GoalId, new: NewCheckIn, author: Author, initiator: object
    ) -> Recorded | Proposal:
        """A check-in, kept or proposed."""
        if self._asks_first():
            return await self.proposals.propose_check_in(goal_id, new, author)
        return await self.check_ins.record(goal_id, new, author, initiator=initiator)
