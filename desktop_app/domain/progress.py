"""How far a goal is, and how the figure came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from desktop_app.domain.goals import GoalFields, Milestone
from desktop_app.domain.measures import Measure, number_text


class PartKind(StrEnum):
    """What a part of the progress comes from."""

    MILESTONE = "milestone"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class ProgressPart:
    """One milestone or measure: how much of it is done (0 to 1), and how much it counts."""

    kind: PartKind
    name: str
    share: Decimal
    weight: int


@dataclass(frozen=True, slots=True)
class Progress:
    """`share` is from 0 to 1, or None where nothing can be counted. `sentence` says how it came about."""

    share: Decimal | None
    parts: tuple[ProgressPart, ...]
    sentence: str

    @property
    def percent(self) -> int | None:
        """The share in whole percent; 100 only where everything is done, 0 only where nothing is."""
        if self.share is None:
            return None
        rounded = int((self.share * 100).quantize(Decimal(1), ROUND_HALF_UP))
        if 0 < self.share < 1:
            return min(99, max(1, rounded))
        return rounded


def progress_of(fields: GoalFields) -> Progress:
    """The mean over milestones (done or not) and measures (the way from start to target), each by its weight."""
    parts = (*map(_of_milestone, fields.milestones), *map(_of_measure, fields.measures))
    total = sum(part.weight for part in parts)
    if total == 0:
        reason = "nothing counts: all weights are 0" if parts else "add milestones or a measure to see it"
        return Progress(None, parts, f"No progress is shown; {reason}.")
    share = sum((part.share * part.weight for part in parts), Decimal(0)) / total
    counted = Progress(share, parts, "")
    return Progress(share, parts, f"{counted.percent} %: {_explained(fields, parts, total)}.")


def _of_milestone(milestone: Milestone) -> ProgressPart:
    return ProgressPart(PartKind.MILESTONE, milestone.title, Decimal(int(milestone.is_done)), milestone.weight)


def _of_measure(measure: Measure) -> ProgressPart:
    return ProgressPart(PartKind.MEASURE, measure.name, measure.share, measure.weight)


def _explained(fields: GoalFields, parts: Sequence[ProgressPart], total: int) -> str:
    are_alike = len({part.weight for part in parts}) == 1
    pieces = []
    steps = fields.milestones
    if steps:
        done = sum(step.is_done for step in steps)
        word = "milestone" if len(steps) == 1 else "milestones"
        pieces.append(f"{done} of {len(steps)} {word} done" + _counting(sum(s.weight for s in steps), total, are_alike))
    pieces += [f"{_way(measure)}{_counting(measure.weight, total, are_alike)}" for measure in fields.measures]
    each = ", each counting the same" if are_alike and len(parts) > 1 else ""
    return "; ".join(pieces) + each


def _way(measure: Measure) -> str:
    unit = f" {measure.unit}" if measure.unit else ""
    if measure.current is None:
        return f"{measure.name} not measured yet"
    start = f" (from {number_text(measure.start)})" if measure.start else ""
    return f"{measure.name} at {number_text(measure.current)} of {number_text(measure.target)}{unit}{start}"


def _counting(weight: int, total: int, are_alike: bool) -> str:
    return "" if are_alike else f" (counts {weight} of {total})"
