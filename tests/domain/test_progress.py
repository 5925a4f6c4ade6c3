"""How far a goal is, and the sentence that says how the figure came about."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.domain.goals import GoalEdit, GoalFields, Milestone
from desktop_app.domain.measures import Measure, parse_number
from desktop_app.domain.progress import progress_of
from desktop_app.errors import InvalidValueError

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DONE, OPEN = Milestone("done", done_at=NOW), Milestone("open")


def test_milestones_and_measures_count_by_their_weight() -> None:
    distance = Measure("Distance", Decimal("21.1"), current=Decimal("5.275"), unit="km", weight=2)
    progress = progress_of(GoalFields("Run", milestones=(DONE, OPEN), measures=(distance,)))

    assert progress.share == Decimal("0.375")
    assert progress.percent == 38
    assert progress.sentence == (
        "38 %: 1 of 2 milestones done (counts 2 of 4); Distance at 5.275 of 21.1 km (counts 2 of 4)."
    )


def test_alike_parts_are_said_to_count_the_same() -> None:
    weight = Measure("Weight", Decimal(70), Decimal(80), Decimal(75), "kg")
    progress = progress_of(GoalFields("Run", milestones=(DONE,), measures=(weight, Measure("New", Decimal(1)))))

    assert progress.sentence == (
        "50 %: 1 of 1 milestone done; Weight at 75 of 70 kg (from 80); New not measured yet, each counting the same."
    )


def test_nothing_to_count_is_no_progress_rather_than_none_done() -> None:
    empty, weightless = progress_of(GoalFields("Run")), GoalFields("Run", milestones=(Milestone("a", weight=0),))

    assert (empty.share, empty.percent) == (None, None)
    assert "add milestones or a measure" in empty.sentence
    assert "all weights are 0" in progress_of(weightless).sentence


@pytest.mark.parametrize(("done", "of", "percent"), [(0, 300, 0), (1, 300, 1), (299, 300, 99), (300, 300, 100)])
def test_only_all_is_100_percent_and_only_nothing_0(done: int, of: int, percent: int) -> None:
    steps = (DONE,) * done + (OPEN,) * (of - done)
    assert progress_of(GoalFields("Run", milestones=steps)).percent == percent


numbers = st.decimals(-1000, 1000, places=3)


@given(start=numbers, target=numbers, current=st.none() | numbers)
def test_a_measure_is_between_nothing_and_all_whichever_way_it_leads(
    start: Decimal, target: Decimal, current: Decimal | None
) -> None:
    assert 0 <= Measure("m", target, start, current).share <= 1
    assert Measure("m", target, start, target).share == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not a number"),
        ("12 km", "is not a number"),
        ("NaN", "is not a number"),
        ("1_000", "is not a number"),
        ("1e999999", "too large"),
        ("1e-999999", "too many decimals"),
        ("0.1234567", "too many decimals"),
        ("9" * 5_000, "is not a number"),
    ],
)
def test_what_is_no_number_to_plan_with_is_refused_in_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(InvalidValueError, match=reason):
        parse_number("The target", text)


def test_numbers_are_exact_and_plain() -> None:
    texts = ["21.10", "1e3", "−5", "0.000001", "-0"]
    assert [str(parse_number("n", text)) for text in texts] == ["21.1", "1000", "-5", "0.000001", "0"]


def test_two_measures_of_one_name_and_weights_beyond_bounds_are_refused() -> None:
    twice = (Measure("Km", Decimal(1)), Measure(" km ", Decimal(2)))
    with pytest.raises(InvalidValueError, match="Two measures are called"):
        GoalEdit(measures=twice).applied_to(GoalFields("Run"))
    with pytest.raises(InvalidValueError, match="from 0 to 100"):
        GoalEdit(milestones=(Milestone("a", weight=101),)).applied_to(GoalFields("Run"))
