"""What the coach is told of the goals on one turn: the open one whole, the first of the others, the rest by number."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from desktop_app.domain.goal_list import GoalQuery, KnownGoal
from desktop_app.domain.goal_notes import GoalNotes
from desktop_app.domain.goals import Phase, UserPhase
from desktop_app.domain.ids import GoalId
from desktop_app.llm.prompts import OTHER_GOALS_SHOWN
from desktop_app.services.goals import GoalService
from desktop_app.services.proposals import ProposalService
from desktop_app.storage.goal_list import GoalListRepository

# The built-in model works on plans that it is not shown; it is told of few goals.
WHOLE_GOALS: Final = 8
_RANK: Final = (Phase.ACTIVE, Phase.DRAFT, Phase.COMPLETED, Phase.ARCHIVED)
_STARTED: Final = frozenset({Phase.ACTIVE, Phase.COMPLETED})


@dataclass(frozen=True, slots=True)
class GoalsKnown:
    """The open goal is the first of `goals`, if there is one, and the first few are whole.

    `user_phase` is the one set by hand, or what the goals say.
    """

    goals: tuple[KnownGoal, ...]
    notes: GoalNotes
    user_phase: UserPhase


class CoachReader:
    """Reads fresh, and no more than is sent, however many goals there are. May raise StorageError."""

    def __init__(
        self,
        goals: GoalService,
        lists: GoalListRepository,
        proposals: ProposalService,
        chosen_phase: Callable[[], UserPhase | None],
    ) -> None:
        self._goals = goals
        self._lists = lists
        self._proposals = proposals
        self._chosen_phase = chosen_phase

    async def read(self, active_goal_id: GoalId | None = None) -> GoalsKnown:
        """What a turn with this goal open is told; a goal that is gone counts as none."""
        shelves = await self._lists.shelves(GoalQuery(), dict.fromkeys(_RANK, OTHER_GOALS_SHOWN + 1))
        others = [goal for shelf in shelves for goal in shelf.goals if goal.id != active_goal_id][:OTHER_GOALS_SHOWN]
        opened = [] if active_goal_id is None else [active_goal_id]
        whole = await self._goals.goals([*opened, *(goal.id for goal in others[:WHOLE_GOALS])])
        shown = (*(whole[one] for one in opened if one in whole), *(whole.get(goal.id, goal) for goal in others))
        left_out = sum(shelf.total for shelf in shelves) - len(shown)
        has_started = any(shelf.phase in _STARTED for shelf in shelves)
        by_goals = UserPhase.TRACKING if has_started else UserPhase.GOAL_SETTING
        notes = GoalNotes(max(0, left_out), await self._proposals.open())
        return GoalsKnown(shown, notes, self._chosen_phase() or by_goals)
