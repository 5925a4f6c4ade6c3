"""Two texts beside each other, and two hands in one text."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.domain.text_diff import Mark, TextPiece, merged_text, text_diff

lines = st.lists(st.sampled_from(["a\n", "b c\n", "\n", "d e f\n", "x\r\n", "end"]), max_size=8).map("".join)
texts = st.text(max_size=40) | lines


@given(before=texts, after=texts)
def test_the_pieces_give_back_both_texts_exactly(before: str, after: str) -> None:
    pieces = text_diff(before, after)

    assert "".join(piece.text for piece in pieces if piece.mark is not Mark.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.mark is not Mark.REMOVED) == after
    assert all(piece.text for piece in pieces)
    assert all(one.mark is not two.mark for one, two in pairwise(pieces))


def test_a_changed_word_is_told_within_its_line() -> None:
    assert text_diff("# Plan\nRun on Sunday.\n", "# Plan\nRun on Monday.\n") == (
        TextPiece(Mark.SAME, "# Plan\nRun on "),
        TextPiece(Mark.REMOVED, "Sunday"),
        TextPiece(Mark.ADDED, "Monday"),
        TextPiece(Mark.SAME, ".\n"),
    )


def test_a_megabyte_that_has_little_in_common_is_told_in_few_pieces() -> None:
    old, new = ("old line\n" * 50_000), ("a new one\n" * 50_000)

    pieces = text_diff("same\n" + old, "same\n" + new)

    assert pieces[0] == TextPiece(Mark.SAME, "same\n")
    assert len(pieces) <= 4


@given(base=texts, other=texts)
def test_what_one_hand_changed_alone_is_taken_whole(base: str, other: str) -> None:
    assert merged_text(base, base, other) == other
    assert merged_text(base, other, base) == other
    assert merged_text(base, other, other) == other


@given(head=lines, middle=lines, tail=lines, new_head=lines, new_tail=lines)
def test_changes_to_different_places_are_both_kept(
    head: str, middle: str, tail: str, new_head: str, new_tail: str
) -> None:
    middle = "--- one\n" + middle.replace("end", "end\n") + "--- two\n"
    head, new_head = head.replace("end", "end\n"), new_head.replace("end", "end\n")

    mine, theirs = new_head + middle + tail, head + middle + new_tail
    assert merged_text(head + middle + tail, mine, theirs) == new_head + middle + new_tail


def test_two_changes_of_one_line_are_a_collision() -> None:
    assert merged_text("run\n", "run far\n", "run fast\n") is None
