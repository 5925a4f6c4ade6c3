"""Streaming in any cut says what one parse of the whole says."""

import json
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from desktop_app.ui.chat.markdown import parse
from desktop_app.ui.chat.streaming import StreamingMarkdown

_EXAMPLES: list[str] = json.loads((Path(__file__).parent / "commonmark_examples.json").read_text("utf-8"))["examples"]
_PIECES = (
    "Hello **bold** and `code`",
    "\n",
    "\n\n",
    "- item\n",
    "- item two\n  more\n",
    "  - nested\n",
    "   - odd\n",
    "1. one\n",
    "2. two\n",
    "* star\n",
    "- [ ] task\n",
    "| a | b |\n|---|--:|\n| 1 | 2 |\n",
    "| 3 | 4 |\n",
    "|",
    "```py\n",
    "x = 1\n",
    "```\n",
    "~~~\n",
    "> quote\n",
    "# head\n",
    "text\n===\n",
    "---\n",
    "    indented\n",
    "<div>\n",
    "[l](http://x.y)",
    "**",
    "`",
    "é🙂",
    r"\(a_1*b*c\)",
    "$x_1*y*z$ ",
    "$",
    r"\[",
    r"\]",
    "\\",
    "\r\n",
    "~~gone~~ ",
    "~~",
    "- [x] done\n",
    "  - [ ] below\n",
    "<!-- a note\n",
    "-->\n",
    "<details>\n<summary>more</summary>\n",
    "</details>\n\n",
    "$$\nx_1*y\n$$\n",
    "|---|:-:|\n",
    "| `a|b` | ~~c~~ |\n",
    "![a picture](http://x.y/z.png)",
    "````\n",
    "  ```\n",
    "> - quoted item\n",
    "[l]\n",
    "&amp;",
    "***",
)
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)


def _cut(text: str, lengths: list[int]) -> list[str]:
    pieces, at = [], 0
    for i in range(len(text)):
        if at >= len(text):
            break
        length = lengths[i % len(lengths)]
        pieces.append(text[at : at + length])
        at += length
    return pieces


def _streamed(text: str, lengths: list[int]) -> StreamingMarkdown:
    """`text` streamed in pieces; what is closed must be right at once, but for links that are defined elsewhere."""
    stream = StreamingMarkdown()
    for piece in _cut(text, lengths):
        stream.feed(piece)
        stream.refresh()
    if "]:" not in text:
        assert stream.units[: stream.closed] == list(parse(stream.source))[: stream.closed]
    stream.finish()
    return stream


def test_fence_behind_another_one_ends_with_its_last_line() -> None:
    stream = _streamed("```\n\n  \n```\n\n~~~ a\nfoo\n~~~\n", [8])
    assert stream.units == list(parse(stream.source))


def test_text_that_comes_at_once_is_closed_up_to_its_last_blocks() -> None:
    stream = StreamingMarkdown("A paragraph.\n\n" * 500 + "and a beginning")
    stream.refresh()
    assert stream.closed >= 498


def test_each_of_the_examples_streams_letter_by_letter() -> None:
    assert len(_EXAMPLES) > 600
    for text in _EXAMPLES:
        stream = _streamed(text, [1])
        assert stream.units == list(parse(stream.source)), text


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.sampled_from(_EXAMPLES), min_size=1, max_size=3),
    st.sampled_from(["", "\n", "\n\n"]),
    st.lists(st.lists(st.integers(1, 20), min_size=1, max_size=8), min_size=10, max_size=10),
)
def test_examples_in_any_order_and_ten_cuts_equal_one_parse(
    texts: list[str], between: str, cuts: list[list[int]]
) -> None:
    text = between.join(texts)
    for lengths in cuts:
        stream = _streamed(text, lengths)
        assert stream.units == list(parse(stream.source))


@settings(max_examples=400, deadline=None)
@given(_TEXTS, st.lists(st.integers(1, 12), min_size=1, max_size=6))
@example("1. one\n2. two\n   - odd\n\r\nHello", [1])
@example("| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |\n\ntext", [1])
@example("Hello **bold** and `code`\n\n\\(a_1*b*c\\)\n- item\n", [1])
@example("```py\nx = 1\n\nx = 1\n```\n- item\n- item\n", [3])
def test_what_is_closed_is_right_for_good_and_the_end_equals_one_parse(text: str, lengths: list[int]) -> None:
    stream = StreamingMarkdown()
    closed = 0
    for piece in _cut(text, lengths):
        stream.feed(piece)
        assert stream.refresh() >= closed
        assert stream.closed >= closed
        closed = stream.closed
    whole = list(parse(stream.source))
    assert stream.units[:closed] == whole[:closed]
    stream.finish()
    assert stream.units == whole
    assert stream.source.replace("\n", "") == text.replace("\r\n", "\n").replace("\n", "")


@settings(max_examples=12, deadline=None)
@given(_TEXTS)
def test_open_end_of_a_very_long_text_equals_one_parse_too(text: str) -> None:
    stream = StreamingMarkdown()
    for piece in ("Plain words in a line.\n\n" * 2200, *_cut(text, [7])):
        stream.feed(piece)
        stream.refresh()
    stream.finish()
    assert stream.units == list(parse(stream.source))


def test_definition_at_the_end_makes_links_of_what_stood_before() -> None:
    stream = StreamingMarkdown()
    for piece in ("See [the plan].\n\nMore.\n\n", "[the plan]: https://plan.org\n"):
        stream.feed(piece)
        stream.refresh()
    assert stream.finish() == 0
    assert any(run.link == "https://plan.org" for run in stream.units[0].runs)


def test_marks_that_are_half_written_do_not_show() -> None:
    stream = StreamingMarkdown()
    stream.feed("This is **bol")
    stream.refresh()
    assert stream.units[-1].text == "This is bol"
    stream.feed("d** and [a li")
    stream.refresh()
    stream.feed("nk](https://exa")
    stream.refresh()
    assert stream.units[-1].text == "This is bold and a link"


def test_half_written_formula_does_not_lose_its_mark() -> None:
    stream = StreamingMarkdown()
    shown = []
    for letter in r"so \(x_1*y*z\) is":
        stream.feed(letter)
        stream.refresh()
        shown.append(stream.units[-1].text)
    assert shown[4:8] == [r"so \(\)", r"so \(x\)", r"so \(x_\)", r"so \(x_1\)"]
    assert all(text.startswith(r"so \(x_1*y") for text in shown[9:])


def test_line_that_may_become_a_list_a_fence_or_a_table_waits_until_it_is_clear() -> None:
    for begin in ("-", "```", "| a | b |\n|--", "1."):
        stream = StreamingMarkdown("Text.\n\n" + begin)
        stream.refresh()
        assert [unit.text for unit in stream.units] == ["Text."], begin
        stream.finish()
        assert len(stream.units) > 1, begin


def test_half_surrogates_and_zeros_become_signs_that_can_be_shown() -> None:
    stream = StreamingMarkdown("a\ud800b\x00c")
    stream.finish()
    assert stream.units[0].text == "a\ufffdb\ufffdc"


def test_pieces_of_an_endless_paragraph_that_stand_are_left_alone() -> None:
    stream = StreamingMarkdown("word " * 2000)
    stream.refresh()
    before = len(stream.units)
    stream.feed("and more")
    assert stream.refresh() == before - 1 > 3


def test_only_the_open_end_is_parsed_again() -> None:
    stream = StreamingMarkdown()
    for shape in ("- item of a list\n", "| a | b |\n", "line of code\n"):
        opening = {"|": "| a | b |\n|---|---|\n", "l": "```\n"}.get(shape[0], "")
        stream = StreamingMarkdown(opening)
        for _ in range(500):
            stream.feed(shape)
            changed = stream.refresh()
            assert len(stream.units) - changed <= 3
        assert stream.closed >= 498
