"""A goal as a file holds it, and what taking a file in would do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop_app.domain.check_ins import CheckIn
from desktop_app.domain.goals import Goal
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revision_diff import FieldDiff
from desktop_app.domain.revisions import Revision

PDF: Final = "pdf"


class TextFormat(StrEnum):
    """What goals are written as, apart from `PDF`, which is drawn."""

    JSON = "json"
    MARKDOWN = "md"
    CALENDAR = "ics"


@dataclass(frozen=True, slots=True)
class GoalRecord:
    """A goal with its check-ins and its history, both oldest first; no history where it was not asked for.

    Ids of milestones, measures and revisions count from 1 within the goal, so that the same goal is the same record on
    every computer.
    """

    goal: Goal
    check_ins: tuple[CheckIn, ...] = ()
    revisions: tuple[Revision, ...] = ()


class ImportAction(StrEnum):
    """What becomes of a goal in a file."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class ImportStep:
    """One goal of a file: whether it is new here, would change, or is the same already.

    `diffs` are the fields that would change, from what is here to what is in the file; `is_deleted` says that the goal
    here was deleted and comes back.
    """

    record: GoalRecord
    action: ImportAction
    goal_id: GoalId | None = None
    diffs: tuple[FieldDiff, ...] = ()
    new_check_ins: tuple[CheckIn, ...] = ()
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What taking a file in would do, before anything is done."""

    steps: tuple[ImportStep, ...]

    def count(self, action: ImportAction) -> int:
        """How many goals this would be done with."""
        return sum(step.action is action for step in self.steps)

    @property
    def sentence(self) -> str:
        """The plan in a sentence."""
        added, changed, same = (self.count(action) for action in ImportAction)
        return f"{added} to add, {changed} to change, {same} as they are already."
