"""A text's own line ends survive its editing."""

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ui.goals.source_text import SourceText

_TEXT = st.lists(st.sampled_from(["a", "b", "\n", "\r\n", "\r", "\u2028", "😀"])).map("".join)


@given(_TEXT)
def test_what_is_not_edited_comes_back_byte_for_byte(source: str) -> None:
    text = SourceText(source)

    assert text.edited(text.shown) == source


@given(_TEXT, _TEXT, _TEXT)
def test_what_stands_around_an_edit_keeps_its_line_ends(before: str, middle: str, after: str) -> None:
    shown = SourceText(before + "|" + middle + "|" + after).shown
    first, last = shown.index("|"), shown.rindex("|")

    edited = SourceText(before + "|" + middle + "|" + after).edited(shown[: first + 1] + "new" + shown[last:])

    assert edited == before + "|new|" + after


def test_new_lines_end_like_the_others() -> None:
    assert SourceText("one\r\ntwo\r\n").edited("one\n1½\ntwo\n") == "one\r\n1½\r\ntwo\r\n"
    assert SourceText("one\n").edited("one\ntwo\n") == "one\ntwo\n"
