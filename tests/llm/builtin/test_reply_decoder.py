"""Reading the reply out of growing JSON."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.llm.builtin.reply_decoder import ReplyDecoder, StringDecoder


def read(text: str, cuts: list[int]) -> str:
    decoder = ReplyDecoder()
    borders = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return "".join(decoder.feed(text[start:end]) for start, end in pairwise(borders))


def whole(reply: str) -> str:
    """The reply as it can be kept: halves of pairs are joined, lone ones replaced."""
    return reply.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(
    reply=st.text(st.characters(codec=None), max_size=40),
    action=values,
    cuts=st.lists(st.integers(min_value=0), max_size=12),
    is_ascii=st.booleans(),
)
def test_the_reply_is_the_same_however_the_json_is_cut(
    reply: str, action: object, cuts: list[int], is_ascii: bool
) -> None:
    text = json.dumps({"language": "English", "action": action, "reply": reply}, ensure_ascii=is_ascii)
    # A lone half beside its other half, both unescaped, cannot come over UTF-8.
    assert whole(read(text, cuts)) == whole(json.loads(text)["reply"])


def test_a_reply_inside_the_action_is_not_the_reply() -> None:
    assert read('{"action": {"reply": "no", "x": ["reply"]}, "reply": "yes", "reply2": "no"}', [5, 9]) == "yes"


def test_spaces_and_line_breaks_between_tokens_do_not_matter() -> None:
    assert read('{ "action" :\n null ,\n "reply" : "ok" }', [3]) == "ok"


def test_what_came_before_a_cut_is_there() -> None:
    assert read('{"action": null, "reply": "half of i', [20]) == "half of i"


@pytest.mark.parametrize(
    ("escaped", "meant"),
    [("\\ud83d\\ude00", "😀"), ("\\ud83dx", "\ufffdx"), ("\\ude00", "\ufffd"), ("\\uzzzz", "\ufffd"), ("\\q", "q")],
)
def test_escapes_of_characters_are_put_together(escaped: str, meant: str) -> None:
    decoder = StringDecoder()
    assert "".join(map(decoder.feed, escaped + '"')) == meant
    assert decoder.is_closed
