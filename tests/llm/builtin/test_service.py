"""The built-in coach as a provider, with the engine's answers played."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop_app.domain.goals import Goal, GoalDraft, GoalFields, Phase, Template, UserPhase
from desktop_app.domain.ids import GoalId, RevisionId
from desktop_app.domain.messages import Message, Role, TextPart
from desktop_app.domain.providers import HealthState, ProviderHealth
from desktop_app.llm.builtin.service import BuiltinService
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, TextDelta, ToolCall, ToolResult, UsageReported
from desktop_app.paths import Paths
from desktop_app.settings import BuiltinSettings
from tests.llm.builtin.conftest import ENGINE_COMMAND, TODAY

NOW = datetime(2026, 11, 21, tzinfo=UTC)
MODEL = "own"
Play = Callable[[Sequence[str | float]], BuiltinService]


class Hand:
    """A tool handler that notes the calls and says what it is told to say."""

    def __init__(self, *, ok: bool = True, text: str = "Done.") -> None:
        self.calls: list[ToolCall] = []
        self._ok, self._text = ok, text

    async def run(self, call: ToolCall) -> ToolResult:
        self.calls.append(call)
        if not self._ok:
            return ToolResult(call.call_id, call.name, self._text, ok=False)
        return ToolResult(call.call_id, call.name, self._text, goal_id=GoalId(7), revision_id=RevisionId(1))

    @property
    def arguments(self) -> dict[str, object]:
        arguments: dict[str, object] = json.loads(self.calls[-1].arguments)
        return arguments


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    """Makes a service whose engine gives these answers."""
    made: list[BuiltinService] = []
    model = tmp_path / "own.gguf"
    model.write_bytes(b"GGUF")

    def start(answers: Sequence[str | float]) -> BuiltinService:
        script = tmp_path / "answers.json"
        script.write_text(json.dumps(answers), encoding="utf-8")
        paths = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "logs")
        command = (sys.executable, "-m", "tests.llm.builtin.engine_stand_in", str(script))
        made.append(BuiltinService(lambda: TODAY, BuiltinSettings(str(model)), paths, engine_command=command))
        return made[-1]

    yield start
    for service in made:
        await service.aclose()


def goal(phase: Phase = Phase.DRAFT, content: str = "", number: int = 7) -> Goal:
    return Goal(GoalId(number), GoalFields("Run", content, Template.SMART, phase), NOW, NOW)


def you(text: str) -> Message:
    return Message(Role.YOU, (TextPart(text),))


async def turn(
    service: BuiltinService,
    text: str,
    hand: Hand | None,
    goals: Sequence[Goal] = (),
    drafts: Sequence[GoalDraft] = (),
    model: str = MODEL,
) -> list[Event]:
    active = goals[0].id if goals else None
    stream = service.stream_message([you(text)], UserPhase.GOAL_SETTING, goals, drafts, active, model=model, tools=hand)
    async with aclosing(stream) as events:
        return [event async for event in events]


def words(events: Sequence[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def written(action: object) -> str:
    return json.dumps({"language": "English", "action": action})


def update(**arguments: object) -> str:
    return written({"tool": "update_goal", "arguments": {"goal_id": 7, **arguments}})


async def test_words_stream_out_of_the_json_and_cost_nothing(play: Play) -> None:
    service = play(['{"language": "English", "action": null, "reply": "Hi \\ud83d\\ude00!"}'])
    events = await turn(service, "hello", Hand())
    assert words(events) == "Hi 😀!"
    assert sum(isinstance(event, TextDelta) for event in events) > 2
    reported = [event.usage for event in events if isinstance(event, UsageReported)]
    assert [(usage.input_tokens, usage.cache_read_tokens, usage.cost_micro_usd) for usage in reported] == [(7, 5, 0)]
    assert isinstance(events[-1], Done)


async def test_an_action_is_a_call_and_what_it_did_is_told_from_the_facts(play: Play) -> None:
    action = {"tool": "create_goal", "arguments": {"title": "run a half marathon.", "deadline": "2027-05-31"}}
    hand = Hand()
    events = await turn(play([written(action), ' How far are you?"']), "I want to run a half marathon in May", hand)
    assert hand.calls[0].name == "create_goal"
    assert hand.arguments == {
        "title": "Run a half marathon",
        "deadline": "2027-05-31",
        "template_type": "smart",
        "content": "## Specific\nI want to run a half marathon in May\n\n## Measurable\n\n## Achievable\n\n"
        "## Relevant\n\n## Time-bound\nBy 31 May 2027.\n",
    }
    assert words(events) == "“Run a half marathon” is written down, until 31 May 2027. How far are you?"


async def test_german_is_told_in_german(play: Play) -> None:
    action = {"tool": "create_goal", "arguments": {"title": "Ein Buch schreiben", "deadline": "2027-12-31"}}
    events = await turn(play([written(action), ' Worüber?"']), "Ich möchte nächstes Jahr ein Buch schreiben", Hand())
    assert words(events) == "„Ein Buch schreiben“ steht jetzt da, bis 31. Dezember 2027. Worüber?"


async def test_a_call_that_failed_is_not_told_as_done(play: Play) -> None:
    hand = Hand(ok=False, text="The deadline lies in the past.")
    events = await turn(play([update(deadline="2027-06-31")]), "make it June", hand, [goal()])
    assert words(events) == "That could not be written down. The deadline lies in the past."
    assert hand.arguments["deadline"] == "2027-06-30"
    assert len(hand.calls) == 1


async def test_a_note_is_added_to_what_the_person_has_before_them(play: Play) -> None:
    hand = Hand()
    draft = GoalDraft(GoalId(7), "Run", "## Specific\nmine\n\n## Measurable\n\nkept")
    await turn(play([update(add_note="Under two hours"), ' Why?"']), "under two hours", hand, [goal()], [draft])
    assert hand.arguments == {
        "goal_id": 7,
        "content": "## Specific\nmine\n\n- Under two hours\n\n## Measurable\n\nkept\n",
    }


async def test_a_new_deadline_moves_the_line_that_was_written_for_the_old_one(play: Play) -> None:
    hand = Hand()
    old = goal(content="# Mine\n\n## Time-bound\nBy 31 May 2027.")
    old = replace(old, fields=replace(old.fields, deadline=TODAY.replace(year=2027, month=5, day=31)))
    await turn(play([update(deadline="2027-06-30"), ' Why?"']), "make it June", hand, [old])
    assert hand.arguments["content"] == "# Mine\n\n## Time-bound\nBy 30 June 2027."


async def test_a_draft_that_is_done_becomes_active_first(play: Play) -> None:
    action = written({"tool": "set_goal_phase", "arguments": {"goal_id": 7, "phase": "completed"}})
    hand = Hand()
    events = await turn(play([action, ' What helped?"']), "I did it", hand, [goal()])
    assert [json.loads(call.arguments)["phase"] for call in hand.calls] == ["active", "completed"]
    assert words(events) == "Well done, “Run” is completed. What helped?"


async def test_an_object_that_is_cut_off_changes_nothing(play: Play) -> None:
    hand = Hand()
    with pytest.raises(ProviderError, match="lost its thread; nothing was changed") as caught:
        await turn(play(['{"language": "English", "action": {"tool": "create']), "hm", hand)
    assert caught.value.kind is ErrorKind.PROTOCOL
    assert hand.calls == []


async def test_a_message_far_beyond_the_window_is_refused_at_once(play: Play) -> None:
    with pytest.raises(ProviderError, match="longer than this model reads at once") as caught:
        await turn(play([]), "word " * 200_000, None)
    assert caught.value.kind is ErrorKind.CONTEXT_TOO_LONG


async def test_a_model_that_is_not_set_is_not_found(play: Play) -> None:
    with pytest.raises(ProviderError) as caught:
        await turn(play([]), "hello", None, model="another")
    assert caught.value.kind is ErrorKind.MODEL_NOT_FOUND


async def test_stopping_leaves_the_engine_ready_for_the_next_message(play: Play) -> None:
    reply = '{"language": "English", "action": null, "reply": "' + "word " * 200 + '"}'
    service = play([reply, '{"language": "English", "action": null, "reply": "Next"}'])
    stream = service.stream_message([you("hi")], UserPhase.TRACKING, [], [], None, model=MODEL, tools=None)
    assert isinstance(await anext(stream), TextDelta)
    await stream.aclose()
    assert words(await turn(service, "and now", None)) == "Next"


async def test_getting_ready_is_told_step_by_step_and_the_model_is_listed(play: Play) -> None:
    service = play([])
    told: list[ProviderHealth] = []
    assert (await service.check_health()).state is HealthState.STARTING
    await service.prepare(told.append)
    assert [health.text for health in told] == [
        "Looking for the model's file…",
        "Loading the model…",
        "Warming up…",
        "Answers on this computer, offline.",
    ]
    assert [(model.label, model.is_local) for model in await service.list_models()] == [("Coach Mini (own)", True)]
    assert [tool["name"] for tool in service.get_tools()] == ["create_goal", "update_goal", "set_goal_phase"]


async def test_missing_weights_are_said_to_whoever_asks(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "logs")
    settings = BuiltinSettings(weights_file=tmp_path / "gone.gguf")
    service = BuiltinService(lambda: TODAY, settings, paths)
    told: list[ProviderHealth] = []
    await service.prepare(told.append)
    assert told[-1].state is HealthState.FAILED
    with pytest.raises(ProviderError, match="cannot be read"):
        await turn(service, "hello", None, model="qwen2.5-coder-1.5b")
    with pytest.raises(ProviderError, match="cannot be read"):
        await service.list_models()
    await service.aclose()


async def test_a_crash_in_the_middle_is_told_and_the_next_message_answered(play: Play) -> None:
    service = play([60.0])
    told: asyncio.Queue[ProviderHealth] = asyncio.Queue()
    await service.prepare(told.put_nowait)
    waiting = asyncio.create_task(turn(service, "hello", None))
    pid = service._ready._engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    with pytest.raises(ProviderError, match="stopped unexpectedly"):
        await waiting
    while not told.empty():
        told.get_nowait()
    while (await told.get()).state is not HealthState.WORKING:
        pass
    assert service._ready._engine.pid != pid


async def test_a_second_crash_is_said_once_and_the_next_message_sets_out_anew(play: Play) -> None:
    service = play([60.0])
    told: asyncio.Queue[ProviderHealth] = asyncio.Queue()
    await service.prepare(told.put_nowait)
    for state in (HealthState.WORKING, HealthState.FAILED):
        engine = service._ready._engine
        pid = engine.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await engine.wait_for_end()
        async with asyncio.timeout(60):
            while (await told.get()).state is not state or service._ready._engine.pid == pid:
                if service._ready.health.state is HealthState.FAILED:
                    break
    assert "for lack of memory, and once more after a restart" in service._ready.health.text
    with pytest.raises(ProviderError, match="once more after a restart") as raised:
        await turn(service, "hello", None)
    assert raised.value.is_lasting
    await service.prepare(told.put_nowait)
    assert service._ready.health.state is HealthState.WORKING


async def test_an_answer_ends_the_count_of_crashes(play: Play) -> None:
    service = play(['{"language": "English", "action": null, "reply": "Hi!"}'])
    told: asyncio.Queue[ProviderHealth] = asyncio.Queue()
    await service.prepare(told.put_nowait)
    for _ in range(3):
        pid = service._ready._engine.pid
        assert pid is not None
        assert await turn(service, "hello", None)
        os.kill(pid, signal.SIGTERM)
        async with asyncio.timeout(60):
            while service._ready._engine.pid == pid or service._ready.health.state is not HealthState.WORKING:
                await told.get()
    assert service._ready.health.state is HealthState.WORKING


async def test_a_computer_that_refuses_to_start_the_engine_is_said_so(tmp_path: Path) -> None:
    model = tmp_path / "own.gguf"
    model.write_bytes(b"GGUF")
    paths = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "logs")
    settings = BuiltinSettings(str(model))
    service = BuiltinService(lambda: TODAY, settings, paths, engine_command=[str(tmp_path / "gone")])
    told: list[ProviderHealth] = []
    await service.prepare(told.append)
    assert told[-1].state is HealthState.FAILED
    with pytest.raises(ProviderError, match="could not be started"):
        await turn(service, "hello", None)
    await service.aclose()


async def test_a_cache_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    model = tmp_path / "own.gguf"
    model.write_bytes(b"GGUF")
    (tmp_path / "cache").write_text("no folder")
    paths = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "logs")
    service = BuiltinService(lambda: TODAY, BuiltinSettings(str(model)), paths, engine_command=ENGINE_COMMAND)
    with pytest.raises(ProviderError, match="could not be started"):
        await turn(service, "hello", None)
    assert (await service.check_health()).state is HealthState.FAILED
    await service.aclose()
