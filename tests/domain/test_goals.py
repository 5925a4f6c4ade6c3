"""What counts as a valid goal, and which phases may follow which."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.domain.goals import (
    CONTENT_LIMIT,
    MILESTONES_LIMIT,
    Goal,
    GoalEdit,
    GoalFields,
    Milestone,
    Phase,
    allowed_moves,
    check_move,
    checked_fields,
    checked_tags,
    checked_title,
    parse_date,
    storable_text,
)
from desktop_app.domain.ids import GoalId
from desktop_app.errors import InvalidValueError, NotAllowedError

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def goal(phase: Phase = Phase.ACTIVE, deadline: date | None = None, milestones: tuple[Milestone, ...] = ()) -> Goal:
    fields = GoalFields("Run", phase=phase, deadline=deadline, milestones=milestones)
    return Goal(GoalId(1), fields, NOW, NOW)


def test_the_phases_follow_the_rules() -> None:
    assert allowed_moves(Phase.DRAFT) == {Phase.ACTIVE, Phase.ARCHIVED}
    assert allowed_moves(Phase.ACTIVE) == {Phase.COMPLETED, Phase.DRAFT, Phase.ARCHIVED}
    assert allowed_moves(Phase.COMPLETED) == {Phase.ACTIVE, Phase.ARCHIVED}
    assert allowed_moves(Phase.ARCHIVED) == {Phase.DRAFT, Phase.ACTIVE, Phase.COMPLETED}


@pytest.mark.parametrize("phase", list(Phase))
def test_staying_in_a_phase_is_always_allowed(phase: Phase) -> None:
    check_move(phase, phase)


def test_a_refused_move_says_which_ones_are_allowed() -> None:
    with pytest.raises(NotAllowedError, match=r"draft cannot become completed\. It can become active or archived"):
        check_move(Phase.DRAFT, Phase.COMPLETED)


def test_an_edit_changes_only_what_it_names() -> None:
    before = GoalFields("Run", content="Plan", tags=("health",), deadline=date(2027, 5, 31))
    after = GoalEdit(title="Run far", deadline=None).applied_to(before)
    assert after == GoalFields("Run far", content="Plan", tags=("health",), deadline=None)


def test_an_edit_into_a_phase_that_cannot_follow_is_refused() -> None:
    with pytest.raises(NotAllowedError):
        GoalEdit(phase=Phase.COMPLETED).applied_to(GoalFields("Run"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (GoalFields(" \n "), "The title is empty"),
        (GoalFields("x" * 10_000), "The title has 10,000 characters; 200 is the most"),
        (GoalFields("Run", content="x" * (CONTENT_LIMIT + 1)), "The plan has 1,000,001 characters"),
        (GoalFields("Run", deadline=date(9999, 1, 1)), "The deadline is in the year 9999"),
        (GoalFields("Run", milestones=(Milestone("m"),) * (MILESTONES_LIMIT + 1)), "That would be 501 milestones"),
        (GoalFields("Run", milestones=(Milestone(""),)), "A milestone's title is empty"),
        (GoalFields("Run", milestones=(Milestone("m", "d" * 10_001),)), "A milestone's description has 10,001"),
        (GoalFields("Run", milestones=(Milestone("m", target_date=date(1066, 1, 1)),)), "A milestone's date"),
        (GoalFields("Run", tags=("t" * 41,)), "The tag “tttttttttttttttttttt…” has 41 characters"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_field_and_rule(fields: GoalFields, sentence: str) -> None:
    with pytest.raises(InvalidValueError, match=sentence):
        checked_fields(fields)


def test_a_title_becomes_one_line() -> None:
    assert checked_title("The title", "  Run a\n half   marathon ") == "Run a half marathon"


def test_tags_are_trimmed_and_kept_once_in_order() -> None:
    assert checked_tags([" running", "#Health", "", "RUNNING", "two  words"]) == ("running", "Health", "two words")


@pytest.mark.parametrize(
    ("text", "day"), [("2027-05-31", date(2027, 5, 31)), (" 2027-05-31T10:00:00Z ", date(2027, 5, 31))]
)
def test_iso_dates_are_read(text: str, day: date) -> None:
    assert parse_date("The deadline", text) == day


@pytest.mark.parametrize("text", ["next Tuesday", "31.05.2027", "2027-02-31", "", "x" * 10_000])
def test_other_dates_are_refused_with_the_form_to_use(text: str) -> None:
    with pytest.raises(InvalidValueError, match="Write it as YYYY-MM-DD") as caught:
        parse_date("The deadline", text)
    assert len(str(caught.value)) < 200


@given(st.text(st.characters(codec=None)))
def test_any_text_becomes_one_that_can_be_stored_and_sent(text: str) -> None:
    stored = storable_text(text)
    stored.encode("utf-8")
    assert "\x00" not in stored
    assert storable_text(stored) == stored


def test_text_without_faults_is_kept_as_it_is() -> None:
    assert storable_text("Grüße 👩‍🚀 שלום\n\t") == "Grüße 👩‍🚀 שלום\n\t"


@pytest.mark.parametrize(
    ("phase", "deadline", "late"),
    [
        (Phase.ACTIVE, date(2026, 11, 18), 3),
        (Phase.ACTIVE, date(2026, 11, 21), 0),
        (Phase.DRAFT, date(2026, 11, 20), 1),
        (Phase.COMPLETED, date(2026, 11, 18), 0),
        (Phase.ARCHIVED, date(2026, 11, 18), 0),
        (Phase.ACTIVE, None, 0),
    ],
)
def test_only_open_goals_are_late(phase: Phase, deadline: date | None, late: int) -> None:
    assert goal(phase, deadline).days_late(date(2026, 11, 21)) == late


def test_done_milestones_are_counted() -> None:
    assert goal(milestones=(Milestone("a", done_at=NOW), Milestone("b"))).done_count == 1
