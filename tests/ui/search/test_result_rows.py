"""What the search shows, in which words."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from desktop_app.domain.goals import Phase
from desktop_app.domain.ids import ConversationId, GoalId, MessageId
from desktop_app.domain.messages import Role
from desktop_app.domain.search import GoalHit, MessageHit, Piece, SearchResults
from desktop_app.ui.search.rows import HINT, NOTHING, led_in, result_rows, rows_before_typing, when

NOW = datetime(2026, 3, 12, 10, tzinfo=UTC)
GOAL = GoalHit(GoalId(4), Phase.ACTIVE, (Piece("Run", is_hit=True), Piece(" far")), ())
MESSAGE = MessageHit(
    MessageId(9),
    ConversationId(2),
    "Half marathon plan",
    Role.COACH,
    NOW - timedelta(hours=1),
    (Piece("Three "), Piece("runs", is_hit=True), Piece(" a week")),
)


def test_goals_come_before_messages_each_under_a_heading() -> None:
    rows = result_rows(SearchResults((GOAL,), (MESSAGE,)), NOW)
    assert [row.spoken for row in rows] == [
        "Goals",
        "Goal: Run far, active",
        "Messages",
        "Coach in Half marathon plan, 09:00: Three runs a week",
    ]
    assert [row.can_be_chosen for row in rows] == [False, True, False, True]
    assert (rows[3].below, rows[3].hint) == ("Coach in Half marathon plan", "09:00")


def test_where_nothing_is_found_a_line_says_what_to_do() -> None:
    assert [row.line[0].text for row in result_rows(SearchResults(), NOW)] == [NOTHING]


def test_before_anything_is_typed_stands_what_can_be_found_and_the_way_back() -> None:
    assert [row.spoken for row in rows_before_typing(None)] == [HINT]
    back = rows_before_typing((ConversationId(2), "Half marathon plan"))[1]
    assert (back.spoken, back.can_be_chosen) == ("Back to “Half marathon plan”", True)


def test_what_stands_before_a_hit_is_cut_so_that_the_hit_is_in_sight() -> None:
    long = (Piece("word " * 30), Piece("hit", is_hit=True), Piece(" and more"))
    lead, hit, _ = led_in(long)
    assert lead.text.startswith("…word")
    assert len(lead.text) < 40
    assert hit.text == "hit"
    unspaced = led_in((Piece("x" * 90), Piece("hit", is_hit=True)))
    assert unspaced[0].text == "…" + "x" * 36
    assert led_in(()) == ()


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW - timedelta(hours=2), "08:00"),
        (NOW - timedelta(days=1), "Yesterday 10:00"),
        (NOW - timedelta(days=5), "7 Mar"),
        (NOW - timedelta(days=400), "5 Feb 2025"),
    ],
)
def test_a_time_is_told_in_a_few_letters(at: datetime, words: str) -> None:
    assert when(at, NOW) == words


def test_the_time_is_that_of_the_persons_zone() -> None:
    assert when(NOW, NOW.astimezone(timezone(timedelta(hours=9)))) == "19:00"
