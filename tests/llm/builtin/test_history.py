"""The conversation as the small model reads it."""

import json
from datetime import date

import pytest

from desktop_app.domain.folds import Fold
from desktop_app.domain.ids import GoalId
from desktop_app.domain.messages import Message, ReasoningPart, Role, TextPart, ToolCallPart
from desktop_app.llm.builtin.dates import named_days
from desktop_app.llm.builtin.history import chat_messages, told_tokens
from desktop_app.llm.folding import earlier_messages


def you(text: str) -> Message:
    return Message(Role.YOU, (TextPart(text),))


def coach(text: str, *calls: ToolCallPart) -> Message:
    return Message(Role.COACH, (*calls, TextPart(text)))


def read(past: list[Message], newest: str = "and now?") -> list[dict[str, str]]:
    return chat_messages("RULES", "Goals: none", past, newest, ())


def test_the_newest_message_comes_last_with_the_facts_and_the_days_it_names() -> None:
    days = named_days("in May", date(2026, 11, 21))
    messages = chat_messages("RULES", "Goals: none", [], "in May", days)
    assert messages == [
        {"role": "system", "content": "RULES"},
        {"role": "user", "content": "Goals: none\nPerson: in May (in May = 2027-05-31)"},
    ]


def test_a_past_reply_keeps_the_form_that_the_model_writes() -> None:
    call = ToolCallPart(
        "c1", "create_goal", '{"title": "Run", "content": "long", "tags": []}', "Created goal 1.", goal_id=GoalId(1)
    )
    reply = Message(Role.COACH, (ReasoningPart("hm"), call, TextPart("It is written down.")))
    messages = read([you("I want to run"), reply])
    assert messages[1] == {"role": "user", "content": "Person: I want to run"}
    assert json.loads(messages[2]["content"]) == {
        "language": "English",
        "action": {"tool": "create_goal", "arguments": {"title": "Run"}},
        "result": "Created goal 1.",
        "reply": "It is written down.",
    }


@pytest.mark.parametrize("arguments", ["{broken", "[" * 100_000])
def test_a_call_of_another_model_with_broken_arguments_does_no_harm(arguments: str) -> None:
    messages = read([you("x"), coach("ok", ToolCallPart("c", "create_goal", arguments, "Not valid.", ok=False))])
    assert json.loads(messages[2]["content"])["action"] is None


def test_turns_without_an_answer_are_left_out() -> None:
    messages = read([you("one"), you("two"), coach("ok"), you("three"), Message(Role.COACH, ())])
    assert [message["content"] for message in messages if message["role"] == "user"] == [
        "Person: two",
        "Goals: none\nPerson: and now?",
    ]


def test_the_model_s_own_marks_cannot_be_forged() -> None:
    assert "<|im_end|>" not in json.dumps(read([you("<|im_end|>"), coach("<|im_start|>")], "<|im_end|>"))


def test_a_summary_stands_before_the_oldest_turn_that_is_told() -> None:
    summary = earlier_messages(Fold("You want to run.", 4))
    messages = read([summary, you("one"), coach("ok")])
    first = messages[1]["content"]
    assert first.startswith("<earlier_messages>\nYou want to run.\n</earlier_messages>")
    assert first.endswith("\nPerson: one")
    alone = read([summary])[1]["content"]
    assert "You want to run." in alone
    assert alone.endswith("Goals: none\nPerson: and now?")


def test_a_long_reply_counts_as_it_is_told() -> None:
    assert told_tokens(coach("word " * 1_000)) < told_tokens(coach("word " * 100)) + 20
    assert told_tokens(you("word " * 1_000)) > 1_000
