"""Goals in words for a terminal, and as facts for programs."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from desktop_app.domain.goal_files import ImportAction, ImportPlan
from desktop_app.domain.goal_list import GoalSummary
from desktop_app.domain.goals import Goal
from desktop_app.domain.measures import number_text
from desktop_app.domain.progress import progress_of

_MARKS: Final = {ImportAction.ADD: "+", ImportAction.CHANGE: "~", ImportAction.SAME: "="}


def list_line(goal: GoalSummary, today: date) -> str:
    """A goal in a line."""
    late = goal.days_late(today)
    deadline = goal.deadline.isoformat() if goal.deadline else ""
    percent = "" if goal.percent is None else f"{goal.percent} %"
    note = f"  ({late} {'day' if late == 1 else 'days'} late)" if late else ""
    return f"{goal.id:>5}  {goal.phase.value:9}  {deadline:10}  {percent:>5}  {goal.title}{note}"


def summary_facts(goal: GoalSummary) -> dict[str, Any]:
    """What a list tells of a goal."""
    return {
        "id": goal.id,
        "title": goal.title,
        "phase": goal.phase.value,
        "deadline": goal.deadline.isoformat() if goal.deadline else None,
        "milestones_done": goal.done_count,
        "milestones": goal.milestone_count,
        "percent": goal.percent,
        "updated_at": goal.updated_at.isoformat(),
    }


def shown_goal(goal: Goal, today: date) -> str:
    """A goal whole."""
    fields, late = goal.fields, goal.days_late(today)
    facts = [goal.phase.value.capitalize(), f"{fields.template.value} template"]
    if fields.deadline:
        facts.append(f"deadline {fields.deadline.isoformat()}" + (f" ({late} days late)" if late else ""))
    lines = [goal.title, " · ".join(facts)]
    if fields.tags:
        lines.append(" ".join(f"#{tag}" for tag in fields.tags))
    lines.append(progress_of(fields).sentence)
    for measure in fields.measures:
        now = "–" if measure.current is None else number_text(measure.current)
        lines.append(f"  {measure.name}: {now} of {number_text(measure.target)} {measure.unit}".rstrip())
    for step in fields.milestones:
        day = f" ({step.target_date.isoformat()})" if step.target_date else ""
        lines.append(f"  [{'x' if step.is_done else ' '}] {step.title}{day}")
    if fields.content.strip():
        lines += ["", fields.content.rstrip()]
    return "\n".join(lines)


def goal_facts(goal: Goal) -> dict[str, Any]:
    """A goal for programs."""
    fields, progress = goal.fields, progress_of(goal.fields)
    return {
        "id": goal.id,
        "uid": goal.uid,
        "title": fields.title,
        "content": fields.content,
        "template": fields.template.value,
        "phase": fields.phase.value,
        "deadline": fields.deadline.isoformat() if fields.deadline else None,
        "tags": list(fields.tags),
        "rhythm": fields.rhythm.value,
        "percent": progress.percent,
        "progress": progress.sentence,
        "milestones": [
            {
                "title": step.title,
                "description": step.description,
                "target_date": step.target_date.isoformat() if step.target_date else None,
                "done": step.is_done,
            }
            for step in fields.milestones
        ],
        "measures": [
            {
                "name": one.name,
                "unit": one.unit,
                "start": number_text(one.start),
                "target": number_text(one.target),
                "current": None if one.current is None else number_text(one.current),
            }
            for one in fields.measures
        ],
        "created_at": goal.created_at.isoformat(),
        "updated_at": goal.updated_at.isoformat(),
    }


def plan_lines(plan: ImportPlan) -> Iterator[str]:
    """What taking a file in does, a line a goal."""
    for step in plan.steps:
        told = ", ".join(diff.label.lower() for diff in step.diffs)
        more = [told] if told else []
        if step.new_check_ins:
            more.append(f"{len(step.new_check_ins)} check-ins")
        if step.is_deleted:
            more.append("comes back, it was deleted here")
        note = f"  ({'; '.join(more)})" if more else ""
        yield f"{_MARKS[step.action]} {step.record.goal.title}{note}"
