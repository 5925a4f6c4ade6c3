"""A record as a line: whole, bounded, valid, without secrets."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.tracing.lines import LINE_LIMIT, TEXT_LIMIT, encode
from desktop_app.tracing.records import Outcome, SpanError, from_json
from desktop_app.tracing.redaction import Redactor
from tests.tracing.made import record

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)  # surrogates and line separators too


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_gives_one_line_of_valid_utf8(one: str, two: str) -> None:
    line = encode(record(input=[{"text": one}], output=two, attributes={one: two}), Redactor())
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line.decode())["kind"] == "generation"


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_what_is_written_is_what_is_read(text: str) -> None:
    made = record(
        parent_id="span_0",
        outcome=Outcome.FAILED,
        error=SpanError("server", "It had an error."),
        usage={"input_tokens": 3},
        conversation_id=1,
        input=[{"text": text}],
        events=[{"name": "retry", "at": "2026-11-27T12:00:00.000000Z"}],
    )
    again = from_json(json.loads(encode(made, Redactor())))
    assert again is not None
    assert again.outcome == "failed"
    assert (again.error, again.usage, again.events, again.conversation_id) == (
        made.error,
        made.usage,
        made.events,
        made.conversation_id,
    )
    assert again.input == Redactor().value(made.input)


def test_halves_of_a_character_that_came_apart_are_joined() -> None:
    line = json.loads(encode(record(output="\ud83c" + "\udfc3 and \ud83c"), Redactor()))
    assert line["output"] == "🏃 and \ufffd"


def test_a_secret_is_nowhere_in_the_line_also_not_in_the_errors_words() -> None:
    key = "my-own-key"
    made = record(
        name=f"model {key}",
        model=key,
        error=SpanError("invalid_key", f"401: {key} is no key"),
        input=lambda: [{"role": "you", "parts": [{"text": f"here: {key}"}]}],
        attributes={"call_id": f"call-{key}"},
        events=[{"name": key}],
    )
    assert key.encode() not in encode(made, Redactor([key]))


def test_a_key_of_common_letters_does_not_deface_what_the_record_is_known_by() -> None:
    line = json.loads(encode(record(trace_id="trace_generation"), Redactor(["generation", "complete"])))
    assert (line["kind"], line["outcome"], line["trace_id"]) == ("generation", "complete", "trace_generation")


def test_a_long_text_is_cut_and_says_so() -> None:
    line = json.loads(encode(record(output="x" * (TEXT_LIMIT + 1)), Redactor()))
    assert line["output"] == "x" * TEXT_LIMIT + f"… [cut: {TEXT_LIMIT + 1:,} characters]"


def message(text: str) -> dict[str, Any]:
    return {"role": "you", "parts": [{"type": "text", "text": text}]}


def texts(line: bytes) -> list[Any]:
    told = json.loads(line)["input"]
    return [each["parts"][0]["text"] if "parts" in each else each for each in told]


def test_of_a_long_conversation_the_instructions_and_the_newest_messages_are_told() -> None:
    many = [message(f"{number} " + "word " * 1_000) for number in range(1_000)]
    line = encode(record(input=many, output="Done."), Redactor())
    assert len(line) <= LINE_LIMIT
    first, left_out, *newest = texts(line)
    assert first.startswith("0 ")
    assert left_out == {"left_out": 999 - len(newest)}
    assert [int(text.split()[0]) for text in newest] == list(range(1_000 - len(newest), 1_000))
    assert len(newest) > 100


def test_a_conversation_that_fits_is_told_whole() -> None:
    many = [message("word " * 1_000) for _ in range(100)]
    assert len(texts(encode(record(input=many), Redactor()))) == 100


@given(
    st.lists(st.integers(min_value=0, max_value=400_000), max_size=8),
    st.sampled_from(["x", "\u00e9", "\u65e5", "\U0001f3c3", '"', "\x01", "\ud83d"]),
)
@settings(max_examples=30, deadline=None)
def test_a_line_never_grows_beyond_its_limit(sizes: list[int], letter: str) -> None:
    messages = [message(letter * size) for size in sizes]
    many_parts = {"role": "you", "parts": [{"type": "text", "text": letter * 900}] * 1_500}
    for sent in (messages, [*messages, many_parts]):
        line = encode(record(input=sent, output=letter * sum(sizes)), Redactor())
        assert len(line) <= LINE_LIMIT
        json.loads(line)


def test_what_is_still_too_much_is_left_out_and_says_so() -> None:
    endless = [{"text": "word " * 240}] * 1_500
    line = encode(record(input="Hello", output=endless), Redactor())
    assert json.loads(line)["output"].startswith("[left out: ")
