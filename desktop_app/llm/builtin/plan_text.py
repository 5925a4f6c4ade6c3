"""Writes the plan of a goal in the person's own words, and adds to it without touching what stands there."""

import re
from datetime import date
from typing import Final

from desktop_app.domain.goals import Template

_SMART: Final = ("Specific", "Measurable", "Achievable", "Relevant", "Time-bound")
_OKR: Final = ("Objective", "Key results")
_WORDS_KEPT: Final = 1_000
_OKR_WORD: Final = re.compile(r"\bokrs?\b", re.IGNORECASE)
_GERMAN_MONTHS: Final = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)


def template_for(text: str) -> Template:
    """OKR where the person asks for it, SMART otherwise."""
    return Template.OKR if _OKR_WORD.search(text) else Template.SMART


def first_plan(template: Template, words: str, deadline: date | None, language: str | None) -> str:
    """A new plan: the template's headings, what the person said under the first, the deadline under its own."""
    headings = _OKR if template is Template.OKR else _SMART
    filled = {headings[0]: " ".join(words.split())[:_WORDS_KEPT]}
    if deadline is not None and template is Template.SMART:
        filled["Time-bound"] = _deadline_line(deadline, language)
    return "\n".join(
        f"## {heading}\n{text}\n" if (text := filled.get(heading)) else f"## {heading}\n" for heading in headings
    )


def with_note(content: str, note: str) -> str:
    """The plan with a line added under its first heading; all that stood there stays."""
    lines = content.rstrip().split("\n")
    headings = [index for index, line in enumerate(lines) if line.startswith("#")]
    if not headings:
        return f"{content.rstrip()}\n\n- {note}\n".lstrip()
    end = headings[1] if len(headings) > 1 else len(lines)
    while end > headings[0] + 1 and not lines[end - 1].strip():
        end -= 1
    before, after = lines[:end], lines[end:]
    gap = [] if before[-1].startswith(("- ", "#")) else [""]
    return "\n".join([*before, *gap, f"- {note}", *(after or [""])]) + ("" if not after else "\n")


def with_deadline(content: str, old: date | None, new: date) -> str | None:
    """The plan with the line that was written for the old deadline brought up to date; None if there is none."""
    if old is None:
        return None
    lines = content.split("\n")
    for language in ("English", "German"):
        line = _deadline_line(old, language)
        if line in lines:
            lines[lines.index(line)] = _deadline_line(new, language)
            return "\n".join(lines)
    return None


def day_in_words(day: date, language: str | None) -> str:
    """Such as 31 May 2027, or 31. Mai 2027."""
    if language == "German":
        return f"{day.day}. {_GERMAN_MONTHS[day.month - 1]} {day.year}"
    return f"{day.day} {day:%B} {day.year}"


def _deadline_line(day: date, language: str | None) -> str:
    return f"{'Bis' if language == 'German' else 'By'} {day_in_words(day, language)}."
