"""Two hands change one list of milestones at the same time."""

from dataclasses import replace

from desktop_app.domain.goals import Milestone
from desktop_app.domain.ids import MilestoneId
from desktop_app.domain.list_merge import merged

A, B, C, D = (Milestone(name, id=MilestoneId(number)) for number, name in enumerate("abcd", start=1))
BASE = (A, B, C)


def test_changes_to_different_milestones_are_both_kept() -> None:
    mine, theirs = (replace(A, title="mine"), B, C), (A, B, replace(C, title="theirs"), D)

    result = merged(BASE, mine, theirs)

    assert result.items == (replace(A, title="mine"), B, replace(C, title="theirs"), D)
    assert not result.collides


def test_a_milestone_that_both_changed_stays_mine_and_is_told() -> None:
    result = merged(BASE, (replace(A, title="mine"), B, C), (replace(A, title="theirs"), B, C))

    assert result.items[0].title == "mine"
    assert result.collides


def test_the_same_change_by_both_is_no_collision() -> None:
    both = (replace(A, title="same"), B, C)

    assert not merged(BASE, both, both).collides


def test_what_one_deletes_and_the_other_leaves_goes() -> None:
    assert merged(BASE, (A, C), BASE).items == (A, C)
    assert merged(BASE, BASE, (A, C)).items == (A, C)


def test_what_they_delete_and_i_changed_stays_and_is_told() -> None:
    result = merged(BASE, (A, replace(B, title="mine"), C), (A, C))

    assert [milestone.title for milestone in result.items] == ["a", "mine", "c"]
    assert result.collides


def test_what_i_delete_and_they_changed_stays_deleted_and_is_told() -> None:
    result = merged(BASE, (A, C), (A, replace(B, title="theirs"), C))

    assert result.items == (A, C)
    assert result.collides


def test_what_i_added_and_is_not_stored_yet_stays() -> None:
    new = Milestone("new")

    assert merged(BASE, (*BASE, new), (*BASE, D)).items == (A, B, C, D, new)


def test_my_order_holds() -> None:
    assert merged(BASE, (C, A, B), (A, D, B, C)).items == (C, A, D, B)
