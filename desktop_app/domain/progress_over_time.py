"""How the progress of a goal went, from its history alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from desktop_app.domain.goals import Goal
from desktop_app.domain.progress import progress_of
from desktop_app.domain.revisions import Revision, with_values


@dataclass(frozen=True, slots=True)
class ProgressPoint:
    """From a moment on the progress was this (0 to 1); None where nothing could be counted."""

    at: datetime
    share: Decimal | None


def progress_over_time(goal: Goal, revisions: Sequence[Revision]) -> tuple[ProgressPoint, ...]:
    """A point for each change of the progress, oldest first. `revisions` are all of the goal, newest first."""
    fields = goal.fields
    points: list[ProgressPoint] = []
    for revision in revisions:
        points.append(ProgressPoint(revision.at, progress_of(fields).share))
        fields = with_values(fields, {change.field: change.before for change in revision.changes})
    kept: list[ProgressPoint] = []
    for point in reversed(points):
        if not kept or kept[-1].share != point.share:
            kept.append(point)
    return tuple(kept)
