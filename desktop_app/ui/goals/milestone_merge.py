"""Joins two sets of changes to one list of milestones, made at the same time by two hands."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.domain.goals import Milestone
from desktop_app.domain.ids import MilestoneId


@dataclass(frozen=True, slots=True)
class Merge:
    """The joined list. `collides` says that both hands changed the same milestone; then mine stands in it."""

    milestones: tuple[Milestone, ...]
    collides: bool


def merged(base: Sequence[Milestone], mine: Sequence[Milestone], theirs: Sequence[Milestone]) -> Merge:
    """`mine`, in its order, with what `theirs` changed since `base`; what is new in `theirs` follows its neighbour."""
    old, new = _by_id(base), _by_id(theirs)
    result: list[Milestone] = []
    collides = False
    for milestone in mine:
        if milestone.id is None or milestone.id not in old:
            result.append(milestone)
            continue
        before, after = old[milestone.id], new.get(milestone.id)
        i_changed, they_changed = milestone != before, after != before
        collides |= i_changed and they_changed and milestone != after
        if i_changed:
            result.append(milestone)
        elif after is not None:
            result.append(after)
    kept = {milestone.id for milestone in mine}
    collides |= any(new[key] != old[key] for key in old.keys() & new.keys() - kept)
    for index, milestone in enumerate(theirs):
        if milestone.id not in old and milestone.id not in kept:
            result.insert(_place(result, theirs[:index]), milestone)
    return Merge(tuple(result), collides)


def _by_id(milestones: Sequence[Milestone]) -> dict[MilestoneId, Milestone]:
    return {milestone.id: milestone for milestone in milestones if milestone.id is not None}


def _place(result: Sequence[Milestone], before: Sequence[Milestone]) -> int:
    """After the last of `before` that the list holds, else at its start; at the end of an own list without any."""
    places = {milestone.id: index for index, milestone in enumerate(result) if milestone.id is not None}
    held = [places[milestone.id] for milestone in before if milestone.id is not None and milestone.id in places]
    if held:
        return max(held) + 1
    return 0 if before == () and places else len(result)
