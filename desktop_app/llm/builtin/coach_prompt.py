"""What the small model is told: a constant text with examples, and the goals in a few short lines."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from desktop_app.domain.goal_list import KnownGoal
from desktop_app.domain.goal_notes import NO_NOTES, GoalNotes
from desktop_app.domain.goals import Goal, GoalDraft, Phase
from desktop_app.domain.ids import GoalId
from desktop_app.domain.proposals import Proposal
from desktop_app.llm.prompts import SystemPrompt

_PLAN_SHOWN: Final = 500
_GOALS_SHOWN: Final = 8
_STEPS_SHOWN: Final = 12
_PROPOSALS_SHOWN: Final = 3
_TITLE_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class CoachPrompt(SystemPrompt):
    """The prompt with the goals it tells of: the small model's short actions are completed from them.

    `goals` are those the prompt shows and tools may name, the open one first; `drafts` what is not saved yet.
    """

    goals: tuple[Goal, ...] = ()
    open_goal_id: GoalId | None = None
    drafts: tuple[GoalDraft, ...] = ()

    def goal(self, goal_id: object) -> Goal | None:
        """The goal that a tool call names by number or as "current"."""
        wanted = self.open_goal_id if goal_id == "current" else goal_id
        return next((goal for goal in self.goals if goal.id == wanted), None)

    def plan(self, goal: Goal) -> str:
        """The goal's plan as the person has it before them, saved or not."""
        return next((draft.content for draft in self.drafts if draft.goal_id == goal.id), goal.fields.content)


@cache
def constant_prompt(resources: Path) -> str:
    """The rules and examples. Raises OSError if the file is missing, which is a broken installation."""
    return (resources / "prompts" / "builtin_coach.txt").read_text(encoding="utf-8")


def coach_prompt(
    constant: str,
    known: Sequence[KnownGoal],
    drafts: Sequence[GoalDraft],
    open_goal_id: GoalId | None,
    notes: GoalNotes = NO_NOTES,
) -> CoachPrompt:
    """The prompt of one turn."""
    goals = [goal for goal in known if isinstance(goal, Goal)]
    rank = {Phase.ACTIVE: 0, Phase.DRAFT: 1, Phase.COMPLETED: 2, Phase.ARCHIVED: 3}
    others = sorted((goal for goal in goals if goal.id != open_goal_id), key=lambda goal: rank[goal.phase])
    opened = [goal for goal in goals if goal.id == open_goal_id]
    shown = (*opened, *others)[:_GOALS_SHOWN]
    lines = ["Goals: " + (", ".join(_goal_line(goal, is_open=goal.id == open_goal_id) for goal in shown) or "none")]
    lines += [line for goal in opened for line in _details(goal)]
    lines += [f"Being written, not saved: {_quoted(draft.title)}: {_one_line(draft.content)}" for draft in drafts[:2]]
    lines += [f"Proposed, not decided: {_proposed(proposal)}" for proposal in notes.proposals[-_PROPOSALS_SHOWN:]]
    return CoachPrompt(
        constant=constant,
        variable="\n".join(lines),
        goals=tuple(shown),
        open_goal_id=opened[0].id if opened else None,
        drafts=tuple(drafts),
    )


def plain(text: str) -> str:
    """`text` in which nothing reads as one of the model's own marks for who speaks."""
    return text.replace("<|", "< |").replace("|>", "| >")


def _goal_line(goal: Goal, *, is_open: bool) -> str:
    facts = [goal.phase.value]
    if goal.fields.deadline:
        facts.append(f"until {goal.fields.deadline.isoformat()}")
    if is_open:
        facts.append("open")
    return f"{goal.id} {_quoted(goal.title)} ({', '.join(facts)})"


def _proposed(proposal: Proposal) -> str:
    new = next((str(change.after) for change in proposal.changes if change.field == "title"), "")
    what = ", ".join(change.field for change in proposal.changes) or "a check-in"
    return f"new goal {_quoted(new)}" if proposal.goal_id is None else f"{what} of {proposal.goal_id}"


def _details(goal: Goal) -> list[str]:
    lines = []
    if steps := goal.fields.milestones[:_STEPS_SHOWN]:
        told = (_one_line(step.title, _TITLE_SHOWN) + (" (done)" if step.is_done else "") for step in steps)
        lines.append(f"Steps of {goal.id}: " + "; ".join(told))
    # Headings alone tell nothing.
    plan = _one_line(re.sub(r"^#+ .*$", "", goal.fields.content, flags=re.MULTILINE))
    if plan:
        lines.append(f"Plan of {goal.id}: {plan}")
    return lines


def _quoted(title: str) -> str:
    return json.dumps(_one_line(title, _TITLE_SHOWN), ensure_ascii=False)


def _one_line(text: str, limit: int = _PLAN_SHOWN) -> str:
    line = plain(" ".join(text[: limit * 4].split()))
    return line if len(line) <= limit else line[:limit] + "…"
