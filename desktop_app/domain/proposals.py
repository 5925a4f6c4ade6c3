"""What the coach would change, waiting for the person's word."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop_app.domain.check_ins import NewCheckIn
from desktop_app.domain.ids import GoalId, ProposalId, RevisionId
from desktop_app.domain.revisions import Author, FieldChange


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    TAKEN = "taken"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that is not made yet. `goal_id` is None for a new goal until that is taken.

    `changes` tell each field as it stood when it was proposed and as it would be; those of a `check_in` are its
    numbers. `revision_id` is what taking made.
    """

    id: ProposalId
    goal_id: GoalId | None
    author: Author
    at: datetime
    changes: tuple[FieldChange, ...]
    check_in: NewCheckIn | None = None
    state: ProposalState = ProposalState.OPEN
    revision_id: RevisionId | None = None
