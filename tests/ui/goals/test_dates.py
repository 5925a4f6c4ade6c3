"""Dates as people write and read them."""

from datetime import date

import pytest
from PySide6.QtCore import QLocale

from desktop_app.errors import InvalidValueError
from desktop_app.ui.goals.dates import distance_words, parse_typed_date, short_date, shown_date

TODAY = date(2026, 3, 12)
BRITISH = QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
AMERICAN = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
GERMAN = QLocale(QLocale.Language.German, QLocale.Country.Germany)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("2026-05-17", BRITISH),
        ("17/5/2026", BRITISH),
        ("17/05/26", BRITISH),
        ("5/17/2026", AMERICAN),
        ("17.5.2026", GERMAN),
        ("17.5.", GERMAN),
        ("17. Mai 2026", GERMAN),
        ("17 May 2026", GERMAN),
        ("17 May", BRITISH),
        ("May 17, 2026", AMERICAN),
        ("Sun 17 May 2026", BRITISH),
        ("  17   may  2026 ", BRITISH),
    ],
)
def test_the_same_day_is_understood_in_many_forms(text: str, locale: QLocale) -> None:
    assert parse_typed_date("The deadline", text, TODAY, locale) == date(2026, 5, 17)


def test_what_is_shown_can_be_typed_again() -> None:
    for locale in (BRITISH, AMERICAN, GERMAN):
        shown = shown_date(date(2027, 3, 1), locale)
        assert parse_typed_date("The deadline", shown, TODAY, locale) == date(2027, 3, 1)


def test_a_day_without_a_year_is_the_next_such_day() -> None:
    assert parse_typed_date("The deadline", "1 March", TODAY, BRITISH) == date(2027, 3, 1)
    assert parse_typed_date("The deadline", "29 Feb", TODAY, BRITISH) == date(2028, 2, 29)


def test_near_days_have_names() -> None:
    assert parse_typed_date("The deadline", "today", TODAY, BRITISH) == TODAY
    assert parse_typed_date("The deadline", "Tomorrow", TODAY, BRITISH) == date(2026, 3, 13)


def test_no_text_is_no_date() -> None:
    assert parse_typed_date("The deadline", "  ", TODAY, BRITISH) is None


@pytest.mark.parametrize("text", ["soon", "31 February", "2026-13-01", "31.2.2026", "99", "12026-05-17", "x" * 1000])
def test_what_is_no_date_is_refused_with_a_form_to_write(text: str) -> None:
    with pytest.raises(InvalidValueError, match=r"is not a date. Write 17 May 2026 or 2026-05-17\."):
        parse_typed_date("The deadline", text, TODAY, BRITISH)


def test_a_year_that_no_plan_is_made_for_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="year 9999"):
        parse_typed_date("The deadline", "1 May 9999", TODAY, BRITISH)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 5, 17), "in 66 days"),
        (date(2026, 3, 13), "tomorrow"),
        (TODAY, "today"),
        (date(2026, 3, 11), "1 day late"),
        (date(2026, 3, 9), "3 days late"),
    ],
)
def test_the_distance_is_said_in_words(day: date, words: str) -> None:
    assert distance_words(day, TODAY) == words


def test_a_narrow_date_has_its_year_only_where_it_is_another() -> None:
    assert short_date(date(2026, 5, 17), TODAY, BRITISH) == "17 May"
    assert short_date(date(2027, 5, 17), TODAY, BRITISH) == "17 May 2027"
