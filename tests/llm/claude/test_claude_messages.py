"""What Claude is sent and what is made of its messages, beyond what every provider must do."""

import json

import pytest

from desktop_app.domain.messages import Message, ReasoningPart, Role, TextPart, ToolCallPart
from desktop_app.domain.usage import Usage
from desktop_app.llm.base import MAX_TOOL_ROUNDS
from desktop_app.llm.claude.service import ClaudeService
from desktop_app.llm.events import (
    Done,
    Notice,
    ReasoningDelta,
    StopReason,
    TextDelta,
    ToolCall,
    UsageReported,
)
from desktop_app.llm.tools import TOOLS
from tests.llm.claude.fake_claude import (
    EVENT_STREAM,
    block,
    call,
    encode_message,
    message_end,
    message_start,
    model,
    model_list,
    sse,
    text,
    thinking,
)
from tests.llm.contract.provider import RecordingTools, you
from tests.llm.contract.script import Tokens, reply
from tests.llm.contract.server import Answer, Piece
from tests.llm.played import PlayedServer, turn

RUN = json.dumps({"title": "Run"})
REDACTED = {"type": "redacted_thinking", "data": "ZW5jcnlwdGVk"}


def answer(*pieces: Piece) -> Answer:
    return Answer(pieces, 200, EVENT_STREAM)


def hello() -> Answer:
    return answer(*encode_message(reply("Hello")))


def tool_turn(*blocks: list[bytes]) -> Answer:
    return answer(message_start(), *(piece for each in blocks for piece in each), *message_end("tool_use"))


async def test_the_constant_part_and_the_tools_are_marked_for_the_cache(
    server: PlayedServer, service: ClaudeService
) -> None:
    server.play(hello())
    await turn(service, tools=RecordingTools())
    body = server.requests[0].json
    constant, variable = body["system"]
    assert constant["cache_control"] == {"type": "ephemeral"}
    assert "<goals>\n" in variable["text"]
    assert "cache_control" not in variable
    assert ["cache_control" in tool for tool in body["tools"]] == [*[False] * (len(TOOLS) - 1), True]
    assert not {"temperature", "top_p", "top_k"} & set(body)


async def test_cached_tokens_are_part_of_the_input(server: PlayedServer, service: ClaudeService) -> None:
    start = message_start(Tokens(input=12), cache_read_input_tokens=900, cache_creation_input_tokens=80)
    server.play(answer(start, *block(0, *text("Hi")), *message_end("end_turn", Tokens(output=7, reasoning=3))))
    usage = (await turn(service))[-2]
    assert isinstance(usage, UsageReported)
    counts = usage.usage
    assert (counts.input_tokens, counts.output_tokens, counts.reasoning_tokens) == (992, 7, 3)
    assert (counts.cache_read_tokens, counts.cache_write_tokens) == (900, 80)


async def test_thinking_goes_back_signed_while_the_turn_lasts(server: PlayedServer, service: ClaudeService) -> None:
    server.play(
        tool_turn(
            block(0, *thinking("They want ", "a race.", signature="U0lH")),
            block(1, REDACTED, []),
            block(2, *text("I note it.")),
            block(3, *call("create_goal", RUN, "toolu_1")),
        ),
        hello(),
    )
    events = await turn(service, "I want to run", tools=RecordingTools())
    assert [event for event in events if isinstance(event, ReasoningDelta)][:3] == [
        ReasoningDelta("They want "),
        ReasoningDelta("a race."),
        ReasoningDelta("", "U0lH"),
    ]
    assistant, results = server.requests[1].json["messages"][1:]
    assert assistant["content"] == [
        {"type": "thinking", "thinking": "They want a race.", "signature": "U0lH"},
        REDACTED,
        {"type": "text", "text": "I note it."},
        {"type": "tool_use", "id": "toolu_1", "name": "create_goal", "input": {"title": "Run"}},
    ]
    assert results["content"] == [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "create_goal is done."}]


async def test_thinking_of_earlier_turns_and_without_a_signature_stays_here(
    server: PlayedServer, service: ClaudeService
) -> None:
    server.play(hello())
    past = Message(
        Role.COACH, (ReasoningPart("Secret thoughts", "U0lH"), TextPart("Which race?")), provider="claude", model="m"
    )
    await turn(service, [you("Run"), past, you("Köln")])
    assert "Secret" not in server.requests[0].body.decode()
    begun = block(0, {"type": "thinking", "thinking": "Unsigned", "signature": ""}, [])
    server.play(tool_turn(begun, block(1, *call("create_goal", RUN))), hello())
    await turn(service, tools=RecordingTools())
    assert [part["type"] for part in server.requests[-1].json["messages"][1]["content"]] == ["tool_use"]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("end_turn", StopReason.END),
        ("stop_sequence", StopReason.END),
        ("tool_use", StopReason.END),
        ("max_tokens", StopReason.LENGTH),
        ("model_context_window_exceeded", StopReason.LENGTH),
        ("refusal", StopReason.REFUSED),
        ("a_reason_to_come", StopReason.END),
    ],
)
async def test_every_stop_reason_ends_the_turn(
    server: PlayedServer, service: ClaudeService, reason: str, expected: StopReason
) -> None:
    server.play(answer(message_start(), *block(0, *text("So far")), *message_end(reason)))
    events = await turn(service)
    done = events[-1]
    assert isinstance(done, Done)
    assert done.stop_reason is expected
    has_notice = any(isinstance(event, Notice) for event in events)
    assert has_notice is (reason == "model_context_window_exceeded")


async def test_a_pause_is_continued_from_where_it_was(server: PlayedServer, service: ClaudeService) -> None:
    server.play(
        answer(
            message_start(Tokens(input=10)), *block(0, *text("First, ")), *message_end("pause_turn", Tokens(output=3))
        ),
        answer(message_start(Tokens(input=13)), *block(0, *text("then.")), *message_end("end_turn", Tokens(output=2))),
    )
    events = await turn(service)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "First, then."
    assert server.requests[1].json["messages"][-1] == {
        "role": "assistant",
        "content": [{"type": "text", "text": "First, "}],
    }
    done = events[-1]
    assert isinstance(done, Done)
    assert (done.usage.input_tokens, done.usage.output_tokens) == (23, 5)


async def test_a_model_that_only_pauses_is_left_after_a_while(server: PlayedServer, service: ClaudeService) -> None:
    server.play(*[answer(message_start(), *message_end("pause_turn")) for _ in range(9)])
    assert isinstance((await turn(service))[-1], Done)
    assert len(server.requests) == 4


async def test_cut_off_arguments_reach_the_handler_as_they_came(server: PlayedServer, service: ClaudeService) -> None:
    cut = '{"title": "Run", "content": "21.1 k'
    begun = block(0, *call("create_goal", cut, "toolu_1"))[:-1]
    server.play(answer(message_start(), *begun, *message_end("max_tokens")), hello())
    tools = RecordingTools()
    await turn(service, tools=tools)
    assert tools.calls == [ToolCall("toolu_1", "create_goal", cut)]
    sent, result = server.requests[1].json["messages"][1:]
    assert sent["content"][0]["input"] == {"INVALID_JSON": cut}
    assert result["content"][0]["is_error"] is True


async def test_a_call_given_whole_at_its_start_is_run(server: PlayedServer, service: ClaudeService) -> None:
    whole = {"type": "tool_use", "id": "toolu_1", "name": "create_goal", "input": {"title": "Läufe"}}
    server.play(tool_turn(block(0, whole, [])), hello())
    tools = RecordingTools()
    await turn(service, tools=tools)
    assert [json.loads(each.arguments) for each in tools.calls] == [{"title": "Läufe"}]


async def test_two_calls_with_one_id_are_both_run_and_told_apart(server: PlayedServer, service: ClaudeService) -> None:
    server.play(
        tool_turn(block(0, *call("create_goal", RUN, "toolu_1")), block(1, *call("create_goal", RUN, "toolu_1"))),
        hello(),
    )
    tools = RecordingTools()
    await turn(service, tools=tools)
    assert len(tools.calls) == 2
    assistant, results = server.requests[1].json["messages"][1:]
    ids = [part["id"] for part in assistant["content"]]
    assert len(set(ids)) == 2
    assert [part["tool_use_id"] for part in results["content"]] == ids


async def test_ids_that_another_provider_gave_are_made_fit(server: PlayedServer, service: ClaudeService) -> None:
    server.play(hello())
    past = Message(Role.COACH, (ToolCallPart("call:1/ß", "create_goal", RUN, result="Done"), TextPart("There.")))
    await turn(service, [you("Run"), past, you("Next")])
    messages = server.requests[0].json["messages"]
    assert messages[1]["content"][0]["id"] == messages[2]["content"][0]["tool_use_id"] == "call"


async def test_unknown_events_blocks_and_deltas_are_passed_over(server: PlayedServer, service: ClaudeService) -> None:
    server.play(
        answer(
            message_start(),
            sse({"type": "weather", "sunny": True}),
            *block(0, {"type": "hologram", "id": "x"}, [{"type": "hologram_delta", "text": "no"}]),
            *block(1, {"type": "text", "text": "From the start. "}, [{"type": "text_delta", "text": "Hello"}]),
            *message_end("end_turn"),
        )
    )
    events = await turn(service)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "From the start. Hello"


async def test_a_stream_without_message_start_is_read_all_the_same(
    server: PlayedServer, service: ClaudeService
) -> None:
    server.play(answer(*block(0, *text("Hello")), *message_end("end_turn", Tokens(output=4))))
    events = await turn(service)
    assert events[0] == TextDelta("Hello")
    done = events[-1]
    assert isinstance(done, Done)
    assert done.usage.output_tokens == 4


async def test_a_conversation_that_begins_with_the_coach_gets_a_beginning(
    server: PlayedServer, service: ClaudeService
) -> None:
    server.play(hello())
    await turn(service, [Message(Role.COACH, (TextPart("Welcome back."),)), you("Hi")])
    assert [message["role"] for message in server.requests[0].json["messages"]] == ["user", "assistant", "user"]


async def test_a_model_known_to_decide_when_to_think_is_asked_to(server: PlayedServer, service: ClaudeService) -> None:
    supported, not_supported = {"supported": True}, {"supported": False}
    types = {"adaptive": supported, "enabled": not_supported, "disabled": supported, "between_tools": not_supported}
    thinker = model(
        "claude-sonnet-5",
        "sonnet",
        "2026-08-01T00:00:00Z",
        capabilities={"thinking": {"supported": True, "types": types}, "image_input": supported},
    )
    small = model("claude-haiku-3", "haiku", "2024-03-01T00:00:00Z", max_tokens=4096)
    server.play(model_list(thinker, small), hello(), hello(), hello())
    models = await service.list_models()
    assert (models[0].can_reason, models[0].can_see, models[0].can_use_tools) == (True, True, True)
    await turn(service, model="claude-sonnet-5")
    await turn(service, model="claude-haiku-3")
    await turn(service, model="not-in-the-list")
    first, second, third = (request.json for request in server.requests[1:])
    assert first["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert first["max_tokens"] == 16_000
    assert "thinking" not in second
    assert second["max_tokens"] == 4096
    assert third["max_tokens"] == 8192


async def test_usage_of_nothing_is_nothing(server: PlayedServer, service: ClaudeService) -> None:
    server.play(answer(sse({"type": "message_stop"})))
    done = (await turn(service))[-1]
    assert isinstance(done, Done)
    assert done.usage.output_tokens == Usage().output_tokens


async def test_the_last_round_changes_nothing_before_the_thinking_and_calls_no_tool(
    server: PlayedServer, service: ClaudeService
) -> None:
    rounds = [tool_turn(block(0, *thinking("hm")), block(1, *call("create_goal", RUN))) for _ in range(MAX_TOOL_ROUNDS)]
    server.play(*rounds, hello())
    await turn(service, tools=RecordingTools())
    first, *_, last = (request.json for request in server.requests)
    assert last["tools"] == first["tools"]
    assert last["system"] == first["system"]
    assert "tool_choice" not in first
    assert last["tool_choice"] == {"type": "none"}
