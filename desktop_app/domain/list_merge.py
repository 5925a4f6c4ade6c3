"""Joins two sets of changes to one list of milestones or measures, made by two hands that began from the same list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from desktop_app.domain.goals import Milestone
from desktop_app.domain.measures import Measure

_Item = TypeVar("_Item", Milestone, Measure)


@dataclass(frozen=True, slots=True)
class Merge(Generic[_Item]):
    """The joined list. `collides` says that both hands changed the same item or the order; then mine stands."""

    items: tuple[_Item, ...]
    collides: bool


def merged(base: Sequence[_Item], mine: Sequence[_Item], theirs: Sequence[_Item]) -> Merge[_Item]:
    """`mine` with what `theirs` changed since `base`; what is new in `theirs` follows its neighbour.

    The order is mine where I changed it, else theirs.
    """
    old, new = _by_id(base), _by_id(theirs)
    result: list[_Item] = []
    collides = False
    for item in mine:
        if item.id is None or item.id not in old:
            result.append(item)
            continue
        before, after = old[item.id], new.get(item.id)
        i_changed, they_changed = item != before, after != before
        collides |= i_changed and they_changed and item != after
        if i_changed:
            result.append(item)
        elif after is not None:
            result.append(after)
    kept = {item.id for item in mine}
    collides |= any(new[key] != old[key] for key in old.keys() & new.keys() - kept)
    common = [item.id for item in base if item.id in kept and item.id in new]
    if _order(theirs, common) != common:
        if _order(mine, common) == common:
            result = _reordered(result, theirs, set(common))
        else:
            collides |= _order(mine, common) != _order(theirs, common)
    for index, item in enumerate(theirs):
        if item.id not in old and item.id not in kept:
            result.insert(_place(result, theirs[:index]), item)
    return Merge(tuple(result), collides)


def _by_id(items: Sequence[_Item]) -> dict[int, _Item]:
    return {item.id: item for item in items if item.id is not None}


def _order(items: Sequence[_Item], keys: Sequence[int | None]) -> list[int | None]:
    return [item.id for item in items if item.id in keys]


def _reordered(items: Sequence[_Item], like: Sequence[_Item], keys: set[int | None]) -> list[_Item]:
    """`items` in which those of `keys` stand in the order of `like`; the others keep their places."""
    known = {item.id: item for item in items}
    ordered = iter([known[item.id] for item in like if item.id in keys and item.id in known])
    return [next(ordered) if item.id in keys else item for item in items]


def _place(result: Sequence[_Item], before: Sequence[_Item]) -> int:
    """After the last of `before` that the list holds, else at its start; at the end of an own list without any."""
    places = {item.id: index for index, item in enumerate(result) if item.id is not None}
    held = [places[item.id] for item in before if item.id is not None and item.id in places]
    if held:
        return max(held) + 1
    return 0 if len(before) == 0 and places else len(result)
