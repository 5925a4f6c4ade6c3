"""Calls that models print: found wherever the stream is cut, mended where one reading is possible, else text."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.llm.printed_json import PrintedCall
from desktop_app.llm.text_tool_calls import HELD_LIMIT, TextToolCalls

NAMES = ("create_goal", "update_goal", "set_goal_phase")
ARGUMENTS = '{"title": "Run \\"21 km\\" {", "content": "## Plan\\n```\\n"}'
CALL = f'{{"name": "create_goal", "arguments": {ARGUMENTS}}}'
PHASE = '{"name": "set_goal_phase", "arguments": {"goal_id": 1, "phase": "active"}}'


def read(text: str, size: int = 1, *, was_cut: bool = False) -> list[str | PrintedCall]:
    """What comes of `text` in pieces of `size`; neighbouring texts are joined."""
    reader = TextToolCalls(NAMES)
    pieces: list[str | PrintedCall] = []
    for start in range(0, len(text), size):
        pieces += reader.feed(text[start : start + size])
    pieces += reader.finish(was_cut=was_cut)
    joined: list[str | PrintedCall] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def values(pieces: list[str | PrintedCall]) -> list[object]:
    """The pieces, calls as pairs of name and arguments."""
    return [piece if isinstance(piece, str) else (piece.name, json.loads(piece.arguments)) for piece in pieces]


RUN = ("create_goal", json.loads(ARGUMENTS))
ACTIVE = ("set_goal_phase", {"goal_id": 1, "phase": "active"})

PRINTED = {
    "the whole reply": (CALL, [RUN]),
    "the whole reply with space around": (f"\n  {CALL}\n\n", [RUN]),
    "two objects in a row": (f"{CALL}\n{PHASE}", [RUN, ACTIVE]),
    "a list": (f"[{CALL}, {PHASE}]", [RUN, ACTIVE]),
    "a fence": (f"```json\n{CALL}\n```", [RUN]),
    "a fence without a language": (f"Sure.\n\n```\n{CALL}\n```\n\nWhich race?", ["Sure.\n\n", RUN, "Which race?"]),
    "a fence that closes on the same line": (f"```json\n{CALL}```", [RUN]),
    "a fence that is never closed": (f"```json\n{CALL}\n", [RUN]),
    "an indented fence": (f"Now:\n  ```json\n  {CALL}\n  ```\n", ["Now:\n", RUN]),
    "two fences": (f"```json\n{CALL}\n```\nand\n```json\n{PHASE}\n```", [RUN, "and\n", ACTIVE]),
    "a tag": (f"<tool_call>\n{CALL}\n</tool_call>", [RUN]),
    "a tag after text": (f"I write it down. <tool_call>{CALL}</tool_call>", ["I write it down. ", RUN]),
    "two tags": (f"<tool_call>{CALL}</tool_call>\n<tool_call>{PHASE}</tool_call>\n", [RUN, ACTIVE]),
    "a tag that is never closed": (f"<tool_call>\n{CALL}", [RUN]),
    "the tag of the list of tools": (f"<tools>\n{CALL}\n</tools>", [RUN]),
    "parameters for arguments": (
        '{"name": "create_goal", "parameters": {"title": "Run"}}',
        [("create_goal", {"title": "Run"})],
    ),
    "OpenAI's form": (
        '{"id": "1", "type": "function", "function": {"name": "create_goal", "arguments": "{\\"title\\": \\"Run\\"}"}}',
        [("create_goal", {"title": "Run"})],
    ),
    "a list named tool_calls": (f'{{"tool_calls": [{CALL}]}}', [RUN]),
    "the name as the key": ('{"create_goal": {"title": "Run"}}', [("create_goal", {"title": "Run"})]),
    "arguments first": (f'{{"arguments": {ARGUMENTS}, "name": "create_goal"}}', [RUN]),
    "a comma too many": (
        '{"name": "create_goal", "arguments": {"title": "a,}",},}',
        [("create_goal", {"title": "a,}"})],
    ),
    "a bracket too few": ('{"name": "create_goal", "arguments": {"title": "Run"}', [("create_goal", {"title": "Run"})]),
    "Python's quotes": (
        "```json\n{'name': 'create_goal', 'arguments': {'title': 'Run', 'deadline': None}}\n```",
        [("create_goal", {"title": "Run", "deadline": None})],
    ),
    "line breaks inside strings": (
        '{"name": "create_goal", "arguments": {"title": "Run", "content": "one\ntwo"}}',
        [("create_goal", {"title": "Run", "content": "one\ntwo"})],
    ),
}


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
@pytest.mark.parametrize(("text", "expected"), PRINTED.values(), ids=PRINTED)
def test_a_printed_call_is_found_wherever_the_stream_is_cut(text: str, expected: list[object], size: int) -> None:
    assert values(read(text, size)) == expected


NO_CALLS = {
    "prose": "Which race? A *half* marathon, 21 km; that is < 42 km & > 10 km.\n\n- `tool_call`\n- <b>bold</b>\n",
    "an object and then text": f"{CALL} That is what I would write.",
    "an object inside of prose": f"I would call {CALL} now.",
    "an object of another kind": '{"title": "Run", "deadline": "2027-05-31"}',
    "another tool": '{"name": "delete_goal", "arguments": {"goal_id": 1}}',
    "a tool's name as a value elsewhere": '{"name": "Anna", "arguments": {"title": "create_goal"}}',
    "further fields": '{"name": "create_goal", "arguments": {"title": "Run"}, "mood": "good"}',
    "no arguments": '{"name": "create_goal"}',
    "two sets of arguments": '{"name": "create_goal", "arguments": {"title": "a"}, "parameters": {"title": "b"}}',
    "a key that comes twice": '{"name": "create_goal", "arguments": {"title": "a", "title": "b"}}',
    "a call beside something else": f'[{CALL}, {{"name": "sing", "arguments": {{}}}}]',
    "a string that does not end": '{"name": "create_goal", "arguments": {"title": "Run',
    "an end in the middle": '{"name": "create_goal", "arguments": {"title":',
    "brackets that do not match": '{"name": "create_goal", "arguments": {"title": "a"]}',
    "a number as the name": '{"name": 7, "arguments": {}}',
    "code": "```python\ngoal = '<tool_call>'\nprint({'name': 'create_goal', 'arguments': {}})\n```\nThat is it.",
    "code that shows a call": f"```python\n```json\n{CALL}\n",
    "JSON that is data": '```json\n{"title": "Run", "tags": []}\n```\nLike that.',
    "a fence of JSON without an end": '```json\n{"title": "Run", "tags": []',
    "a tag around text": "<tool_call>create_goal</tool_call> is what it is called.",
    "the beginning of a tag": "a <tool",
    "the beginning of a fence": "one\n``",
    "a link": "[A list](https://example.org) to begin with",
    "only space": "  \n",
    "an empty fence": "```\n```\nDone.",
    "a fence inside a line": f"use ```json\n{CALL}\n```",
    "a deep object": "[" * 5_000,
    "half a call in Python's quotes": "{'name': 'create_goal', 'arguments': {'title': {1, 2}}}",
}


@pytest.mark.parametrize("size", [1, 3, 10_000])
@pytest.mark.parametrize("text", NO_CALLS.values(), ids=NO_CALLS)
def test_what_is_no_call_comes_out_unchanged(text: str, size: int) -> None:
    assert "".join(str(piece) for piece in read(text, size)).strip() == text.strip()


def test_prose_is_passed_on_at_once() -> None:
    reader = TextToolCalls(NAMES)
    words = ["Good", " morning", ". What", " do", " you", "\n\n- want", " to `do`?"]
    assert [reader.feed(word) for word in words] == [[word] for word in words]


def test_json_that_is_no_call_is_passed_on_once_that_is_clear() -> None:
    reader = TextToolCalls(NAMES)
    assert reader.feed('```json\n{"t') == []
    assert reader.feed('itle": "Run", ') == ["```json\n", '{"title": "Run", ']
    assert reader.feed('"tags": []') == ['"tags": []']


def test_nothing_of_a_call_is_shown_while_it_comes() -> None:
    reader = TextToolCalls(NAMES)
    assert [reader.feed(character) for character in f"<tool_call>\n{CALL}\n</tool_call"] == [[]] * (len(CALL) + 24)
    assert [type(piece) for piece in reader.feed(">")] == [PrintedCall]


@pytest.mark.parametrize("text", [CALL[:-1], f"<tool_call>{CALL[:-2]}", f"```json\n{CALL[:-1]}"])
def test_a_reply_that_was_cut_off_is_not_mended(text: str) -> None:
    assert read(text, was_cut=True) == [text]


def test_a_call_without_end_is_shown_rather_than_held_for_ever() -> None:
    text = '{"name": "create_goal", "arguments": {"content": "' + "x" * HELD_LIMIT
    reader = TextToolCalls(NAMES)
    assert "".join(map(str, reader.feed(text))) == text
    assert reader.feed(" more") == [" more"]


def test_arguments_that_are_no_json_are_left_to_the_tool_to_refuse() -> None:
    text = '<tool_call>{"name": "create_goal", "arguments": "{\\"title\\": \\"Ru"}</tool_call>'
    assert read(text) == [PrintedCall("create_goal", '{"title": "Ru')]


def test_half_an_emoji_in_a_printed_call_becomes_a_sign_that_can_be_kept() -> None:
    (call,) = read('{"name": "create_goal", "arguments": {"title": "\\ud83d"}}')
    assert isinstance(call, PrintedCall)
    assert json.loads(call.arguments) == {"title": "\ufffd"}


FRAGMENTS = ["```", "```json\n", "\n", " ", "{", "}", "[", "]", '"', "'", ",", ":", "<tool_call>", "</tool_call>",
    "<tools>", CALL, PHASE, '"name"', '"arguments"', "create_goal", "word", "\\", "<", "`", "null", "é🏃"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join), st.lists(st.integers(0, 200), max_size=8))
def test_how_the_stream_is_cut_changes_nothing(text: str, cuts: list[int]) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    reader = TextToolCalls(NAMES)
    pieces = [piece for start, end in pairwise(places) for piece in reader.feed(text[start:end])] + reader.finish()
    calls = [piece for piece in pieces if isinstance(piece, PrintedCall)]
    said = "".join(piece for piece in pieces if isinstance(piece, str))
    whole = read(text, max(len(text), 1))
    assert calls == [piece for piece in whole if isinstance(piece, PrintedCall)]
    assert said == "".join(piece for piece in whole if isinstance(piece, str))
    assert calls or said.strip() == text.strip()
