"""What the coach is told beside the goals that it is shown."""

from dataclasses import dataclass

from desktop_app.domain.proposals import Proposal


@dataclass(frozen=True, slots=True)
class GoalNotes:
    """How many goals there are beside those shown, and what was proposed and is not decided yet."""

    left_out: int = 0
    proposals: tuple[Proposal, ...] = ()


NO_NOTES = GoalNotes()
