"""Finding the days that a person names."""

from datetime import date

import pytest

from desktop_app.llm.builtin.dates import last_day, named_days

TODAY = date(2026, 11, 21)  # a Saturday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I want to run a half marathon in May", date(2027, 5, 31)),
        ("finish by May 2028", date(2028, 5, 31)),
        ("by 15 March", date(2027, 3, 15)),
        ("March 3rd, 2028", date(2028, 3, 3)),
        ("bis zum 17.5.", date(2027, 5, 17)),
        ("bis 17.05.2028", date(2028, 5, 17)),
        ("Ich will bis März 10 Kilo abnehmen", date(2027, 3, 31)),
        ("in three months", date(2027, 2, 21)),
        ("in 2 Wochen", date(2026, 12, 5)),
        ("within 10 days", date(2026, 12, 1)),
        ("next year", date(2027, 12, 31)),
        ("nächste Woche", date(2026, 11, 29)),
        ("next month", date(2026, 12, 31)),
        ("next quarter", date(2027, 3, 31)),
        ("by the end of the year", date(2026, 12, 31)),
        ("bis Ende der Woche", date(2026, 11, 22)),
        ("until the end of this month", date(2026, 11, 30)),
        ("by Friday", date(2026, 11, 27)),
        ("next Saturday", date(2026, 11, 28)),
        ("bis morgen", date(2026, 11, 22)),
        ("until Christmas", date(2026, 12, 25)),
        ("by 2028", date(2028, 12, 31)),
        ("on 2027-02-03", date(2027, 2, 3)),
        ("actually make it June", date(2027, 6, 30)),
    ],
)
def test_a_named_day_is_found(text: str, day: date) -> None:
    assert [named.day for named in named_days(text, TODAY)] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "I may run",
        "guten Morgen",
        "ich will jeden Tag meditieren",
        "under 2 hours",
        "4000 euros, about 350 a month",
        "it was on 2026-01-01",
        "2026-13-45",
        "in 999 hours",
        "",
    ],
)
def test_other_words_and_past_days_are_none(text: str) -> None:
    assert named_days(text, TODAY) == ()


def test_several_days_come_in_their_order() -> None:
    named = named_days("10 km by 31 January, the race in May", TODAY)
    assert [(each.words, each.day) for each in named] == [
        ("31 January", date(2027, 1, 31)),
        ("in May", date(2027, 5, 31)),
    ]


def test_months_end_as_they_do() -> None:
    assert (last_day(2027, 2), last_day(2028, 2)) == (date(2027, 2, 28), date(2028, 2, 29))
