"""What a revision changed, in rows and pieces that can be shown."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from desktop_app.domain.goals import GoalFields, Milestone
from desktop_app.domain.ids import GoalId, MeasureId, MilestoneId, RevisionId
from desktop_app.domain.measures import Measure
from desktop_app.domain.revision_diff import RowMark, change_diff, row_words, since_diff, value_words, version_of
from desktop_app.domain.revisions import YOU, FieldChange, Revision, field_changes
from desktop_app.domain.text_diff import Mark, TextPiece
from desktop_app.errors import NotFoundError

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
A, B, C, D = (Milestone(name, id=MilestoneId(number)) for number, name in enumerate("abcd", start=1))
VERSIONS = (
    GoalFields("Run", milestones=(A, B, C)),
    GoalFields("Run far", deadline=date(2027, 5, 17), milestones=(A, B, C)),
    GoalFields("Run far", "Slowly", deadline=date(2027, 5, 17), milestones=(C, replace(B, title="b2"), D)),
)
REVISIONS = tuple(
    Revision(RevisionId(number), GoalId(1), YOU, NOW, field_changes(before, after))
    for number, before, after in [(3, VERSIONS[1], VERSIONS[2]), (2, VERSIONS[0], VERSIONS[1])]
)


def test_a_change_tells_old_and_new_words_and_rows() -> None:
    title, deadline = change_diff(REVISIONS[1])
    plan, milestones = change_diff(REVISIONS[0])

    assert title.pieces == (TextPiece(Mark.SAME, "Run"), TextPiece(Mark.ADDED, " far"))
    assert (value_words(deadline.before), value_words(deadline.after)) == ("none", "2027-05-17")
    assert (plan.label, plan.pieces) == ("Plan", (TextPiece(Mark.ADDED, "Slowly"),))
    assert {(row.mark, row.before, row.after) for row in milestones.rows} >= {
        (RowMark.REMOVED, A, None),
        (RowMark.CHANGED, B, replace(B, title="b2")),
        (RowMark.ADDED, None, D),
    }


def test_as_few_rows_as_can_be_are_said_to_have_moved() -> None:
    change = FieldChange("milestones", (A, B, C, D), (D, A, B, C))
    (moved,) = change_diff(replace(REVISIONS[0], changes=(change,)))

    assert [row.mark for row in moved.rows] == [RowMark.MOVED, RowMark.SAME, RowMark.SAME, RowMark.SAME]


def test_since_then_tells_what_later_changes_made_of_that_version() -> None:
    assert since_diff(REVISIONS, RevisionId(3), VERSIONS[2]) == ()
    assert [diff.field for diff in since_diff(REVISIONS, RevisionId(2), VERSIONS[2])] == ["content", "milestones"]


def test_every_version_can_be_had_from_the_present_one_and_the_history() -> None:
    assert version_of(REVISIONS, RevisionId(3), VERSIONS[2]) == VERSIONS[2]
    assert version_of(REVISIONS, RevisionId(2), VERSIONS[2]) == VERSIONS[1]
    with pytest.raises(NotFoundError):
        version_of(REVISIONS, RevisionId(9), VERSIONS[2])


def test_tags_and_measures_are_rows_too() -> None:
    distance = Measure("Distance", Decimal("21.1"), unit="km", id=MeasureId(1))
    further = replace(distance, current=Decimal(10))
    changes = (FieldChange("tags", ("x", "y"), ("y", "z")), FieldChange("measures", (distance,), (further,)))
    tags, measures = change_diff(replace(REVISIONS[0], changes=changes))

    assert [row.mark for row in tags.rows] == [RowMark.REMOVED, RowMark.SAME, RowMark.ADDED]
    assert [(row.mark, row.before, row.after) for row in measures.rows] == [(RowMark.CHANGED, distance, further)]
    assert [row_words(row) for row in (A, further, distance, "x")] == [
        "a",
        "Distance: 10 of 21.1 km",
        "Distance: – of 21.1 km",
        "x",
    ]
