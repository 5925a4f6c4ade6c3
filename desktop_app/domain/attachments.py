"""What may be attached to a message: text files and images, told by what they hold, not by what they are called."""

import hashlib
import re
from typing import Final

from desktop_app.domain.goals import storable_text
from desktop_app.domain.messages import AttachmentPart
from desktop_app.errors import InvalidValueError

IMAGE_LIMIT_BYTES: Final = 5_000_000  # what Claude takes; others take more
TEXT_LIMIT_BYTES: Final = 4_000_000  # as much as a message may have letters
MOST_ATTACHMENTS: Final = 10
LONG_PASTE_CHARS: Final = 6_000
LONG_PASTE_LINES: Final = 120

TEXT: Final = "text/plain"
_NAME_LIMIT: Final = 120
_BYTE_ORDER_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Tabs, line ends, form feeds and the escapes of a terminal's log are text; other controls are not.
_NOT_TEXT: Final = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\x1b")
_NOT_TEXT_AT_ALL: Final = re.compile(f"[{re.escape(''.join(sorted(_NOT_TEXT)))}]")


def attachment(name: str, data: bytes) -> AttachmentPart:
    """What `data` is, if it can be attached. Raises InvalidValueError, which says what can."""
    shown = _cleaned_name(name)
    if not data:
        raise InvalidValueError(f"“{shown}” is empty, so there is nothing to attach.")
    # Text first: no image is text throughout, but a text may begin like an image.
    media_type = TEXT if _decoded(data) is not None else _image_type(data)
    if media_type is None:
        raise InvalidValueError(f"“{shown}” cannot be attached: text files and PNG, JPEG, WebP and GIF images can.")
    limit = TEXT_LIMIT_BYTES if media_type == TEXT else IMAGE_LIMIT_BYTES
    if len(data) > limit:
        raise InvalidValueError(
            f"“{shown}” has {len(data) / 1e6:.1f} MB; {limit / 1e6:.0f} MB is the most for {_kind(media_type)}."
        )
    return AttachmentPart(shown, media_type, hashlib.sha256(data).hexdigest(), len(data), data)


def text_of(data: bytes) -> str:
    """The text of an attached file; what is no text after all is replaced."""
    text = _decoded(data)
    return storable_text(data.decode("utf-8", "replace") if text is None else text)


def is_long_paste(text: str) -> bool:
    """Whether pasted text is better attached than put into the box; what is too long for a file is not."""
    is_long = len(text) > LONG_PASTE_CHARS or text.count("\n") >= LONG_PASTE_LINES
    return is_long and len(pasted(text)) <= TEXT_LIMIT_BYTES


def pasted(text: str) -> bytes:
    """Pasted text as a file, without the characters that no text file has, so that it is never refused."""
    return storable_text("".join(_NOT_TEXT_AT_ALL.split(text))).encode("utf-8")


def _kind(media_type: str) -> str:
    return "a text file" if media_type == TEXT else "an image"


def _image_type(data: bytes) -> str | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def _decoded(data: bytes) -> str | None:
    """The text that `data` is, None where it is none."""
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if _NOT_TEXT.isdisjoint(text) else None


def _cleaned_name(name: str) -> str:
    """The last part of a path in one line, short enough to show; its ending stays."""
    line = " ".join(storable_text(name).replace("\\", "/").rpartition("/")[2].split()) or "file"
    if len(line) <= _NAME_LIMIT:
        return line
    stem, dot, ending = line.rpartition(".")
    return stem[: _NAME_LIMIT - len(ending) - 2] + "…." + ending if dot and len(ending) < 12 else line[:_NAME_LIMIT]
