"""`goalgetter ask` with a scripted model, on a profile that is open elsewhere meanwhile."""

import asyncio
import io
import json
import sys
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop_app.backend import Backend
from desktop_app.cli import main
from desktop_app.cli.ask import AskOptions, run_ask
from desktop_app.cli.ask_output import JsonOutput, PlainOutput
from desktop_app.cli.console import Console
from desktop_app.clock import utc_now
from desktop_app.domain.folds import Fold
from desktop_app.domain.messages import MessageStatus, Role, Transcript
from desktop_app.domain.providers import HealthState, ModelChoice, ModelInfo, ProviderHealth
from desktop_app.domain.usage import Usage, UsageRecord
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import (
    Event,
    HistoryFolded,
    Notice,
    ReasoningDelta,
    RetryScheduled,
    TextDelta,
    ToolCall,
    UsageReported,
)
from desktop_app.llm.scripted import ScriptedService, Step
from desktop_app.llm.tool_loop import ModelCall
from desktop_app.services.chat import Switched
from desktop_app.services.spending import Wanted
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.database import Database

CREATE = ToolCall("c1", "create_goal", json.dumps({"title": "Run a half marathon", "deadline": "2099-05-01"}))
TODAY = date(2026, 11, 21)


class Named(ScriptedService):
    """A scripted provider under a name of its own."""

    def __init__(self, name: str, *script: Sequence[Step], health: ProviderHealth | None = None) -> None:
        super().__init__(lambda: TODAY, script)
        self.provider_name = name
        self.label = name.title()
        self.health = health or ProviderHealth(HealthState.WORKING, "Works")

    async def list_models(self) -> tuple[ModelInfo, ...]:
        return tuple(ModelInfo(self.provider_name, name, name, is_local=True) for name in ("small", "large"))

    async def check_health(self) -> ProviderHealth:
        return self.health


def scripted(*script: Sequence[Step]) -> ScriptedService:
    return ScriptedService(lambda: TODAY, script)


async def ask(options: AskOptions, *services: BaseLLMService) -> int:
    """Run it beside this loop, as another process would."""
    return await asyncio.to_thread(run_ask, options, services)


async def the_chat(profile: Backend) -> Transcript:
    (conversation,) = await profile.chat.list_conversations()
    return await profile.chat.transcript(conversation.id)


def events_of(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


async def test_the_answer_is_printed_and_kept_and_the_goal_is_written(
    profile: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    service = scripted([TextDelta("I write "), TextDelta("it down."), CREATE], [TextDelta("It is written down.")])
    assert await ask(AskOptions("I want to run"), service) == 0
    out, err = capsys.readouterr()
    assert out == "I write it down.\n\nIt is written down.\n"
    assert err == "Created goal 1 “Run a half marathon” as a draft. Deadline: 2099-05-01. Milestones: 0.\n"
    you, coach = (await the_chat(profile)).messages
    assert (you.role, you.text) == (Role.YOU, "I want to run")
    assert (coach.text, coach.status) == ("I write it down.\n\nIt is written down.", MessageStatus.COMPLETE)
    assert coach.usage is not None
    (goal,) = await profile.goals.list_goals()
    assert goal.title == "Run a half marathon"


async def test_with_json_every_event_is_a_line_and_nothing_else_is_printed(
    profile: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    service = scripted([ReasoningDelta("Hm"), TextDelta("Yes."), CREATE], [Notice("Slow."), TextDelta("Done.")])
    assert await ask(AskOptions("I want to run", as_json=True), service) == 0
    out, err = capsys.readouterr()
    assert err == ""
    events = events_of(out)
    assert [event["type"] for event in events] == [
        "started", "reasoning", "content", "tool_call", "usage", "tool_result", "notice", "content", "usage", "done",
    ]  # fmt: skip
    transcript = await the_chat(profile)
    assert events[0] == {
        "type": "started",
        "conversation_id": transcript.conversation.id,
        "message_id": transcript.messages[1].id,
        "provider": "scripted",
        "model": "script",
    }
    call, result = events[3], events[5]
    assert call["tool_input"] == {"title": "Run a half marathon", "deadline": "2099-05-01"}
    assert (result["tool_name"], result["ok"], result["goal_id"]) == ("create_goal", True, 1)
    assert events[-1]["usage"]["input_tokens"] == 0


async def test_without_tools_none_are_offered(profile: Backend) -> None:
    service = scripted([TextDelta("Let us talk.")])
    assert await ask(AskOptions("Hello", with_tools=False), service) == 0
    assert not service.calls[0].with_tools
    assert await profile.goals.list_goals() == ()


async def test_a_refused_call_is_told_beside_the_answer(profile: Backend, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ToolCall("c1", "update_goal", '{"goal_id": 7, "title": "Walk"}')
    assert await ask(AskOptions("Hello"), scripted([wrong], [TextDelta("Sorry.")])) == 0
    out, err = capsys.readouterr()
    assert out == "Sorry.\n"
    assert err.startswith("Not done: ")


async def test_that_earlier_messages_are_summarised_is_told(
    profile: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    folded = HistoryFolded(Fold("They want to run.", 12))
    assert await ask(AskOptions("Hello"), scripted([folded, TextDelta("Good.")])) == 0
    out, err = capsys.readouterr()
    assert out == "Good.\n"
    assert err.startswith("12 earlier messages are told to the model as a summary")


async def test_a_provider_that_fails_has_its_own_code_and_the_text_stays(
    profile: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    failure = ProviderError(ErrorKind.OVERLOADED, "It is overloaded.", details="status 529")
    assert await ask(AskOptions("Hello"), scripted([TextDelta("Half an ans"), failure])) == 3
    out, err = capsys.readouterr()
    assert (out, err) == ("Half an ans\n", "It is overloaded.\n")
    _, coach = (await the_chat(profile)).messages
    assert (coach.text, coach.status, coach.error) == ("Half an ans", MessageStatus.FAILED, "It is overloaded.")


async def test_a_failure_is_the_last_line_of_json(profile: Backend, capsys: pytest.CaptureFixture[str]) -> None:
    failure = ProviderError(ErrorKind.RATE_LIMITED, "Too many.", details="status 429", retry_after_s=90)
    assert await ask(AskOptions("Hello", as_json=True), scripted([failure])) == 3
    assert events_of(capsys.readouterr().out)[-1] == {
        "type": "error",
        "kind": "rate_limited",
        "text": "Too many.",
        "details": "status 429",
        "retry_after_s": 90,
    }


async def test_the_models_words_cannot_drive_the_terminal(profile: Backend, capsys: pytest.CaptureFixture[str]) -> None:
    service = scripted([TextDelta("a\x1b[2Jb\x07\tc\r\nd\ud83c"), CREATE], [TextDelta("e")])
    assert await ask(AskOptions("Hello"), service) == 0
    assert capsys.readouterr().out == "a[2Jb\tc\nd\ufffd\n\ne\n"


async def test_a_retry_is_told_beside_the_answer(profile: Backend, capsys: pytest.CaptureFixture[str]) -> None:
    waits = RetryScheduled(2, 3, 8.2, ErrorKind.OVERLOADED, "It is busy")
    assert await ask(AskOptions("Hello"), scripted([waits, TextDelta("Now.")])) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("Now.\n", "It is busy; again in 8 s, try 2 of 3\n")


def test_who_answers_in_the_place_of_another_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    down = ProviderError(ErrorKind.NETWORK, "It is not there.")
    switched = Switched(ModelChoice("claude", "sonnet"), ModelChoice("ollama", "llama3.2"), down)
    PlainOutput(Console.standard()).take(switched)
    JsonOutput(Console.standard()).take(switched)
    out, err = capsys.readouterr()
    assert err == "claude is unavailable; ollama answers with llama3.2\n"
    assert json.loads(out) == {
        "type": "switched",
        "from_provider": "claude",
        "provider": "ollama",
        "model": "llama3.2",
        "kind": "network",
    }


async def test_it_asks_whom_the_person_chose_in_the_window(profile: Backend) -> None:
    one, two = Named("one"), Named("two", [TextDelta("Here.")])
    await profile.preferences.keep("provider", "two")
    await profile.preferences.keep("model.two", "large")
    assert await ask(AskOptions("Hello"), one, two) == 0
    assert [call.model for call in two.calls] == ["large"]


async def test_without_a_choice_a_model_on_this_computer_answers(profile: Backend) -> None:
    missing = ProviderHealth(HealthState.NOT_SET_UP, "Not there")
    one, two = Named("one", health=missing), Named("two", [TextDelta("Here.")])
    assert await ask(AskOptions("Hello"), one, two) == 0
    assert [call.model for call in two.calls] == ["small"]


async def test_provider_and_model_can_be_named(profile: Backend) -> None:
    await profile.preferences.keep("provider", "one")
    await profile.preferences.keep("model.two", "large")
    two = Named("two", [TextDelta("1")], [TextDelta("2")])
    assert await ask(AskOptions("Hello", provider="two"), Named("one"), two) == 0
    assert await ask(AskOptions("Hello", provider="two", model="other"), Named("one"), two) == 0
    assert [call.model for call in two.calls] == ["large", "other"]


async def test_the_model_alone_is_one_of_the_chosen_provider(profile: Backend) -> None:
    await profile.preferences.keep("provider", "two")
    two = Named("two", [TextDelta("1")])
    assert await ask(AskOptions("Hello", model="other"), Named("one"), two) == 0
    assert [call.model for call in two.calls] == ["other"]


OUT_OF_REACH = ProviderError(ErrorKind.NETWORK, "It cannot be reached.", is_lasting=True)


async def test_another_model_answers_for_the_chosen_one_and_it_is_said(
    profile: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    await profile.preferences.keep("provider", "claude")
    assert await ask(AskOptions("Hello"), Named("claude", [OUT_OF_REACH]), Named("ollama", [TextDelta("Here.")])) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("Here.\n", "claude is unavailable; ollama answers with small\n")


async def test_nobody_answers_for_a_model_that_was_named(profile: Backend, capsys: pytest.CaptureFixture[str]) -> None:
    ollama = Named("ollama", [TextDelta("Here.")])
    options = AskOptions("Hello", provider="claude")
    assert await ask(options, Named("claude", [OUT_OF_REACH]), ollama) == 3
    assert capsys.readouterr().err == "It cannot be reached.\n"
    assert ollama.unplayed == 1


async def test_a_provider_that_does_not_exist_is_refused_with_those_that_do(
    profile: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await ask(AskOptions("Hello", provider="three"), Named("one"), Named("two")) == 2
    assert capsys.readouterr().err == "There is no provider “three”. There are: one, two.\n"
    assert await profile.chat.list_conversations() == ()


async def test_where_nobody_can_answer_it_says_why_and_what_to_do(
    profile: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = ProviderHealth(HealthState.NOT_SET_UP, "Not running", "Start it.")
    assert await ask(AskOptions("Hello", as_json=True), Named("one", health=missing)) == 4
    (event,) = events_of(capsys.readouterr().out)
    assert (event["type"], event["kind"]) == ("error", "not_set_up")
    assert "One: Not running. Start it." in event["text"]
    assert await ask(AskOptions("Hello", provider="one"), Named("one", health=missing)) == 4
    assert capsys.readouterr().err == "One: Not running. Start it.\n"


class GettingReady(Named):
    """The built-in model's way: it gets ready first, and says so."""

    def __init__(self, *script: Sequence[Step], after: ProviderHealth) -> None:
        super().__init__("builtin", *script, health=ProviderHealth(HealthState.STARTING, "Not started yet."))
        self.label = "Built-in"
        self.after = after

    async def prepare(self, on_health: Any) -> None:  # noqa: ANN401 - as in the base class
        for text in ("Loading…", "Loading…", "Warming up…"):
            on_health(ProviderHealth(HealthState.STARTING, text))
        self.health = self.after
        on_health(self.health)


async def test_the_built_in_model_is_waited_for_with_a_word(
    profile: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    service = GettingReady([TextDelta("Hello.")], after=ProviderHealth(HealthState.WORKING, "Works"))
    assert await ask(AskOptions("Hello"), service) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("Hello.\n", "Built-in: Loading…\nBuilt-in: Warming up…\n")


async def test_nothing_is_downloaded_unasked(profile: Backend, capsys: pytest.CaptureFixture[str]) -> None:
    missing = ProviderHealth(HealthState.NOT_SET_UP, "Not downloaded", download_bytes=1_100_000_000)
    assert await ask(AskOptions("Hello", provider="builtin"), GettingReady(after=missing)) == 4
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "Built-in: its model is not on this computer yet. The window offers to download it (1.1 GB)."


async def test_where_the_built_in_model_is_missing_the_next_on_this_computer_answers(profile: Backend) -> None:
    missing = ProviderHealth(HealthState.NOT_SET_UP, "Not downloaded", download_bytes=1)
    two = Named("two", [TextDelta("Here.")])
    assert await ask(AskOptions("Hello"), GettingReady(after=missing), two) == 0
    assert two.unplayed == 0


@pytest.mark.parametrize("text", ["-", None])
async def test_the_message_can_come_by_standard_input(
    profile: Backend, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\ufeffGrüße\n".encode()), encoding="ascii"))
    assert await ask(AskOptions(text), scripted([TextDelta("Hello.")])) == 0
    assert (await the_chat(profile)).messages[0].text == "Grüße"


async def test_input_in_this_computers_own_encoding_is_read(profile: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Grüße".encode("cp1252")), encoding="cp1252"))
    assert await ask(AskOptions("-"), scripted([TextDelta("Hello.")])) == 0
    assert (await the_chat(profile)).messages[0].text == "Grüße"


@pytest.mark.parametrize("text", ["", "  \n", "a" * 4_000_001])
async def test_a_message_that_cannot_be_sent_is_a_mistake_of_the_command(
    profile: Backend, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    assert await ask(AskOptions(text, as_json=True), scripted()) == 2
    (event,) = events_of(capsys.readouterr().out)
    assert (event["type"], event["kind"]) == ("error", "invalid_message")
    assert await profile.chat.list_conversations() == ()


async def test_without_a_message_and_a_pipe_it_says_what_to_write(
    profile: Backend, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert await ask(AskOptions(None), scripted()) == 2
    assert 'goalgetter ask "…"' in capsys.readouterr().err


def test_a_database_that_cannot_be_opened_is_told(own_profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own_profile.mkdir()
    (own_profile / "goalgetter.db").write_text("something else")
    assert run_ask(AskOptions("Hello", as_json=True), (scripted(),)) == 1
    (event,) = events_of(capsys.readouterr().out)
    assert (event["type"], event["kind"]) == ("error", "storage")
    assert "is no GoalGetter database" in event["text"]


async def test_the_usage_of_each_call_is_recorded(profile: Backend, own_profile: Path) -> None:
    assert await ask(AskOptions("Hello"), scripted([TextDelta("Hi."), CREATE], [TextDelta("Done.")])) == 0
    database = await Database.open(own_profile / "goalgetter.db")
    async with database.reading() as session:
        rows = (await session.connection()).exec_driver_sql
        found = (await rows("SELECT provider, model, outcome FROM usage_records")).all()
    await database.close()
    assert [tuple(row) for row in found] == [("scripted", "script", "complete")] * 2


async def test_a_reply_that_streams_in_the_window_is_left_alone(profile: Backend, own_profile: Path) -> None:
    database = await Database.open(own_profile / "goalgetter.db")
    streaming = ConversationRepository(database)
    assert await ask(AskOptions("First"), scripted([TextDelta("Hi.")])) == 0
    chat = await the_chat(profile)
    coach = chat.messages[1]
    await streaming.save_message(replace(coach, status=MessageStatus.STREAMING))
    assert await ask(AskOptions("Second"), scripted([TextDelta("Hi.")])) == 0
    again = await streaming.transcript(chat.conversation.id)
    assert again.messages[1].status is MessageStatus.STREAMING
    await database.close()


def test_arguments_reach_the_command(own_profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["ask", "--provider", "nobody", "--json", "Hello"])
    (event,) = events_of(capsys.readouterr().out)
    assert (code, event["kind"]) == (2, "invalid_message")
    assert "nobody" in event["text"]


def test_the_help_tells_arguments_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["ask", "--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    for told in ("--provider", "--model", "--json", "--no-tools", "exit codes", "130 stopped"):
        assert told in out


class Paid(Named):
    """A scripted provider whose calls cost what is set as its price."""

    async def stream_call(self, call: ModelCall) -> AsyncGenerator[Event, None]:
        async for event in super().stream_call(call):
            yield UsageReported(Usage(1_000, 100)) if isinstance(event, UsageReported) else event


PRICE = "claude/small = 3 / 15"
# 1000 * 3 + 100 * 15
ONE_CALL = 4_500


async def test_at_a_limit_nothing_is_sent_and_it_is_said_with_a_code_of_its_own(
    profile: Backend, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOALGETTER_PRICES", PRICE)
    monkeypatch.setenv("GOALGETTER_LIMIT_DAY", "0.001")
    claude = Paid("claude", [TextDelta("Hi.")])
    assert await ask(AskOptions("Hello", provider="claude", model="small"), claude) == 3
    out, err = capsys.readouterr()
    assert (out, claude.calls) == ("", [])
    assert "This would go over today’s $0.001. Nothing was sent." in err
    assert await ask(AskOptions("Hello", provider="claude", model="small", as_json=True), claude) == 3
    assert events_of(capsys.readouterr().out)[-1]["kind"] == "budget"
    assert (await profile.ledger.standing()).spent.day == 0


async def test_what_the_command_spends_counts_for_the_window_and_the_other_way_round(
    profile: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    await profile.settings.keep("budget.prices", PRICE)
    await profile.settings.keep("budget.month", "1")
    options = AskOptions("Hello", provider="claude", model="small")
    assert await ask(options, Paid("claude", [TextDelta("Hi.")])) == 0
    assert (await profile.ledger.standing()).spent.month == ONE_CALL
    await profile.ledger.record(
        UsageRecord(utc_now(), "claude", "small", "complete", Usage(1, 1, cost_micro_usd=1_000_000))
    )
    assert await ask(options, Paid("claude", [TextDelta("Hi.")])) == 3
    assert "You have used this month’s $1.00." in capsys.readouterr().err


async def test_the_command_waits_for_what_a_reply_in_the_window_holds(profile: Backend) -> None:
    await profile.settings.keep("budget.prices", PRICE)
    await profile.settings.keep("budget.month", "1")
    held = await profile.ledger.reserve(Wanted(1_000, 999_000))
    claude = Paid("claude", [TextDelta("Hi.")])
    asking = asyncio.create_task(ask(AskOptions("Hello", provider="claude", model="small"), claude))
    await asyncio.wait([asking], timeout=3)
    assert (asking.done(), claude.calls) == (False, [])
    await profile.ledger.release(held)
    async with asyncio.timeout(60):
        assert await asking == 0
    assert len(claude.calls) == 1


async def test_at_a_limit_a_free_model_answers_where_that_is_wanted(
    profile: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    await profile.settings.keep("budget.prices", PRICE)
    await profile.settings.keep("budget.month", "0")
    await profile.settings.keep("budget.when_reached", "free")
    await profile.models.choose(ModelChoice("claude", "small"))
    claude, ollama = Paid("claude"), Named("ollama", [TextDelta("For free.")])
    assert await ask(AskOptions("Hello"), claude, ollama) == 0
    assert capsys.readouterr().out == "For free.\n"
    assert (claude.calls, len(ollama.calls)) == ([], 1)
