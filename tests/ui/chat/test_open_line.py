"""A line that grows says at every length what one parse of it says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.ui.chat.blocks import Context
from desktop_app.ui.chat.markdown import parse
from desktop_app.ui.chat.open_line import OpenLine

_PIECES = (
    "plain words of a line that goes on and on, ",
    "**loud** and *leaning* words, ",
    "`code with ** in it` and ~~gone~~ ones ",
    "[a link](https://example.org/a_b) here ",
    "https://example.org/bare_one. Then ",
    "see [1] and snake_case_names ",
    "**never closed ",
    "and closed** at last ",
    "a ` lonely tick ",
    "x < y and <b>tags</b> ",
    "**bold [link** across](http://x.y) ",
    r"\*escaped\* and \(x_1*y\) ",
    "$x_1*y$ costs $5 ",
    "&amp; R&D ",
    "deutsch, 日本語, 🙂🙂 ",
    "two  spaces  ",
    "[open bracket ",
    "]",
    "*a*b*c ",
)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(_PIECES), min_size=1, max_size=5),
    st.lists(st.sampled_from(_PIECES), max_size=12),
    st.sampled_from(["", "- ", "> ", "1. ", "- [ ] ", "# "]),
    st.integers(300, 3_000),
)
def test_it_equals_one_parse_of_the_line(repeated: list[str], after: list[str], opening: str, step: int) -> None:
    repeats = 9_000 // len("".join(repeated)) + 1
    text = opening + "".join(repeated) * repeats + "".join(after) + "plain words of a line. " * 200
    line = OpenLine()
    for end in (*range(step, len(text), step), len(text)):
        units = line.units(text[:end], text[:end], Context())
        if units is None:
            line = OpenLine()
        else:
            assert units == list(parse(text[:end]))


def test_what_is_decided_is_not_parsed_again() -> None:
    line = OpenLine()
    text = "Words of a paragraph, some of them **loud**, and `code`. " * 1_000
    for end in range(100, len(text), 100):
        line.units(text[:end], text[:end], Context())
    assert len(text) - line.decided < 6_000


def test_a_mark_that_is_open_keeps_what_follows_open() -> None:
    line = OpenLine()
    text = "Some **words " + "and more words " * 1_000
    for end in range(100, len(text), 100):
        line.units(text[:end], text[:end], Context())
    assert line.decided == 0
