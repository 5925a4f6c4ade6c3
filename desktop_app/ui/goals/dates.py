"""Dates as people write and read them: the locale's forms, ISO, and how far away a day is."""

import re
from datetime import date, timedelta

from PySide6.QtCore import QDate, QLocale

from desktop_app.domain.goals import check_date
from desktop_app.errors import InvalidValueError

_NUMERIC = re.compile(r"(\d{1,4})\s?[./-]\s?(\d{1,2})(?:\s?[./-]\s?(\d{1,4})|\.?)")
_WITH_YEAR = ("d MMM yyyy", "d MMMM yyyy", "d. MMMM yyyy", "MMM d yyyy", "MMMM d yyyy", "yyyy MMMM d")
_WITHOUT_YEAR = ("d MMM", "d MMMM", "d. MMMM", "MMM d", "MMMM d")
_LEAP_YEAR = 2000  # parsing "29 Feb" needs a year that has one


def shown_date(day: date, locale: QLocale) -> str:
    """`day` with its weekday, for example "Sun 17 May 2026"."""
    return locale.toString(_qdate(day), "ddd d MMM yyyy")


def short_date(day: date, today: date, locale: QLocale) -> str:
    """`day` for a narrow column, for example "17 May"; with the year where it is not this one."""
    return locale.toString(_qdate(day), "d MMM" if day.year == today.year else "d MMM yyyy")


def distance_words(day: date, today: date) -> str:
    """How far away `day` is, for example "in 66 days", "tomorrow", "3 days late"."""
    match (day - today).days:
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case -1:
            return "1 day late"
        case days:
            return f"in {days:,} days" if days > 0 else f"{-days:,} days late"


def parse_typed_date(what: str, text: str, today: date, locale: QLocale) -> date | None:
    """The day that `text` names, None for empty text; a form without a year means the next such day.

    Understood are ISO, the locale's numeric order, day and month by name in the locale or in English, "today" and
    "tomorrow". Raises InvalidValueError that begins with `what` and shows two forms.
    """
    cleaned = " ".join(text.replace(",", " ").split())
    if not cleaned:
        return None
    found = _named_day(cleaned, today) or _numeric(cleaned, today, locale) or _worded(cleaned, today, locale)
    if found is None:
        shown = cleaned if len(cleaned) <= 40 else cleaned[:40] + "…"
        example = locale.toString(_qdate(today.replace(month=5, day=17)), "d MMMM yyyy")
        raise InvalidValueError(f"{what} “{shown}” is not a date. Write {example} or {today.year}-05-17.")
    check_date(what, found)
    return found


def _named_day(text: str, today: date) -> date | None:
    days = {"today": 0, "tomorrow": 1}.get(text.casefold())
    return today + timedelta(days=days) if days is not None else None


def _numeric(text: str, today: date, locale: QLocale) -> date | None:
    match = _NUMERIC.fullmatch(text)
    if match is None:
        return None
    one, two, three = match.groups()
    if len(one) > 2:
        return _date(int(one), int(two), int(three)) if three else None
    month_first = locale.dateFormat(QLocale.FormatType.ShortFormat).lstrip("'").startswith("M")
    month, day = (int(one), int(two)) if month_first else (int(two), int(one))
    if three is None:
        return _next(month, day, today)
    year = int(three) if len(three) > 2 else 2000 + int(three)
    return _date(year, month, day)


def _worded(text: str, today: date, locale: QLocale) -> date | None:
    for language in (locale, QLocale.c()):
        for candidate in (text, text.partition(" ")[2]):  # with and without a weekday before it
            found = _by_name(candidate, today, language)
            if found is not None:
                return found
    return None


def _by_name(text: str, today: date, locale: QLocale) -> date | None:
    for form in _WITH_YEAR:
        parsed = locale.toDate(text, form)
        if parsed.isValid():
            return _date(parsed.year(), parsed.month(), parsed.day())
    for form in _WITHOUT_YEAR:
        parsed = locale.toDate(f"{text} {_LEAP_YEAR}", f"{form} yyyy")
        if parsed.isValid():
            return _next(parsed.month(), parsed.day(), today)
    return None


def _next(month: int, day: int, today: date) -> date | None:
    """The first such day from `today` on; within eight years even 29 February comes."""
    candidates = (_date(today.year + later, month, day) for later in range(9))
    return next((found for found in candidates if found is not None and found >= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
