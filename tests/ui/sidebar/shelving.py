"""Puts goals on the shelves that the sidebar shows."""

from collections.abc import Sequence

from desktop_app.domain.goal_list import GoalShelf, KnownGoal
from desktop_app.domain.goals import Phase

ORDER = (Phase.ACTIVE, Phase.DRAFT, Phase.COMPLETED, Phase.ARCHIVED)


def shelves(goals: Sequence[KnownGoal], total: int | None = None) -> tuple[GoalShelf, ...]:
    """`goals` by phase; `total` says how many there are of each, if not all are given."""
    by_phase = {phase: tuple(goal for goal in goals if goal.phase is phase) for phase in ORDER}
    return tuple(GoalShelf(phase, some, total or len(some)) for phase, some in by_phase.items() if some)
