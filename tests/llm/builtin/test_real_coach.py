"""The built-in model itself: what it makes of what people say."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest

from desktop_app.domain.goals import Goal, GoalFields, Milestone, Phase, Template, UserPhase
from desktop_app.domain.ids import GoalId, RevisionId
from desktop_app.domain.messages import Message, Role, TextPart
from desktop_app.domain.providers import HealthState
from desktop_app.llm.base import Reply
from desktop_app.llm.builtin.service import BuiltinService
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import TextDelta, ToolCall, ToolResult
from desktop_app.llm.tools import CreateGoalArguments, SetGoalPhaseArguments, UpdateGoalArguments, parse_arguments

pytestmark = [pytest.mark.real_model, pytest.mark.timeout(900)]

MODEL = "qwen2.5-coder-1.5b"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass
class Notebook:
    """Keeps one goal in memory as the tools write it."""

    goals: list[Goal] = field(default_factory=list)

    async def run(self, call: ToolCall) -> ToolResult:
        arguments = parse_arguments(call.name, call.arguments)
        if isinstance(arguments, CreateGoalArguments):
            fields = GoalFields(
                arguments.title, arguments.content, arguments.template_type, deadline=arguments.deadline
            )
            self.goals = [Goal(GoalId(1), fields, NOW, NOW)]
            text = "Created goal 1 as a draft."
        else:
            old = self.goals[0].fields
            if isinstance(arguments, SetGoalPhaseArguments):
                new = replace(old, phase=arguments.phase)
            else:
                assert isinstance(arguments, UpdateGoalArguments)
                step = arguments.add_milestone
                new = replace(
                    old,
                    title=arguments.title or old.title,
                    content=arguments.content or old.content,
                    deadline=arguments.deadline or old.deadline,
                    milestones=(*old.milestones, Milestone(step.title, "", step.target_date))
                    if step
                    else old.milestones,
                )
            self.goals = [Goal(GoalId(1), new, NOW, NOW)]
            text = "Updated goal 1."
        return ToolResult(call.call_id, call.name, text, goal_id=GoalId(1), revision_id=RevisionId(1))


class Talk:
    """A conversation with the coach."""

    def __init__(self, service: BuiltinService) -> None:
        self._service = service
        self.notebook = Notebook()
        self.messages: list[Message] = []

    async def say(self, text: str) -> Reply:
        """Say something and keep what is answered."""
        self.messages.append(Message(Role.YOU, (TextPart(text),)))
        goals = self.notebook.goals
        active = goals[0].id if goals else None
        reply = await self._service.send_message(
            self.messages, UserPhase.GOAL_SETTING, goals, [], active, model=MODEL, tools=self.notebook
        )
        self.messages.append(reply.message)
        return reply


async def test_half_a_marathon_in_may_becomes_a_goal_and_grows(service: BuiltinService) -> None:
    talk = Talk(service)
    reply = await talk.say("I want to run a half marathon in May")
    (goal,) = talk.notebook.goals
    assert goal.title == "Run a half marathon"
    assert goal.fields.template is Template.SMART
    assert goal.fields.deadline == date(2027, 5, 31)
    assert "I want to run a half marathon in May" in goal.fields.content
    assert reply.message.text.startswith("“Run a half marathon” is written down, until 31 May 2027. ")
    assert reply.message.text.endswith("?")
    assert reply.done.usage.output_tokens > 10
    assert reply.done.usage.cost_micro_usd == 0

    await talk.say("actually, make it June")
    assert talk.notebook.goals[0].fields.deadline == date(2027, 6, 30)
    assert "By 30 June 2027." in talk.notebook.goals[0].fields.content

    await talk.say("Add a milestone: run 10 km by the end of January")
    (step,) = talk.notebook.goals[0].fields.milestones
    assert ("10 km" in step.title, step.target_date) == (True, date(2027, 1, 31))

    await talk.say("I'm in, let's start!")
    assert talk.notebook.goals[0].phase is Phase.ACTIVE


async def test_a_greeting_writes_nothing_and_german_is_answered_in_german(service: BuiltinService) -> None:
    talk = Talk(service)
    assert (await talk.say("hello")).message.text
    assert talk.notebook.goals == []
    reply = await talk.say("Ich möchte nächstes Jahr ein Buch schreiben")
    assert "Buch" in talk.notebook.goals[0].title
    assert talk.notebook.goals[0].fields.deadline == date(2027, 12, 31)
    assert "steht jetzt da, bis 31. Dezember 2027." in reply.message.text


async def test_a_message_that_comes_while_it_loads_waits_and_can_be_stopped(service: BuiltinService) -> None:
    asked = [Message(Role.YOU, (TextPart("What is a good way to keep going with sports?"),))]
    loading = asyncio.create_task(service.prepare(lambda _health: None))
    stream = service.stream_message(asked, UserPhase.TRACKING, [], [], None, model=MODEL, tools=None)
    async with aclosing(stream) as events:
        assert isinstance(await anext(events), TextDelta)
    await loading
    assert (await service.check_health()).state is HealthState.WORKING
    # The engine has one place: it answers only because the stopped reply gave it up.
    reply = await Talk(service).say("thanks")
    assert reply.message.text


async def test_a_message_beyond_the_window_is_refused_in_a_sentence(service: BuiltinService) -> None:
    with pytest.raises(ProviderError, match="longer than this model reads") as caught:
        await Talk(service).say("word " * 9_000)
    assert caught.value.kind is ErrorKind.CONTEXT_TOO_LONG
