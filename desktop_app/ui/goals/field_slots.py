"""The fields of the open goal together: what of them is not saved, and what storage says of them."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from desktop_app.domain.goals import Goal, GoalEdit, GoalFields
from desktop_app.domain.revisions import FieldChange
from desktop_app.ui.goals.field_slot import FieldSlot
from desktop_app.ui.goals.measure_list import MeasureList
from desktop_app.ui.goals.milestone_list import MilestoneList
from desktop_app.ui.goals.storable import values_of
from desktop_app.ui.goals.tag_row import TagRow


class FieldSlots:
    """By their names in GoalFields."""

    def __init__(self, slots: Mapping[str, FieldSlot]) -> None:
        self._slots = dict(slots)

    def __getitem__(self, name: str) -> FieldSlot:
        return self._slots[name]

    def __iter__(self) -> Iterator[FieldSlot]:
        return iter(self._slots.values())

    @property
    def are_dirty(self) -> bool:
        """Whether anything is not saved."""
        return any(slot.is_dirty for slot in self)

    @property
    def have_problem(self) -> bool:
        """Whether a field holds what cannot be kept."""
        return any(slot.note.problem for slot in self)

    def show(self, fields: GoalFields) -> None:
        """Show these values and forget all that was typed before, ended or not."""
        for slot in self:
            if isinstance(slot.field, TagRow | MilestoneList | MeasureList):
                slot.field.clear_typing()
            slot.show(getattr(fields, slot.name))

    def propose(self, changes: Collection[FieldChange]) -> None:
        """Show beside the fields what is proposed for them, and nothing beside the others."""
        proposed = {change.field: change for change in changes}
        for slot in self:
            slot.propose(proposed.get(slot.name))

    def edit(self, *, tells: bool = True) -> GoalEdit:
        """The fields that the person changed and that are not saved; marks them as being on their way.

        `tells` says beside a field what is half typed in it.
        """
        for slot in self if tells else ():
            slot.show_own_problem()
        values: dict[str, Any] = {slot.name: slot.mark_sent() for slot in self if slot.is_dirty}
        return GoalEdit(**values)

    def mark_saved(self, goal: Goal, edit: GoalEdit) -> None:
        """`edit` is stored; its fields are clean where they did not change since."""
        for name, sent in values_of(edit).items():
            if name in self._slots:
                self._slots[name].mark_saved(sent, getattr(goal.fields, name))

    def show_unsent(self, goal: Goal, edit: GoalEdit) -> None:
        """Show what `goal` has in fields that `edit` left alone and nobody types in."""
        sent = values_of(edit)
        for slot in self:
            if slot.name not in sent and not slot.is_dirty and not slot.field.has_focus_within:
                slot.show(getattr(goal.fields, slot.name))

    def receive(self, goal: Goal, names: Collection[str], *, by_coach: bool) -> None:
        """Take in what somebody else stored in some fields; what the person wrote stays."""
        for name in names:
            if name in self._slots:
                self._slots[name].receive(getattr(goal.fields, name), by_coach=by_coach)

    def put_back(self, goal: Goal, names: Collection[str]) -> None:
        """Show what the person asked for in some fields, also in the one with the cursor."""
        for name in names:
            slot = self._slots.get(name)
            if slot is not None and slot.is_dirty:
                slot.receive(getattr(goal.fields, name), by_coach=False)
            elif slot is not None:
                slot.show(getattr(goal.fields, name))
