"""The headings that each template begins a plan with."""

from typing import Final

from desktop_app.domain.goals import Template

TEMPLATE_NAMES: Final = {Template.SMART: "SMART", Template.OKR: "OKR", Template.CUSTOM: "Custom"}

_HEADINGS: Final[dict[Template, tuple[str, ...]]] = {
    Template.SMART: ("Specific", "Measurable", "Achievable", "Relevant", "Time-bound"),
    Template.OKR: ("Objective", "Key results"),
    Template.CUSTOM: (),
}


def template_plan(template: Template) -> str:
    """The Markdown of an empty plan under this template's headings; empty for one without headings."""
    return "\n\n".join(f"## {heading}\n" for heading in _HEADINGS[template])
