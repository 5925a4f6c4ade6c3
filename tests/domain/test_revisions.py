"""Which fields a revision records."""

from datetime import UTC, date, datetime

from desktop_app.domain.goals import GoalFields, Template
from desktop_app.domain.revisions import FieldChange, field_changes

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_a_change_lists_the_fields_that_differ_before_and_after() -> None:
    before = GoalFields("Run", tags=("health",))
    after = GoalFields("Run", tags=("health", "may"), deadline=date(2027, 5, 31))
    assert field_changes(before, after) == (
        FieldChange("deadline", None, date(2027, 5, 31)),
        FieldChange("tags", ("health",), ("health", "may")),
    )


def test_a_new_goal_lists_what_it_began_with() -> None:
    assert field_changes(None, GoalFields("Run", template=Template.SMART)) == (
        FieldChange("title", "", "Run"),
        FieldChange("template", Template.CUSTOM, Template.SMART),
    )
