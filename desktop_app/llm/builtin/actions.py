"""Turns the model's short action into tool calls with all their arguments, and tells in a sentence what was done."""

import calendar
import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from desktop_app.domain.goals import Phase
from desktop_app.domain.messages import ToolCallPart
from desktop_app.llm.builtin.coach_prompt import CoachPrompt
from desktop_app.llm.builtin.plan_text import day_in_words, first_plan, template_for, with_deadline, with_note
from desktop_app.llm.events import ToolCall

_SENTENCES: Final = {
    "English": {
        "created": "“{title}” is written down{until}.",
        "until": ", until {day}",
        "title": "It is called “{title}” now.",
        "deadline": "The deadline is now {day}.",
        "step": "“{step}” is now a step{until}.",
        "note": "That is noted.",
        "active": "“{title}” is active now.",
        "completed": "Well done, “{title}” is completed.",
        "archived": "“{title}” is in the archive now.",
        "draft": "“{title}” is a draft again.",
        "failed": "That could not be written down.",
    },
    "German": {
        "created": "„{title}“ steht jetzt da{until}.",
        "until": ", bis {day}",
        "title": "Das Ziel heißt jetzt „{title}“.",
        "deadline": "Die Frist ist jetzt der {day}.",
        "step": "„{step}“ ist jetzt ein Schritt{until}.",
        "note": "Das ist notiert.",
        "active": "„{title}“ ist jetzt aktiv.",
        "completed": "Gut gemacht, „{title}“ ist erreicht.",
        "archived": "„{title}“ liegt jetzt im Archiv.",
        "draft": "„{title}“ ist wieder ein Entwurf.",
        "failed": "Das konnte nicht eingetragen werden.",
    },
}


def tool_calls(action: Mapping[str, Any], prompt: CoachPrompt, words: str, language: str | None) -> list[ToolCall]:
    """The calls that do what the model wants, completed from the goals and from what the person said (`words`)."""
    arguments = _mended(action["arguments"])
    match action["tool"]:
        case "create_goal":
            return [_call("create_goal", _new_goal(arguments, words, language))]
        case "update_goal":
            return [_call("update_goal", _update(arguments, prompt))]
        case name:
            goal = prompt.goal(arguments.get("goal_id"))
            calls = [_call(name, arguments)]
            if goal and goal.phase is Phase.DRAFT and arguments.get("phase") == Phase.COMPLETED.value:
                calls.insert(0, _call(name, {**arguments, "phase": Phase.ACTIVE.value}))
            return calls


def short_action(part: ToolCallPart) -> dict[str, Any] | None:
    """A past call as the model would have written it; None where its arguments are none."""
    try:
        arguments = json.loads(part.arguments or "{}")
    except (ValueError, RecursionError):
        return None
    if not isinstance(arguments, dict):
        return None
    told = ("goal_id", "title", "deadline", "add_milestone", "milestones", "phase")
    short = {name: arguments[name] for name in told if arguments.get(name)}
    if part.name == "update_goal" and len(short) <= 1 and "content" in arguments:
        short["add_note"] = "noted"
    return {"tool": part.name, "arguments": short}


def told_result(part: ToolCallPart, prompt: CoachPrompt, language: str | None) -> str | None:
    """What a call really did, in a sentence in the person's language; None where there is none for it."""
    words = _SENTENCES.get(language or "")
    if words is None:
        return None if part.ok else f"{_SENTENCES['English']['failed']} {part.result or ''}".strip()
    if not part.ok:
        return f"{words['failed']} {part.result or ''}".strip()
    if part.goal_id is None and part.revision_id is None:
        return None
    arguments = json.loads(part.arguments)
    goal = prompt.goal(arguments.get("goal_id"))
    title = arguments.get("title") or (goal.title if goal else "")
    if part.name == "create_goal":
        return words["created"].format(title=title, until=_until(arguments.get("deadline"), words, language))
    if part.name == "set_goal_phase":
        return words[arguments["phase"]].format(title=title)
    return _told_update(arguments, words, language)


def next_topic(part: ToolCallPart, prompt: CoachPrompt) -> str:
    """What the coach asks about after a call: what the goal still lacks."""
    arguments = json.loads(part.arguments)
    if part.name == "set_goal_phase":
        topics = {"active": "the first step", "completed": "what helped you", "archived": "what you want instead"}
        return topics.get(arguments["phase"], "what is still missing")
    goal = prompt.goal(arguments.get("goal_id")) if part.name == "update_goal" else None
    if not arguments.get("deadline") and (goal is None or goal.fields.deadline is None):
        return "by when you want it"
    if arguments.get("add_milestone"):
        return "what comes after that"
    if goal is None:
        return "how far you are today"
    return "the first step" if not goal.fields.milestones else "what could get in the way"


def _told_update(arguments: Mapping[str, Any], words: Mapping[str, str], language: str | None) -> str:
    if step := arguments.get("add_milestone"):
        return words["step"].format(step=step["title"], until=_until(step.get("target_date"), words, language))
    if deadline := arguments.get("deadline"):
        return words["deadline"].format(day=day_in_words(date.fromisoformat(deadline), language))
    if title := arguments.get("title"):
        return words["title"].format(title=title)
    return words["note"]


def _until(day: str | None, words: Mapping[str, str], language: str | None) -> str:
    return words["until"].format(day=day_in_words(date.fromisoformat(day), language)) if day else ""


def _new_goal(arguments: dict[str, Any], words: str, language: str | None) -> dict[str, Any]:
    template = template_for(words)
    deadline = date.fromisoformat(arguments["deadline"]) if "deadline" in arguments else None
    if "milestones" in arguments:
        arguments = {**arguments, "milestones": _different_steps(arguments["milestones"], arguments.get("deadline"))}
    return {
        **arguments,
        "template_type": template.value,
        "content": first_plan(template, words, deadline, language),
    }


def _different_steps(steps: Sequence[Mapping[str, Any]], deadline: str | None) -> list[dict[str, Any]]:
    """Each step once, without a date that is only the goal's own."""
    different = {step["title"].casefold(): step for step in reversed(steps)}
    return [
        {name: value for name, value in step.items() if (name, value) != ("target_date", deadline)}
        for step in reversed(different.values())
    ]


def _update(arguments: dict[str, Any], prompt: CoachPrompt) -> dict[str, Any]:
    """The arguments with a note or a new deadline worked into the plan as the person has it before them."""
    note = arguments.pop("add_note", None)
    goal = prompt.goal(arguments.get("goal_id"))
    if goal is None:
        return arguments
    plan = prompt.plan(goal)
    if note:
        return {**arguments, "content": with_note(plan, note)}
    if "deadline" in arguments:
        moved = with_deadline(plan, goal.fields.deadline, date.fromisoformat(arguments["deadline"]))
        return arguments if moved is None else {**arguments, "content": moved}
    return arguments


def _mended(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Titles as people write them, and days that exist: 31 June is meant as the last of June."""
    mended = dict(arguments)
    if "title" in mended:
        mended["title"] = _title(mended["title"])
    for name in ("deadline", "target_date"):
        if name in mended:
            mended[name] = _real_day(mended[name])
    if "add_milestone" in mended:
        mended["add_milestone"] = _mended(mended["add_milestone"])
    if "milestones" in mended:
        mended["milestones"] = [_mended(step) for step in mended["milestones"]]
    return mended


def _title(text: str) -> str:
    title = " ".join(text.split()).rstrip(".")
    return title[:1].upper() + title[1:]


def _real_day(text: str) -> str:
    year, month, day = (int(piece) for piece in text.split("-"))
    return date(year, month, min(day, calendar.monthrange(year, month)[1])).isoformat()


def _call(name: str, arguments: Mapping[str, Any]) -> ToolCall:
    return ToolCall(f"call_{uuid.uuid4().hex[:12]}", name, json.dumps(arguments, ensure_ascii=False))
