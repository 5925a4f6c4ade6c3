"""What Ollama is asked for in a turn: the window, tools and thinking only where they fit, the past as it takes it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from desktop_app.domain.messages import Message, ReasoningPart, Role, TextPart, ToolCallPart
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Event, Notice, ReasoningDelta, StopReason, TextDelta, ToolCall
from desktop_app.llm.ollama.window import CAUTIOUS
from desktop_app.settings import DEFAULT_KEEP_ALIVE, OllamaSettings
from tests.llm.contract.provider import RecordingTools, you
from tests.llm.contract.script import Calls, Says, ScriptedReply, Thinks, Tokens, reply
from tests.llm.contract.test_replies import done_of, text_of
from tests.llm.ollama.fake_ollama import FakeModel
from tests.llm.ollama.under_test import OllamaUnderTest


def chats(ollama: OllamaUnderTest) -> list[dict[str, Any]]:
    """The bodies of the chats that were asked for."""
    return [turn.json for turn in ollama.turns]


def notices_of(events: Sequence[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Notice)]


async def test_the_window_is_told_and_the_model_kept(ollama: OllamaUnderTest) -> None:
    ollama.script(reply("Hello"))
    await ollama.turn("Hi")
    (chat,) = chats(ollama)
    assert chat["options"]["num_ctx"] == 8192
    assert chat["keep_alive"] == DEFAULT_KEEP_ALIVE
    assert chat["stream"] is True
    assert [message["role"] for message in chat["messages"]] == ["system", "user"]


async def test_the_window_grows_in_steps_and_never_shrinks(ollama: OllamaUnderTest) -> None:
    ollama.script(*[reply("Good.")] * 3)
    await ollama.turn("word " * 3_000)
    await ollama.turn("word " * 6_000)
    await ollama.turn("Hi")
    assert [chat["options"]["num_ctx"] for chat in chats(ollama)] == [12288, 16384, 16384]


async def test_a_small_models_window_is_not_exceeded(ollama: OllamaUnderTest) -> None:
    ollama.models = [FakeModel("qwen3:8b", context_length=4096)]
    ollama.script(reply("Hello"))
    await ollama.turn("Hi", tools=RecordingTools())
    assert chats(ollama)[0]["options"]["num_ctx"] == 4096


@pytest.mark.parametrize(("loaded", "expected"), [(4096, 8192), (8192, 8192), (20480, 20480), (65536, 32768)])
async def test_a_model_that_is_loaded_with_a_larger_window_keeps_it(
    ollama: OllamaUnderTest, loaded: int, expected: int
) -> None:
    ollama.models = [replace(ollama.models[0], loaded_context=loaded)]
    ollama.script(reply("Hello"))
    await ollama.turn("Hi")
    assert chats(ollama)[0]["options"]["num_ctx"] == expected


# As qwen3:8b tells them: 147,456 bytes of cache for each token.
ATTENTION = {
    "block_count": 36,
    "embedding_length": 4096,
    "attention.head_count": 32,
    "attention.head_count_kv": 8,
    "attention.key_length": 128,
    "attention.value_length": 128,
}


@pytest.mark.parametrize(
    ("free_bytes", "expected"),
    [(16_000_000_000, 49_152), (12_000_000_000, 32_768), (7_900_000_000, 8_192), (1_000_000_000, 8_192)],
)
async def test_a_long_conversation_gets_the_window_that_memory_has_room_for(
    ollama: OllamaUnderTest, free_bytes: int, expected: int
) -> None:
    ollama.models = [FakeModel("qwen3:8b", context_length=131_072, attention=ATTENTION)]
    ollama.free_memory_bytes = free_bytes
    ollama.script(reply("A summary, where the window is worth one."), reply("Good."))
    past = [message for _ in range(20) for message in (you("word " * 1_500), Message(Role.COACH, (TextPart("Yes."),)))]
    await ollama.turn([*past, you("And now?")])
    assert chats(ollama)[-1]["options"]["num_ctx"] == expected


async def test_a_short_conversation_takes_no_more_memory_than_it_needs(ollama: OllamaUnderTest) -> None:
    ollama.models = [FakeModel("qwen3:8b", context_length=131_072, attention=ATTENTION)]
    ollama.free_memory_bytes = 64_000_000_000
    ollama.script(reply("Good."))
    await ollama.turn("Hi")
    assert chats(ollama)[0]["options"]["num_ctx"] == 8_192


async def test_a_window_and_a_time_that_are_set_are_asked_for() -> None:
    ollama = OllamaUnderTest()
    ollama.settings = OllamaSettings(num_ctx=20_000, keep_alive="-1")
    await ollama.start()
    ollama.script(reply("Good."))
    await ollama.turn("Hi")
    (chat,) = chats(ollama)
    assert (chat["options"]["num_ctx"], chat["keep_alive"]) == (20_000, "-1")
    await ollama.stop()


async def test_a_conversation_that_was_folded_gets_the_largest_window_at_once(ollama: OllamaUnderTest) -> None:
    past: list[Message] = []
    for number in range(12):
        past += [you(f"question {number} " + "word " * 700), Message(Role.COACH, (TextPart(f"answer {number}"),))]
    ollama.script(reply("They ran."), reply("Good."))
    await ollama.turn([*past, you("And now?")])
    assert chats(ollama)[-1]["options"]["num_ctx"] == CAUTIOUS


async def test_one_message_that_is_too_long_is_refused_before_sending(ollama: OllamaUnderTest) -> None:
    with pytest.raises(ProviderError) as raised:
        await ollama.turn("word " * 200_000)
    assert raised.value.kind is ErrorKind.CONTEXT_TOO_LONG
    assert ollama.turns == []


async def test_a_model_without_tools_gets_none_and_the_person_is_told_once(ollama: OllamaUnderTest) -> None:
    ollama.models = [FakeModel("qwen3:8b", ("completion",))]
    ollama.script(reply(Says('{"name": "create_goal", "arguments": {"title": "Run"}}')), reply("It is there."))
    tools = RecordingTools()
    events = await ollama.turn("I want to run", tools=tools)
    assert len(notices_of(events)) == 1
    assert "tools" in notices_of(events)[0]
    assert [ollama.offered_tools(turn) for turn in ollama.turns] == [[], []]
    assert [call.name for call in tools.calls] == ["create_goal"]
    assert text_of(events) == "It is there."


async def test_without_a_handler_nothing_is_said_about_tools(ollama: OllamaUnderTest) -> None:
    ollama.models = [FakeModel("qwen3:8b", ("completion",))]
    printed = '{"name": "create_goal", "arguments": {"title": "Run"}}'
    ollama.script(reply(printed))
    events = await ollama.turn("Write JSON", tools=None)
    assert notices_of(events) == []
    assert text_of(events) == printed


@pytest.mark.parametrize(
    ("model", "think"),
    [
        (FakeModel("qwen3:8b", ("completion", "tools", "thinking")), True),
        (FakeModel("qwen3:8b", ("completion", "tools", "thinking"), family="gptoss"), "medium"),
        (FakeModel("qwen3:8b", ("completion", "tools")), None),
        (FakeModel("qwen3:8b", None), None),
    ],
    ids=["thinks", "thinks in levels", "does not think", "unknown"],
)
async def test_thinking_is_asked_for_only_where_the_model_can(
    ollama: OllamaUnderTest, model: FakeModel, think: bool | str | None
) -> None:
    ollama.models = [model]
    ollama.script(reply("Hello"))
    await ollama.turn("Hi")
    assert chats(ollama)[0].get("think") == think


async def test_reasoning_goes_along_within_a_turn_and_not_after_it(ollama: OllamaUnderTest) -> None:
    ollama.script(reply(Thinks("A goal, "), Thinks("then."), Calls("create_goal", '{"title": "Run"}')), reply("Done."))
    past = Message(Role.COACH, (ReasoningPart("old thoughts"), TextPart("Hello")), provider="ollama")
    await ollama.turn([you("Hi"), past, you("I want to run")], tools=RecordingTools())
    first, second = chats(ollama)
    assert "old thoughts" not in json.dumps([first, second])
    assert second["messages"][-2]["thinking"] == "A goal, then."
    assert second["messages"][-2]["tool_calls"] == [
        {"function": {"name": "create_goal", "arguments": {"title": "Run"}}}
    ]
    assert second["messages"][-1]["tool_name"] == "create_goal"


async def test_what_the_model_printed_is_replayed_as_a_call(ollama: OllamaUnderTest) -> None:
    printed = ["I write it down.\n\n```js", 'on\n{"name": "create_goal", "argu', 'ments": {"title": "Run"}}\n``', "`"]
    ollama.script(reply(*printed), reply("Done."))
    tools = RecordingTools()
    events = await ollama.turn("I want to run", tools=tools)
    assert text_of(events) == "I write it down.\n\nDone."
    assert json.loads(tools.calls[0].arguments) == {"title": "Run"}
    assert [message.role for message in ollama.conversation(ollama.turns[1])] == ["system", "user", "assistant", "tool"]


async def test_text_that_is_held_back_comes_before_a_native_call(ollama: OllamaUnderTest) -> None:
    ollama.script(reply("Well <tool", Calls("create_goal", '{"title": "Run"}')), reply("<", " 42"))
    events = await ollama.turn("I want to run", tools=RecordingTools())
    kinds = [event for event in events if isinstance(event, TextDelta | ToolCall)]
    assert [type(event) for event in kinds[:3]] == [TextDelta, TextDelta, ToolCall]
    assert text_of(events) == "Well <tool< 42"


async def test_halves_of_a_character_are_joined_or_replaced(ollama: OllamaUnderTest) -> None:
    ollama.script(ScriptedReply([Says("run \ud83c"), Says("\udfc3 on \ud83d")]))
    assert text_of(await ollama.turn("Hi")) == "run 🏃 on \ufffd"


async def test_call_ids_are_made_and_unlike(ollama: OllamaUnderTest) -> None:
    both = reply(Calls("create_goal", '{"title": "Run"}'), Calls("create_goal", '{"title": "Run"}'))
    ollama.script(both, reply("Done."), both, reply("Done."))
    tools = RecordingTools()
    await ollama.turn("I want to run", tools=tools)
    await ollama.turn("Again", tools=tools)
    assert len({call.call_id for call in tools.calls}) == 4


async def test_a_call_cut_off_by_the_output_limit_is_shown_not_run(ollama: OllamaUnderTest) -> None:
    begun = '<tool_call>{"name": "create_goal", "arguments": {"title": "Run"}'
    ollama.script(ScriptedReply([Says(begun)], stop_reason=StopReason.LENGTH))
    tools = RecordingTools()
    events = await ollama.turn("I want to run", tools=tools)
    assert tools.calls == []
    assert text_of(events) == begun
    assert done_of(events).stop_reason is StopReason.LENGTH


async def test_it_costs_nothing_and_the_figures_are_the_servers(ollama: OllamaUnderTest) -> None:
    ollama.script(reply(Thinks("hm"), "Hello", tokens=Tokens(input=812, output=40)))
    events = await ollama.turn("Hi")
    usage = done_of(events).usage
    assert (usage.input_tokens, usage.output_tokens, usage.cost_micro_usd) == (812, 40, 0)
    assert ReasoningDelta("hm") in events


async def test_a_prompt_that_the_server_does_not_count_is_estimated(ollama: OllamaUnderTest) -> None:
    ollama.counts_tokens = False
    ollama.script(reply("Hello"))
    usage = done_of(await ollama.turn("Hi")).usage
    assert usage.is_estimated
    assert usage.input_tokens > 100
    assert usage.output_tokens > 0


async def test_tools_are_described_in_what_the_client_lets_through(ollama: OllamaUnderTest) -> None:
    ollama.script(reply("Hello"))
    await ollama.turn("Hi", tools=RecordingTools())
    sent = {tool["function"]["name"]: tool["function"] for tool in chats(ollama)[0]["tools"]}
    update = sent["update_goal"]["parameters"]["properties"]
    assert update["goal_id"]["type"] == ["integer", "string"]
    assert "target_date" in update["add_milestone"]["description"]
    assert update["milestones"]["items"]["properties"]["title"]["type"] == "string"
    assert sent["set_goal_phase"]["parameters"]["required"] == ["phase"]
    assert [tool["function"] for tool in ollama.service.get_tools()] == list(sent.values())


async def test_arguments_of_another_provider_that_are_no_object_are_sent_as_one(ollama: OllamaUnderTest) -> None:
    calls = tuple(
        ToolCallPart(f"call_{number}", "create_goal", arguments, result="", ok=False)
        for number, arguments in enumerate(['["Run"]', "{", "", "[" * 5_000])
    )
    ollama.script(reply("Hello"))
    await ollama.turn([you("I want to run"), Message(Role.COACH, calls), you("Well?")])
    assistant = chats(ollama)[0]["messages"][2]
    arguments = [call["function"]["arguments"] for call in assistant["tool_calls"]]
    assert [list(values) for values in arguments] == [["INVALID_JSON"], ["INVALID_JSON"], [], ["INVALID_JSON"]]
    assert chats(ollama)[0]["messages"][3]["content"] == "(nothing)"


@pytest.mark.parametrize("breaker", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("size", [1, 2, 1000])
async def test_unicodes_line_breaks_inside_text_end_no_line(ollama: OllamaUnderTest, breaker: str, size: int) -> None:
    text = f"one{breaker}two â {breaker}{breaker}"
    ollama.script(replace(reply(text), bytes_per_piece=size))
    assert text_of(await ollama.turn("Hi")) == text
