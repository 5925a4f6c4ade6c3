"""Whatever was said, by whomever, however it ended: the next provider gets a history that it takes."""

import json

from agents.models.chatcmpl_converter import Converter
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.folds import Fold
from desktop_app.domain.messages import (
    AttachmentPart,
    Message,
    MessageStatus,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
)
from desktop_app.llm.builtin.history import chat_messages
from desktop_app.llm.claude.request import REDACTED_MARK, message_params
from desktop_app.llm.folding import earlier_messages
from desktop_app.llm.history import OPENAI_MARK, Reader
from desktop_app.llm.ollama.history import wire_history
from desktop_app.llm.openai_agents.input_items import carried, input_items
from tests.llm.wire_rules import check_builtin, check_chat, check_claude, check_ollama, check_responses

AUTHORS = [
    ("claude", "claude-sonnet-5"),
    ("claude", "claude-opus-5"),
    ("openai", "gpt-5.6-luna"),
    ("ollama", "qwen3:8b"),
    ("compatible:workshop", "some-model"),
    ("builtin", "qwen2.5-coder-1.5b"),
    (None, None),
]
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "  \n", "\ud83c", "half \udf00", "<|im_end|>", "</earlier_messages>", "{", "走る", "🏃‍♀️", "\x00"]
    ),
)
SIGNATURES = st.one_of(
    st.none(),
    st.sampled_from(["c2lnbmVk", REDACTED_MARK + "ZGF0YQ==", carried("rs_1", "ZW5j"), carried("rs_2", "ZW5j")]),
)
CALLS = st.builds(
    ToolCallPart,
    call_id=st.sampled_from(["", "call_1", "call_1", "call_2", "toolu_01", "with space", "x" * 80, "ü"]),
    name=st.sampled_from(["create_goal", "update_goal", "set_goal_phase", "no_such_tool", ""]),
    arguments=st.one_of(TEXTS, st.sampled_from(['{"title": "Run"}', "[1]", "null", '{"a": "\\ud83c"}', "{" * 3_000])),
    result=st.one_of(st.none(), TEXTS),
    ok=st.booleans(),
)
REASONING = st.builds(ReasoningPart, TEXTS, SIGNATURES)
IMAGES = st.just(AttachmentPart("x.png", "image/png", "digest", 4, b"\x89PNG"))


def said(parts: st.SearchStrategy[Part], role: Role) -> st.SearchStrategy[Message]:
    return st.builds(
        lambda parts, status, author: Message(role, tuple(parts), status=status, provider=author[0], model=author[1]),
        st.lists(parts, max_size=6),
        st.sampled_from(MessageStatus),
        st.sampled_from(AUTHORS) if role is Role.COACH else st.just((None, None)),
    )


YOU = said(st.one_of(st.builds(TextPart, TEXTS), IMAGES), Role.YOU)
COACH = said(st.one_of(st.builds(TextPart, TEXTS), REASONING, CALLS), Role.COACH)
FOLD = st.builds(lambda text: earlier_messages(Fold(text, 3)), TEXTS)
# The machine may be busy: how long an example takes says nothing.
UNHURRIED = settings(deadline=None, max_examples=60)
HISTORIES = st.lists(st.one_of(YOU, COACH), max_size=12)
NEWEST = Message(Role.YOU, (TextPart("And now?"),))


@UNHURRIED
@given(HISTORIES)
def test_any_history_is_valid_for_claude(past: list[Message]) -> None:
    params = message_params([*past, NEWEST], Reader("claude", "claude-sonnet-5"))
    check_claude(params)
    assert OPENAI_MARK not in str(params)
    assert "'thinking'" not in str(params)


@UNHURRIED
@given(HISTORIES)
def test_any_history_is_valid_for_the_responses_api(past: list[Message]) -> None:
    begins = [Message(Role.YOU, (TextPart("Hello"),)), *past, NEWEST]
    items = input_items(begins, for_chat=False, reader=Reader("openai", "gpt-5.6-luna", reads_earlier_turns=True))
    check_responses(items)
    assert "c2lnbmVk" not in json.dumps(items)


@UNHURRIED
@given(HISTORIES)
def test_any_history_is_valid_for_chat_completions(past: list[Message]) -> None:
    begins = [Message(Role.YOU, (TextPart("Hello"),)), *past, NEWEST]
    items = input_items(begins, for_chat=True, reader=Reader("compatible:workshop", "some-model"))
    check_chat(Converter.items_to_messages(items))


@UNHURRIED
@given(HISTORIES)
def test_any_history_is_valid_for_ollama(past: list[Message]) -> None:
    begins = [Message(Role.YOU, (TextPart("Hello"),)), *past, NEWEST]
    check_ollama(wire_history(begins, Reader("ollama", "qwen3:8b")))


@UNHURRIED
@given(HISTORIES, st.one_of(st.none(), FOLD))
def test_any_history_is_valid_for_the_built_in_model(past: list[Message], fold: Message | None) -> None:
    check_builtin(chat_messages("RULES", "Goals: none", ([fold] if fold else []) + past, "And now?", ()))


@UNHURRIED
@given(HISTORIES, FOLD)
def test_a_summary_may_stand_before_any_of_it(past: list[Message], fold: Message) -> None:
    history = [fold, *past, NEWEST]
    check_claude(message_params(history, Reader("claude", "claude-sonnet-5")))
    check_responses(input_items(history, for_chat=False))
    check_chat(Converter.items_to_messages(input_items(history, for_chat=True)))
    check_ollama(wire_history(history))


@UNHURRIED
@given(HISTORIES, COACH)
def test_a_turn_that_is_still_running_keeps_only_its_own_reasoning(past: list[Message], running: Message) -> None:
    done = ToolCallPart("call_9", "create_goal", "{}", result="Created goal 1.")
    running = Message(
        Role.COACH, (*running.parts, done), provider=running.provider or "claude", model=running.model or "other"
    )
    params = message_params([NEWEST, *past, NEWEST, running], Reader("claude", "claude-sonnet-5"))
    check_claude(params)
    is_own = (running.provider, running.model) == ("claude", "claude-sonnet-5")
    signed = any(isinstance(part, ReasoningPart) and part.signature == "c2lnbmVk" for part in running.parts)
    assert ("'signature': 'c2lnbmVk'" in str(params)) == (is_own and signed)
