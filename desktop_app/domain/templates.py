"""The forms a goal is written in: SMART, OKR, and the person's own headings."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from desktop_app.domain.goals import GoalFields, Template, checked_title
from desktop_app.errors import InvalidValueError

HEADINGS_LIMIT: Final = 20
_FENCE: Final = re.compile(r" {0,3}(```|~~~)")
_HEADING: Final = re.compile(r" {0,3}#{1,6}[ \t]+(.*?\S)(?:[ \t]+#+)?[ \t]*$")
_HEADINGS: Final[dict[Template, tuple[str, ...]]] = {
    Template.SMART: ("Specific", "Measurable", "Achievable", "Relevant", "Time-bound"),
    Template.OKR: ("Objective", "Key results"),
    Template.CUSTOM: (),
}


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """A template that the person made: its name and its headings in order."""

    name: str
    headings: tuple[str, ...]


def headings_of(template: Template | OwnTemplate) -> tuple[str, ...]:
    """The headings that a plan begins with; a custom goal that is not made from an own template has none."""
    return template.headings if isinstance(template, OwnTemplate) else _HEADINGS[template]


def template_plan(template: Template | OwnTemplate) -> str:
    """The Markdown of an empty plan under this template's headings; empty for one without headings."""
    return "\n\n".join(f"## {heading}\n" for heading in headings_of(template))


def headings_in(plan: str) -> tuple[str, ...]:
    """The headings of a plan, in order and each once, without what only looks like one within code."""
    found: dict[str, None] = {}
    fence = ""
    for line in plan.splitlines():
        if fence:
            fence = "" if line.strip().startswith(fence) else fence
        elif opened := _FENCE.match(line):
            fence = opened[1]
        elif heading := _HEADING.match(line):
            found[heading[1]] = None
    return tuple(found)


def new_fields(title: str, template: Template | OwnTemplate) -> GoalFields:
    """A new goal in this form; one in the person's own form is a custom goal."""
    kind = Template.CUSTOM if isinstance(template, OwnTemplate) else template
    return GoalFields(title, template_plan(template), kind)


def checked_template(name: str, headings: Iterable[str]) -> OwnTemplate:
    """An own template, normalised. Raises InvalidValueError that names what cannot be kept."""
    cleaned = tuple(checked_title("A heading", heading.lstrip("#")) for heading in headings)
    if not 1 <= len(cleaned) <= HEADINGS_LIMIT:
        raise InvalidValueError(f"A template has 1 to {HEADINGS_LIMIT} headings; this would have {len(cleaned)}.")
    return OwnTemplate(checked_title("The template's name", name), cleaned)
