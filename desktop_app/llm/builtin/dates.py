"""Finds the days that a person names in a sentence, since a small model cannot be trusted to count them out."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeAlias

_DayOf: TypeAlias = Callable[[re.Match[str], date], date]

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner",
            "february feb februar feber",
            "march mar märz maerz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sept sep",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "monday montag",
            "tuesday dienstag",
            "wednesday mittwoch",
            "thursday donnerstag",
            "friday freitag",
            "saturday samstag sonnabend",
            "sunday sonntag",
        )
    )
    for name in names.split()
}
_NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        (
            "a an one ein einem einer eine",
            "two zwei",
            "three drei",
            "four vier",
            "five fünf",
            "six sechs",
            "seven sieben",
            "eight acht",
            "nine neun",
            "ten zehn",
            "eleven elf",
            "twelve zwölf",
        ),
        start=1,
    )
    for word in words.split()
}
_ALL_MONTHS: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
# "im März 10 Kilo" names no day, "by March 10" does.
_ENGLISH_MONTHS: Final = "|".join(
    name for name in _ALL_MONTHS.split("|") if not re.search("[äzk]|mai|ju[nl]i|feber", name)
)
# "may", "march" and short forms are other words too: alone they count only after a preposition.
_PLAIN_MONTHS: Final = "|".join(
    name for name in _MONTHS if name == "mai" or (len(name) > 3 and name not in {"march", "sept"})
)
_PREPOSITION: Final = (
    r"\b(?:in|this|by|until|till|before|during|next|end of|for|of|it|to|im|bis|ende|anfang|mitte|nächsten|am|zum)"
)
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR: Final = r"(?:,?\s+(?P<year>20\d\d))?"
_COUNT: Final = "|".join((r"\d{1,3}", *_NUMBERS))


@dataclass(frozen=True, slots=True)
class NamedDay:
    """Words that name a day, and that day."""

    words: str
    day: date


def named_days(text: str, today: date) -> tuple[NamedDay, ...]:
    """The days that English or German words or figures in `text` name, in order, none of them past.

    A month stands for its last day, a year for 31 December. Only the next day of such a name is meant.
    """
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, NamedDay]] = []
    for pattern, day_of in _RULES:
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            day = _day_or_none(day_of, match, today)
            if day is None or day < today:
                continue
            taken.append(match.span())
            found.append((match.start(), NamedDay(match[0].strip(), day)))
    return tuple(named for _, named in sorted(found, key=lambda item: item[0]))


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def _day_or_none(day_of: _DayOf, match: re.Match[str], today: date) -> date | None:
    try:
        return day_of(match, today)
    except (ValueError, OverflowError):  # such as 31 February
        return None


def _iso(match: re.Match[str], _: date) -> date:
    return date.fromisoformat(match[0])


def _numeric(match: re.Match[str], today: date) -> date:
    return _next_such(int(match["day"]), int(match["month"]), match["year"], today)


def _day_and_month(match: re.Match[str], today: date) -> date:
    return _next_such(int(match["day"]), _MONTHS[match["month"].casefold()], match["year"], today)


def _month(match: re.Match[str], today: date) -> date:
    month = _MONTHS[match["month"].casefold()]
    year = int(match["year"]) if match["year"] else today.year + (month < today.month)
    return last_day(year, month)


def _next_such(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _later(match: re.Match[str], today: date) -> date:
    word = match["count"].casefold()
    count = int(word) if word.isdigit() else _NUMBERS[word]
    return _after(count, match["unit"].casefold(), today)


def _next_unit(match: re.Match[str], today: date) -> date:
    unit = match["unit"].casefold()
    if unit.startswith(("year", "jahr")):
        return date(today.year + 1, 12, 31)
    if unit.startswith(("quarter", "quartal")):
        quarter = (today.month - 1) // 3 + 1
        year, month = divmod(today.year * 12 + quarter * 3 + 2, 12)
        return last_day(year, month + 1)
    if unit.startswith(("month", "monat")):
        return last_day(*_month_after(today, 1))
    return today + timedelta(days=13 - today.weekday())


def _end_of(match: re.Match[str], today: date) -> date:
    unit = match["unit"].casefold()
    if "year" in unit or "jahr" in unit:
        return date(today.year, 12, 31)
    if "week" in unit or "woche" in unit:
        return today + timedelta(days=6 - today.weekday())
    return last_day(today.year, today.month)


def _weekday(match: re.Match[str], today: date) -> date:
    ahead = (_WEEKDAYS[match["weekday"].casefold()] - today.weekday()) % 7
    return today + timedelta(days=ahead or 7)


def _tomorrow(_: re.Match[str], today: date) -> date:
    return today + timedelta(days=1)


def _christmas(_: re.Match[str], today: date) -> date:
    return _next_such(25, 12, None, today)


def _only_year(match: re.Match[str], _: date) -> date:
    return date(int(match["year"]), 12, 31)


def _after(count: int, unit: str, today: date) -> date:
    if unit.startswith(("day", "tag")):
        return today + timedelta(days=count)
    if unit.startswith(("week", "woche")):
        return today + timedelta(weeks=count)
    months = count * (12 if unit.startswith(("year", "jahr")) else 1)
    year, month = _month_after(today, months)
    return date(year, month, min(today.day, last_day(year, month).day))


def _month_after(today: date, months: int) -> tuple[int, int]:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return year, month + 1


def _rule(pattern: str, day_of: _DayOf) -> tuple[re.Pattern[str], _DayOf]:
    return re.compile(pattern, re.IGNORECASE), day_of


# Tried in order; words that one rule took are not read by a later one.
_RULES: Final = (
    _rule(r"\b20\d\d-\d\d-\d\d\b", _iso),
    _rule(r"\b(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>20\d\d|\d\d(?!\d))?", _numeric),
    _rule(rf"\b{_DAY}\s*(?:of\s+)?(?P<month>{_ALL_MONTHS})\b\.?{_YEAR}", _day_and_month),
    _rule(rf"\b(?P<month>{_ENGLISH_MONTHS})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}", _day_and_month),
    _rule(rf"{_PREPOSITION}\s+(?:early\s+|late\s+|mid\s+)?(?P<month>{_ALL_MONTHS})\b{_YEAR}", _month),
    _rule(rf"\b(?P<month>{_PLAIN_MONTHS})\b{_YEAR}", _month),
    _rule(
        rf"\b(?:in|within|innerhalb von)\s+(?P<count>{_COUNT})\s+"
        r"(?P<unit>days?|weeks?|months?|years?|tage?n?|wochen?|monate?n?|jahre?n?)\b",
        _later,
    ),
    _rule(
        r"\b(?:next|nächste[nrs]?|kommende[nrs]?)\s+(?P<unit>week|month|quarter|year|woche|monat|quartal|jahr)\b",
        _next_unit,
    ),
    _rule(
        r"\b(?P<unit>end of (?:the |this )?(?:year|month|week)|this year|this month|dieses jahr|diesen monat"
        r"|ende (?:des|dieses|der|dieser) (?:jahr(?:es)?|monats|woche)|jahresende|monatsende)\b",
        _end_of,
    ),
    _rule(
        rf"\b(?:by|on|until|next|this|bis|am|nächsten|kommenden)\s+(?P<weekday>{'|'.join(_WEEKDAYS)})\b",
        _weekday,
    ),
    _rule(r"(?<!guten )(?<!am )(?<!jeden )\b(?:tomorrow|morgen)\b", _tomorrow),
    _rule(r"\b(?:christmas|xmas|weihnachten)\b", _christmas),
    _rule(r"\b(?:in|by|until|before|bis|im jahr|end of|ende)\s+(?P<year>20\d\d)\b", _only_year),
)
