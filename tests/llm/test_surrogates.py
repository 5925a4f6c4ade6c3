"""Halves of characters."""

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.llm.surrogates import SurrogateMender, without_surrogates


@given(st.text(st.characters()))
def test_what_is_mended_can_be_encoded(text: str) -> None:
    without_surrogates(text).encode()


def test_two_halves_become_their_character_and_one_half_a_mark() -> None:
    assert without_surrogates("a\ud83d\ude00b") == "a😀b"
    assert without_surrogates("a\ud83db\ude00") == "a�b�"
    assert without_surrogates("plain") == "plain"


def test_a_character_split_between_two_pieces_is_put_together() -> None:
    mender = SurrogateMender()
    assert [mender.mend(piece) for piece in ("a\ud83d", "\ude00b", "c\ud83d")] == ["a", "😀b", "c"]
    assert mender.rest() == "�"
    assert mender.rest() == ""


@given(st.lists(st.text(st.characters())))
def test_pieces_come_to_the_same_as_the_whole(pieces: list[str]) -> None:
    mender = SurrogateMender()
    mended = "".join([*(mender.mend(piece) for piece in pieces), mender.rest()])
    assert mended == without_surrogates("".join(pieces))
