"""What every provider makes of tool calls, right and wrong, within a turn."""

import json
from dataclasses import replace

import pytest

from desktop_app.llm.base import MAX_TOOL_ROUNDS
from desktop_app.llm.events import Done, StopReason, TextDelta, ToolCall, ToolResult
from desktop_app.llm.tools import TOOLS
from tests.llm.contract.provider import ProviderUnderTest, RecordingTools
from tests.llm.contract.script import Calls, Thinks, Tokens, reply
from tests.llm.contract.test_replies import done_of, text_of

MARATHON = json.dumps(
    {"title": 'Half-Marathon "Köln" 🏃', "deadline": "2027-05-31", "content": "## Specific\n\\o/ 21.1 km\n"},
    ensure_ascii=False,
)


async def test_a_call_is_run_and_its_result_goes_back_for_the_final_text(provider: ProviderUnderTest) -> None:
    provider.script(reply("I'll write it down. ", Calls("create_goal", MARATHON)), reply("Which race?"))
    tools = RecordingTools()
    events = await provider.turn("I want to run a half marathon in May", tools=tools)
    assert text_of(events) == "I'll write it down. Which race?"
    kinds = [type(event) for event in events if isinstance(event, ToolCall | ToolResult | TextDelta | Done)]
    order = [kind for kind, before in zip(kinds, [None, *kinds], strict=False) if kind is not before]
    assert order == [TextDelta, ToolCall, ToolResult, TextDelta, Done]
    assert [json.loads(call.arguments) for call in tools.calls] == [json.loads(MARATHON)]
    assert tools.results[0].ok
    assert provider.offered_tools(provider.turns[0]) == [tool.name for tool in TOOLS]
    history = provider.conversation(provider.turns[1])
    assert history[-1].role == "tool"
    assert history[-1].text == "create_goal is done."
    assert history[-2].calls[0].name == "create_goal"
    assert history[-1].answers == history[-2].calls[0]


@pytest.mark.parametrize("size", [1, 3, 50])
async def test_a_call_is_whole_wherever_the_stream_is_cut(provider: ProviderUnderTest, size: int) -> None:
    provider.script(replace(reply(Calls("create_goal", MARATHON)), bytes_per_piece=size), reply("Done."))
    tools = RecordingTools()
    await provider.turn("I want to run", tools=tools)
    assert [json.loads(call.arguments) for call in tools.calls] == [json.loads(MARATHON)]


async def test_several_calls_in_one_reply_are_all_run_in_order(provider: ProviderUnderTest) -> None:
    provider.script(
        reply(
            Calls("create_goal", '{"title": "Run"}'),
            Calls("create_goal", '{"title": "Read"}'),
            Calls("set_goal_phase", '{"goal_id": 2, "phase": "active"}'),
        ),
        reply("Both are there."),
    )
    tools = RecordingTools()
    events = await provider.turn("Run and read", tools=tools)
    assert [call.name for call in tools.calls] == ["create_goal", "create_goal", "set_goal_phase"]
    assert [json.loads(call.arguments).get("title") for call in tools.calls] == ["Run", "Read", None]
    assert len({call.call_id for call in tools.calls}) == 3
    results = [event for event in events if isinstance(event, ToolResult)]
    assert [result.call_id for result in results] == [call.call_id for call in tools.calls]
    history = provider.conversation(provider.turns[1])
    assert [message.role for message in history[-3:]] == ["tool"] * 3
    assert text_of(events) == "Both are there."


async def test_two_calls_with_one_id_are_both_run_and_told_apart(provider: ProviderUnderTest) -> None:
    provider.script(
        reply(
            Calls("create_goal", '{"title": "Run"}', call_id="call_1"),
            Calls("create_goal", '{"title": "Read"}', call_id="call_1"),
        ),
        reply(Calls("set_goal_phase", '{"goal_id": 2, "phase": "active"}', call_id="call_1")),
        reply("Both are there."),
    )
    tools = RecordingTools()
    events = await provider.turn("Run and read", tools=tools)
    assert [json.loads(call.arguments).get("title") for call in tools.calls] == ["Run", "Read", None]
    told = [message.answers for message in provider.conversation(provider.turns[-1]) if message.answers is not None]
    asked = [call for message in provider.conversation(provider.turns[-1]) for call in message.calls]
    assert told == asked
    ids = [call.call_id for call in asked if call.call_id]
    assert len(set(ids)) == len(ids)
    assert text_of(events) == "Both are there."


WRONG = {
    "no JSON": ("create_goal", '{"title": "Run', "JSON"),
    "no object": ("create_goal", '["Run"]', "object"),
    "a missing title": ("create_goal", '{"deadline": "2027-05-31"}', "title"),
    "a date in words": ("create_goal", '{"title": "Run", "deadline": "next Tuesday"}', "next Tuesday"),
    "an unknown field": ("create_goal", '{"title": "Run", "colour": "red"}', "colour"),
    "an unknown tool": ("delete_everything", "{}", "There is no tool"),
    "an unknown goal": ("update_goal", '{"goal_id": 99, "title": "Run"}', "99"),
}


@pytest.mark.parametrize(("name", "arguments", "said"), WRONG.values(), ids=WRONG)
async def test_a_wrong_call_goes_back_to_the_model_as_an_error(
    provider: ProviderUnderTest, name: str, arguments: str, said: str
) -> None:
    provider.script(
        reply(Calls(name, arguments)), reply(Calls("create_goal", '{"title": "Run"}')), reply("Now it is there.")
    )
    tools = RecordingTools()
    events = await provider.turn("I want to run", tools=tools)
    first, second = tools.results
    assert not first.ok
    assert second.ok
    assert text_of(events) == "Now it is there."
    told = provider.conversation(provider.turns[1])[-1]
    assert told.role == "tool"
    assert said in told.text


async def test_a_model_that_never_stops_calling_is_stopped_after_eight_rounds(provider: ProviderUnderTest) -> None:
    for number in range(MAX_TOOL_ROUNDS):
        provider.script(reply(Calls("create_goal", json.dumps({"title": f"Goal {number}"}))))
    provider.script(reply("That is all."))
    tools = RecordingTools()
    events = await provider.turn("Go on", tools=tools)
    assert len(tools.calls) == MAX_TOOL_ROUNDS == 8
    assert done_of(events).stop_reason is StopReason.TOOL_ROUNDS
    assert len({call.call_id for call in tools.calls}) == 8
    assert provider.offered_tools(provider.turns[-2]) == [tool.name for tool in TOOLS]
    assert provider.offered_tools(provider.turns[-1]) == []


async def test_usage_of_all_calls_is_summed(provider: ProviderUnderTest) -> None:
    provider.script(
        reply(Calls("create_goal", '{"title": "Run"}'), tokens=Tokens(input=100, output=20)),
        reply("Done.", tokens=Tokens(input=150, output=5)),
    )
    events = await provider.turn("I want to run", tools=RecordingTools())
    assert (done_of(events).usage.input_tokens, done_of(events).usage.output_tokens) == (250, 25)


async def test_reasoning_before_a_call_does_not_disturb_it(provider: ProviderUnderTest) -> None:
    if not provider.can_reason:
        pytest.skip("this protocol carries no reasoning")
    provider.script(reply(Thinks("A goal."), Calls("create_goal", '{"title": "Run"}')), reply("There it is."))
    tools = RecordingTools()
    events = await provider.turn("I want to run", tools=tools)
    assert len(tools.calls) == 1
    assert text_of(events) == "There it is."


class BrokenTools:
    """Has a fault of our own, which is no failure of the provider."""

    async def run(self, call: ToolCall) -> ToolResult:
        """Fail."""
        raise LookupError(f"a fault in {call.name}")


async def test_a_fault_of_the_tools_is_not_taken_for_one_of_the_provider(provider: ProviderUnderTest) -> None:
    provider.script(reply(Calls("create_goal", '{"title": "Run"}')))
    with pytest.raises(LookupError, match="a fault in create_goal"):
        await provider.turn("I want to run", tools=BrokenTools())
