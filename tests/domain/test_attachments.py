"""What can be attached is told by what it holds."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.domain.attachments import (
    IMAGE_LIMIT_BYTES,
    LONG_PASTE_CHARS,
    TEXT_LIMIT_BYTES,
    attachment,
    is_long_paste,
    pasted,
    text_of,
)
from desktop_app.errors import InvalidValueError

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "image/jpeg"),
        (b"GIF89a" + bytes(9), "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"print('hi')\n", "text/plain"),
        ("Läufe: 12 km 🏃".encode(), "text/plain"),
        ("Läufe".encode("utf-16"), "text/plain"),
        (b"\xef\xbb\xbfname;km\n", "text/plain"),
        (b"\x1b[32mok\x1b[0m\n", "text/plain"),
        (b"GIF89a is how a file of pictures begins", "text/plain"),
    ],
)
def test_texts_and_images_are_known_by_their_content(data: bytes, media_type: str) -> None:
    part = attachment("anything.bin", data)
    assert (part.media_type, part.size_bytes, part.is_image) == (media_type, len(data), media_type != "text/plain")


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7\n\x00\x01", b"PK\x03\x04", b"\x7fELF\x02\x01\x01\x00", b"RIFF\x00\x00\x00\x00WAVE", b"\xff\xfea"],
)
def test_what_is_neither_is_refused_whatever_it_is_called(data: bytes) -> None:
    with pytest.raises(InvalidValueError, match=r"“photo\.png” cannot be attached"):
        attachment("photo.png", data)


def test_what_is_too_large_or_empty_is_refused_with_its_limit() -> None:
    with pytest.raises(InvalidValueError, match="5 MB is the most for an image"):
        attachment("a.png", PNG + bytes(IMAGE_LIMIT_BYTES))
    with pytest.raises(InvalidValueError, match="4 MB is the most for a text file"):
        attachment("a.txt", b"x" * (TEXT_LIMIT_BYTES + 1))
    with pytest.raises(InvalidValueError, match="empty"):
        attachment("a.txt", b"")


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("/home/me/plan.md", "plan.md"),
        ("C:\\Users\\me\\plan.md", "plan.md"),
        ("two\nlines.txt", "two lines.txt"),
        ("", "file"),
        ("x" * 300 + ".txt", "x" * 115 + "….txt"),
    ],
)
def test_a_name_is_the_last_part_of_a_path_in_one_line(given_name: str, shown: str) -> None:
    assert attachment(given_name, b"x").name == shown


def test_a_text_is_read_in_the_encoding_that_its_mark_tells() -> None:
    assert text_of("Läufe".encode("utf-16")) == "Läufe"
    assert text_of(b"\xef\xbb\xbfname") == "name"


@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(data: bytes) -> None:
    with contextlib.suppress(InvalidValueError):
        part = attachment("file", data)
        assert part.is_image or isinstance(text_of(data), str)


def test_a_long_paste_is_told_from_a_short_one() -> None:
    assert not is_long_paste("word " * 100)
    assert is_long_paste("x" * (LONG_PASTE_CHARS + 1))
    assert is_long_paste("a\n" * 200)
    assert not is_long_paste("x" * (TEXT_LIMIT_BYTES + 1)), "it could not be attached"


@given(st.text(min_size=1, max_size=300))
def test_a_pasted_text_can_always_be_attached(text: str) -> None:
    long = text * (LONG_PASTE_CHARS // len(text) + 1) + "!"
    assert attachment("Pasted text.txt", pasted(long)).media_type == "text/plain"
