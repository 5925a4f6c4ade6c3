"""One change is taken back although later ones exist, or refused with the reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desktop_app.domain.goals import GoalFields, Milestone, Phase
from desktop_app.domain.ids import GoalId, MilestoneId, RevisionId
from desktop_app.domain.revisions import YOU, Author, AuthorKind, FieldChange, Revision, field_changes, joined, joins
from desktop_app.domain.undoing import undo_state, without
from desktop_app.errors import NotAllowedError

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
A, B, C = (Milestone(name, id=MilestoneId(number)) for number, name in enumerate("abc", start=1))


def revision(before: GoalFields, after: GoalFields, number: int = 1, **more: Any) -> Revision:  # noqa: ANN401 - fields by name
    made = Revision(RevisionId(number), GoalId(1), YOU, NOW, field_changes(before, after))
    return replace(made, **more)


def test_a_later_change_elsewhere_in_the_plan_is_kept() -> None:
    first = GoalFields("Run", "# One\nold\n\n# Two\nrest\n")
    second = replace(first, content="# One\nnew\n\n# Two\nrest\n")
    third = replace(second, content="# One\nnew\n\n# Two\nrest\nmore\n")

    assert without(revision(first, second), third).content == "# One\nold\n\n# Two\nrest\nmore\n"


def test_a_later_change_of_the_same_place_refuses_with_the_reason() -> None:
    first, second = GoalFields("Run", "old\n"), GoalFields("Run", "new\n")

    with pytest.raises(NotAllowedError, match="The plan was changed again since, in the same place"):
        without(revision(first, second), replace(second, content="newer\n"))


def test_a_date_that_was_set_again_is_not_put_back() -> None:
    first, second = GoalFields("Run"), GoalFields("Run", deadline=date(2027, 5, 1))

    with pytest.raises(NotAllowedError, match="The deadline was changed again"):
        without(revision(first, second), replace(second, deadline=date(2027, 6, 1)))


def test_added_milestones_go_and_one_that_was_ticked_since_stays_ticked() -> None:
    first, second = GoalFields("Run", milestones=(A,)), GoalFields("Run", milestones=(A, B, C))
    ticked = replace(A, done_at=NOW)

    undone = without(revision(first, second), replace(second, milestones=(ticked, B, C)))

    assert undone.milestones == (ticked,)


def test_an_added_milestone_that_was_changed_since_is_not_thrown_away() -> None:
    first, second = GoalFields("Run", milestones=(A,)), GoalFields("Run", milestones=(A, B))

    with pytest.raises(NotAllowedError, match="The milestones were changed again"):
        without(revision(first, second), replace(second, milestones=(A, replace(B, title="b with words"))))


def test_a_new_order_is_taken_back_beside_a_later_change() -> None:
    first, second = GoalFields("Run", milestones=(A, B, C)), GoalFields("Run", milestones=(C, A, B))
    ticked = replace(B, done_at=NOW)

    assert without(revision(first, second), replace(second, milestones=(C, A, ticked))).milestones == (A, ticked, C)


def test_tags_of_both_hands_survive() -> None:
    first, second = GoalFields("Run", tags=("old", "x")), GoalFields("Run", tags=("x", "new"))

    assert without(revision(first, second), replace(second, tags=("x", "new", "later"))).tags == ("x", "later", "old")


def test_undo_and_redo_walk_through_the_history_as_an_editor_does() -> None:
    fields = [GoalFields("Run"), GoalFields("Run far"), GoalFields("Run fast")]
    created = revision(fields[0], fields[0], 1, created=True)
    one, two = revision(fields[0], fields[1], 2), revision(fields[1], fields[2], 3)
    undone = revision(fields[2], fields[1], 4, undoes=RevisionId(3))
    redone = revision(fields[1], fields[2], 5, undoes=RevisionId(4))

    def state(*oldest_first: Revision) -> tuple[Revision | None, Revision | None]:
        found = undo_state(oldest_first[::-1])
        return found.undo, found.redo

    assert state(created) == (None, None)
    assert state(created, one, two) == (two, None)
    assert state(created, one, two, undone) == (one, undone)
    assert state(created, one, two, undone, redone) == (redone, None)
    assert state(created, one, two, undone, revision(fields[1], fields[0], 6)) == (
        revision(fields[1], fields[0], 6),
        None,
    )
    in_the_middle = revision(fields[2], fields[0], 6, undoes=RevisionId(2))
    assert state(created, one, two, in_the_middle) == (in_the_middle, None)


def test_quick_edits_of_the_person_join_and_those_that_return_leave_nothing() -> None:
    first = (FieldChange("title", "a", "b"), FieldChange("tags", (), ("x",)))
    then = (FieldChange("title", "b", "a"), FieldChange("content", "", "plan"))

    assert joined(first, then) == (FieldChange("content", "", "plan"), FieldChange("tags", (), ("x",)))
    assert joined(first, (FieldChange("title", "b", "a"), FieldChange("tags", ("x",), ()))) == ()


@pytest.mark.parametrize(
    ("last", "author", "after", "expected"),
    [
        ({}, YOU, timedelta(minutes=2), True),
        ({}, YOU, timedelta(minutes=2, seconds=1), False),
        ({}, YOU, timedelta(seconds=-1), False),
        ({}, Author(AuthorKind.COACH, "claude", "opus"), timedelta(), False),
        ({"author": Author(AuthorKind.COACH, "claude", "opus")}, YOU, timedelta(), False),
        ({"created": True}, YOU, timedelta(), False),
        ({"changes": (FieldChange("phase", Phase.DRAFT, Phase.ACTIVE),)}, YOU, timedelta(), False),
    ],
)
def test_an_edit_joins_only_the_quick_edits_of_the_same_hand(
    last: dict[str, Any], author: Author, after: timedelta, expected: bool
) -> None:
    newest = revision(GoalFields("a"), GoalFields("b"), **last)

    assert joins(newest, author, (FieldChange("title", "b", "c"),), NOW + after) is expected
    assert not joins(newest, author, (FieldChange("phase", Phase.DRAFT, Phase.ACTIVE),), NOW + after)
