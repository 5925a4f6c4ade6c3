"""The phases of a goal and of the person, and which may follow which; light enough to be there at the first paint."""

from enum import StrEnum
from typing import Final

from desktop_app.errors import NotAllowedError


class Phase(StrEnum):
    """Where a goal stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class UserPhase(StrEnum):
    """Where the person stands: still setting a first goal, or tracking goals that are active."""

    GOAL_SETTING = "goal_setting"
    TRACKING = "tracking"


_MOVES: Final[dict[Phase, frozenset[Phase]]] = {
    Phase.DRAFT: frozenset({Phase.ACTIVE, Phase.ARCHIVED}),
    Phase.ACTIVE: frozenset({Phase.COMPLETED, Phase.DRAFT, Phase.ARCHIVED}),
    Phase.COMPLETED: frozenset({Phase.ACTIVE, Phase.ARCHIVED}),
    Phase.ARCHIVED: frozenset({Phase.DRAFT, Phase.ACTIVE, Phase.COMPLETED}),
}


def allowed_moves(phase: Phase) -> frozenset[Phase]:
    """The phases that may follow `phase`."""
    return _MOVES[phase]


def check_move(current: Phase, wanted: Phase) -> None:
    """Raise NotAllowedError if `wanted` may not follow `current`; staying is always allowed."""
    if wanted is current or wanted in _MOVES[current]:
        return
    choices = " or ".join(phase.value for phase in Phase if phase in _MOVES[current])
    raise NotAllowedError(f"A goal that is {current.value} cannot become {wanted.value}. It can become {choices}.")
