"""Reads the reply out of a JSON object while it is still being written, however it is cut into pieces."""

from typing import Final

_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_REPLACEMENT: Final = "\ufffd"


class StringDecoder:
    """Decodes the inside of one JSON string, character by character."""

    def __init__(self) -> None:
        self._escape = ""
        self._high: int | None = None
        self.is_closed = False

    def feed(self, char: str) -> str:
        """The text that `char` completes, often itself; empty within an escape and at the closing quote."""
        if self._escape:
            return self._continue_escape(char)
        if char == "\\":
            self._escape = char
            return ""
        if char == '"':
            self.is_closed = True
            return self._flushed()
        return self._flushed() + char

    @property
    def is_plain(self) -> bool:
        """Whether the next characters stand for themselves, but for quotes and backslashes."""
        return not self._escape and self._high is None and not self.is_closed

    def feed_piece(self, piece: str) -> str:
        """The text that `piece` completes, up to the closing quote."""
        if self.is_plain and '"' not in piece and "\\" not in piece:
            return piece
        return "".join("" if self.is_closed else self.feed(char) for char in piece)

    def _continue_escape(self, char: str) -> str:
        self._escape += char
        if self._escape[1] != "u":
            self._escape = ""
            return self._flushed() + _ESCAPES.get(char, char)
        if len(self._escape) < 6:
            return ""
        digits, self._escape = self._escape[2:], ""
        try:
            return self._unit(int(digits, 16))
        except ValueError:
            return self._flushed() + _REPLACEMENT

    def _unit(self, unit: int) -> str:
        """The character of a UTF-16 unit; the first half of a pair waits for the second."""
        if self._high is not None and 0xDC00 <= unit <= 0xDFFF:
            high, self._high = self._high, None
            return chr(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00))
        before = self._flushed()
        if 0xD800 <= unit <= 0xDBFF:
            self._high = unit
            return before
        return before + (_REPLACEMENT if 0xDC00 <= unit <= 0xDFFF else chr(unit))

    def _flushed(self) -> str:
        """What stands for a first half whose second never came."""
        if self._high is None:
            return ""
        self._high = None
        return _REPLACEMENT


class ReplyDecoder:
    """Takes the pieces of a JSON object and gives the pieces of its `reply`; each character is looked at once."""

    def __init__(self) -> None:
        self._depth = 0
        self._has_begun = False
        self._key: str | None = None
        self._string: StringDecoder | None = None
        self._text: list[str] = []

    @property
    def is_complete(self) -> bool:
        """Whether the object is closed; a small model may go on with spaces for ever."""
        return self._has_begun and self._depth == 0

    def feed(self, piece: str) -> str:
        """The part of the reply that this piece brings."""
        if self._is_in_reply and '"' not in piece and "\\" not in piece:
            return piece
        return "".join(map(self._take, piece))

    @property
    def _is_in_reply(self) -> bool:
        return self._string is not None and self._string.is_plain and self._depth == 1 and self._key == "reply"

    def _take(self, char: str) -> str:
        if self._string is not None:
            return self._in_string(self._string, char)
        match char:
            case '"':
                self._string, self._text = StringDecoder(), []
            case "{" | "[":
                self._depth += 1
                self._has_begun = True
            case "}" | "]":
                self._depth -= 1
            case ":" if self._depth == 1:
                self._key = "".join(self._text)
            case "," if self._depth == 1:
                self._key = None
            case _:
                pass
        return ""

    def _in_string(self, string: StringDecoder, char: str) -> str:
        text = string.feed(char)
        if string.is_closed:
            self._string = None
        if self._depth == 1 and self._key == "reply":
            return text
        if self._depth == 1 and self._key is None:
            self._text.append(text)
        return ""
