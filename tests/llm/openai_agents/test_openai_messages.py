"""What OpenAI is sent and what is made of its responses, beyond what every provider must do."""

import json
from dataclasses import replace

import pytest

from desktop_app.domain.messages import Message, Role, ToolCallPart
from desktop_app.llm.base import MAX_TOOL_ROUNDS
from desktop_app.llm.collector import PartsCollector
from desktop_app.llm.events import Done, ReasoningDelta, StopReason, TextDelta, ToolCall, ToolResult
from desktop_app.llm.openai_agents.service import OpenAIService
from tests.llm.contract.provider import RecordingTools, you
from tests.llm.contract.script import Calls, Thinks, reply
from tests.llm.contract.server import Answer, Piece
from tests.llm.openai_agents.fake_openai import (
    EVENT_STREAM,
    call_item,
    completed,
    created,
    encode_response,
    error,
    item_events,
    message_item,
    reasoning_item,
    response,
    sse,
)
from tests.llm.played import PlayedServer, turn

RUN = json.dumps({"title": "Run"})
MODEL = "gpt-5.6-luna"


def answer(*pieces: Piece) -> Answer:
    return Answer(pieces, 200, EVENT_STREAM)


def hello() -> Answer:
    return answer(*encode_response(reply("Hello")))


def calls(*items: dict[str, object]) -> Answer:
    events = [piece for index, item in enumerate(items) for piece in item_events(index, item, [])]
    return answer(created(), *events, completed(items))


async def test_nothing_is_stored_at_the_provider(server: PlayedServer, openai: OpenAIService) -> None:
    server.play(hello())
    await turn(openai, model=MODEL)
    body = server.requests[0].json
    assert body["store"] is False
    assert "previous_response_id" not in body
    assert "conversation" not in body


async def test_reasoning_goes_back_encrypted_while_the_turn_lasts(server: PlayedServer, openai: OpenAIService) -> None:
    server.play(answer(*encode_response(reply(Thinks("They want a race."), Calls("create_goal", RUN)))), hello())
    events = await turn(openai, model=MODEL, tools=RecordingTools())
    assert ReasoningDelta("They want a race.") in events
    first, second = (request.json for request in server.requests)
    assert first["include"] == ["reasoning.encrypted_content"]
    kinds = [item.get("type", "message") for item in second["input"]]
    assert kinds == ["message", "reasoning", "function_call", "function_call_output"]
    assert second["input"][1]["encrypted_content"] == "ZW5jcnlwdGVk"


def kinds_sent(server: PlayedServer) -> list[str]:
    return [item.get("type", item.get("role")) for item in server.requests[-1].json["input"]]


async def past_turn(server: PlayedServer, openai: OpenAIService) -> Message:
    """A turn in which the model thought, called a tool and wrote, as it is stored."""
    thinks = reply(Thinks("They want a race."), Calls("create_goal", RUN))
    server.play(answer(*encode_response(thinks)), answer(*encode_response(reply(Thinks("Which?"), "Which race?"))))
    collector = PartsCollector()
    for event in await turn(openai, model=MODEL, tools=RecordingTools()):
        collector.add(event)
    return Message(Role.COACH, collector.parts(), provider="openai", model=MODEL)


async def test_reasoning_of_earlier_turns_goes_back_encrypted_to_the_model_that_thought(
    server: PlayedServer, openai: OpenAIService
) -> None:
    past = await past_turn(server, openai)
    server.play(hello())
    await turn(openai, [you("Run"), past, you("Köln")], model=MODEL)
    assert kinds_sent(server) == [
        "user", "reasoning", "function_call", "function_call_output", "reasoning", "assistant", "user",
    ]  # fmt: skip
    assert "They want a race." not in server.requests[-1].body.decode()
    server.play(hello())
    await turn(openai, [you("Run"), past, you("Köln")], model="gpt-5.6-sol")
    assert "reasoning" not in kinds_sent(server)


async def test_reasoning_that_led_to_nothing_is_left_out(server: PlayedServer, openai: OpenAIService) -> None:
    past = await past_turn(server, openai)
    stopped = replace(past, parts=(*past.parts, past.parts[0], ToolCallPart("c9", "create_goal", RUN)))
    server.play(hello())
    await turn(openai, [you("Run"), stopped, you("Köln")], model=MODEL)
    assert kinds_sent(server)[-2:] == ["assistant", "user"]


@pytest.mark.parametrize(
    "words",
    [
        "The encrypted content for item rs_1 could not be verified.",
        "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
    ],
)
async def test_where_earlier_reasoning_is_refused_the_turn_goes_on_without_it(
    server: PlayedServer, openai: OpenAIService, words: str
) -> None:
    past = await past_turn(server, openai)
    server.play(error(400, words), hello(), hello())
    for _ in range(2):
        await turn(openai, [you("Run"), past, you("Köln")], model=MODEL)
        assert "reasoning" not in kinds_sent(server)
    assert len(server.requests) == 5
    assert server.requests[-1].json["include"] == ["reasoning.encrypted_content"]


@pytest.mark.parametrize("model", ["gpt-4", "gpt-4-turbo", "gpt-3.5-turbo", "gpt-4o", "gpt-5-chat-latest"])
async def test_models_that_do_not_reason_are_not_asked_to(
    server: PlayedServer, openai: OpenAIService, model: str
) -> None:
    server.play(hello())
    await turn(openai, model=model)
    body = server.requests[0].json
    assert body["model"] == model
    assert not body.get("include")
    assert "reasoning" not in body


@pytest.mark.parametrize(
    "refusal",
    [
        error(400, "Your organization must be verified to generate reasoning summaries.", param="reasoning.summary"),
        error(400, "Encrypted content is not supported with this model."),
    ],
)
async def test_a_server_that_refuses_reasoning_is_asked_without_from_then_on(
    server: PlayedServer, openai: OpenAIService, refusal: Answer
) -> None:
    server.play(refusal, hello(), hello())
    assert isinstance((await turn(openai, model="new-model"))[-1], Done)
    await turn(openai, model="new-model")
    assert ["reasoning" in request.json for request in server.requests] == [True, False, False]


async def test_summaries_in_several_parts_are_told_as_paragraphs(server: PlayedServer, openai: OpenAIService) -> None:
    part = {"type": "response.reasoning_summary_part.added", "item_id": "rs_1", "output_index": 0, "sequence_number": 1}
    empty = {"type": "summary_text", "text": ""}
    start, delta, _, done = item_events(0, reasoning_item("One"), ["One", ""])
    server.play(
        answer(
            created(),
            start,
            sse({**part, "summary_index": 0, "part": empty}),
            delta,
            sse({**part, "summary_index": 1, "part": empty}),
            delta,
            done,
            completed([reasoning_item("One")]),
        )
    )
    events = await turn(openai, model=MODEL)
    assert "".join(event.text for event in events if isinstance(event, ReasoningDelta)) == "One\n\nOne"


async def test_a_refusal_in_words_is_text_and_a_stop_reason(server: PlayedServer, openai: OpenAIService) -> None:
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0, "sequence_number": 2}
    refused = {**message_item(""), "content": [{"type": "refusal", "refusal": "I can't."}]}
    server.play(
        answer(created(), sse({"type": "response.refusal.delta", **place, "delta": "I can't."}), completed([refused]))
    )
    events = await turn(openai, model=MODEL)
    assert events[0] == TextDelta("I can't.")
    done = events[-1]
    assert isinstance(done, Done)
    assert done.stop_reason is StopReason.REFUSED


async def test_two_calls_with_one_id_are_both_run_and_told_apart(server: PlayedServer, openai: OpenAIService) -> None:
    same = [call_item("create_goal", json.dumps({"title": title}), "call_1") for title in ("Run", "Read")]
    server.play(calls(*same), calls(call_item("create_goal", RUN, "call_1")), hello())
    tools = RecordingTools()
    events = await turn(openai, model=MODEL, tools=tools)
    assert [json.loads(call.arguments)["title"] for call in tools.calls] == ["Run", "Read", "Run"]
    told = [event.call_id for event in events if isinstance(event, ToolCall)]
    answered = [event.call_id for event in events if isinstance(event, ToolResult)]
    assert len(set(told)) == 3
    assert told == answered
    sent = server.requests[2].json["input"]
    assert sorted(item["call_id"] for item in sent if item.get("type") == "function_call") == sorted(told)


async def test_a_call_without_an_id_gets_one(server: PlayedServer, openai: OpenAIService) -> None:
    server.play(calls(call_item("create_goal", RUN, "")), hello())
    tools = RecordingTools()
    await turn(openai, model=MODEL, tools=tools)
    assert [call.call_id for call in tools.calls] == ["call"]


async def test_a_call_when_no_tools_were_offered_is_dropped(server: PlayedServer, openai: OpenAIService) -> None:
    server.play(calls(call_item("create_goal", RUN)))
    events = await turn(openai, model=MODEL)
    assert not any(isinstance(event, ToolCall) for event in events)
    assert isinstance(events[-1], Done)
    assert len(server.requests) == 1


async def test_the_call_after_the_last_round_is_offered_no_tools(server: PlayedServer, openai: OpenAIService) -> None:
    server.play(*[calls(call_item("create_goal", RUN)) for _ in range(MAX_TOOL_ROUNDS + 1)])
    tools = RecordingTools()
    events = await turn(openai, model=MODEL, tools=tools)
    assert len(tools.calls) == MAX_TOOL_ROUNDS
    assert [bool(request.json["tools"]) for request in server.requests] == [True] * MAX_TOOL_ROUNDS + [False]
    assert isinstance(events[-1], Done)
    assert events[-1].stop_reason is StopReason.TOOL_ROUNDS


async def test_arguments_that_were_cut_off_go_to_the_handler_and_back_as_json(
    server: PlayedServer, openai: OpenAIService
) -> None:
    cut = call_item("create_goal", '{"title": "Ru', "call_1")
    whole = response("incomplete", [cut], incomplete_details={"reason": "max_output_tokens"})
    end = sse({"type": "response.incomplete", "sequence_number": 9, "response": whole})
    server.play(answer(created(), *item_events(0, cut, []), end), hello())
    tools = RecordingTools()
    await turn(openai, model=MODEL, tools=tools)
    assert tools.calls == [ToolCall("call_1", "create_goal", '{"title": "Ru')]
    sent = next(item for item in server.requests[1].json["input"] if item.get("type") == "function_call")
    assert json.loads(sent["arguments"]) == {"INVALID_JSON": '{"title": "Ru'}


async def test_half_a_character_that_the_model_streamed_goes_back_as_a_whole_one(
    server: PlayedServer, openai: OpenAIService
) -> None:
    item = call_item("create_goal", '{"title": "Run HALF"}', "call_1")
    events = [created(), *item_events(0, item, []), completed([item])]
    half = [event.replace(b"HALF", rb"\ud83d") for event in events if isinstance(event, bytes)]
    server.play(answer(*half), hello())
    await turn(openai, model=MODEL, tools=RecordingTools())
    sent = next(item for item in server.requests[1].json["input"] if item.get("type") == "function_call")
    assert json.loads(sent["arguments"]) == {"title": "Run �"}


async def test_a_usage_that_is_not_told_is_estimated(server: PlayedServer, openai: OpenAIService) -> None:
    whole = response("completed", [message_item("Hello there")])
    end = sse({"type": "response.completed", "sequence_number": 9, "response": whole})
    server.play(answer(created(), *item_events(0, message_item("Hello there"), ["Hello there"]), end))
    done = (await turn(openai, model=MODEL))[-1]
    assert isinstance(done, Done)
    assert done.usage.is_estimated
    assert done.usage.output_tokens == 2
    assert done.usage.input_tokens > 0
