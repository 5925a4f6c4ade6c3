"""Of what stands in the editor, the part that can be kept."""

from typing import Any, Final

from desktop_app.domain.goals import EDITABLE_FIELDS, GoalEdit, GoalFields, Unset
from desktop_app.errors import InvalidValueError

UNTITLED: Final = "Untitled goal"


def values_of(edit: GoalEdit) -> dict[str, Any]:
    """The fields that `edit` changes, by name."""
    values = {name: getattr(edit, name) for name in EDITABLE_FIELDS}
    return {name: value for name, value in values.items() if not isinstance(value, Unset)}


def storable(edit: GoalEdit) -> tuple[GoalEdit, dict[str, str]]:
    """The fields of `edit` that can be kept, and why each of the others cannot."""
    good: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, value in values_of(edit).items():
        try:
            GoalEdit(**{name: value}).applied_to(GoalFields(UNTITLED))
        except InvalidValueError as error:
            problems[name] = str(error)
        else:
            good[name] = value
    return GoalEdit(**good), problems
