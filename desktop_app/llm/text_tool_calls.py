"""Finds tool calls that small models print as text: fenced JSON, `<tool_call>` tags, a reply that is one object."""

import re
from collections.abc import Collection
from enum import Enum, auto
from typing import Final, TypeAlias

from desktop_app.llm.printed_json import PrintedCall, ValueScanner, calls_in, may_become_call

Piece: TypeAlias = str | PrintedCall

HELD_LIMIT: Final = 200_000

_TAGS: Final = ("tool_call", "function_call", "tools")
_CALL_FENCES: Final = frozenset({"", "json", "tool_call", "tool_calls"})
_OPENER: Final = re.compile(rf"<(?P<tag>{'|'.join(_TAGS)})>|^[ \t]*```(?P<info>[^\n`]*)\n", re.MULTILINE)
_OPENER_BEGINS: Final = re.compile(r"<(?P<tag>[a-z_]*)\Z|^[ \t]*(?:`{0,2}|```[^\n`]{0,40})\Z", re.MULTILINE)
_CODE_END: Final = re.compile(r"^[ \t]*```[ \t]*(?=\n)", re.MULTILINE)
_CODE_END_BEGINS: Final = re.compile(r"^[ \t]*`*[ \t]*\Z", re.MULTILINE)


class _Kind(Enum):
    PROSE = auto()
    CODE = auto()  # a fence that holds no call
    TAG = auto()
    FENCE = auto()
    BARE = auto()  # the reply begins with an object or a list


class TextToolCalls:
    """Takes the pieces of one reply and gives text and calls in their order.

    Only what may still become a call of one of `names` is held back; what turns out to be none comes out unchanged.
    """

    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        self._kind = _Kind.PROSE
        self._head = ""  # the opener of the block that is being read, `_held` what follows it
        self._held = ""
        self._closer = ""
        self._scanner = ValueScanner()
        self._has_begun = False
        self._is_line_start = True
        self._skips_space = False
        self._out: list[Piece] = []

    def feed(self, text: str) -> list[Piece]:
        """What is settled once `text` has come."""
        self._held += text
        if self._kind is _Kind.BARE:
            self._scanner.feed(text)
        self._settle()
        if len(self._held) > HELD_LIMIT:
            self._give_up()
            self._settle()
        return self._taken()

    def finish(self, *, was_cut: bool = False) -> list[Piece]:
        """The rest, at the reply's end. After a reply that was cut off nothing is mended."""
        if self._kind in {_Kind.TAG, _Kind.FENCE, _Kind.BARE}:
            if calls := calls_in(self._held, self._names, may_repair=not was_cut):
                self._take_calls(calls, len(self._held))
            else:
                self._give_up()
        self._release(len(self._held))
        return self._taken()

    def _settle(self) -> None:
        while self._held and self._advance():
            pass

    def _taken(self) -> list[Piece]:
        out, self._out = self._out, []
        return out

    def _advance(self) -> bool:
        """Settle one thing; False once more text is needed."""
        match self._kind:
            case _Kind.PROSE:
                return self._advance_prose()
            case _Kind.CODE:
                return self._advance_code()
            case _:
                return self._advance_block()

    def _advance_prose(self) -> bool:
        if not self._has_begun:
            begin = self._held.lstrip()
            if not begin:
                return False
            if begin[0] in "{[":
                self._open(_Kind.BARE, "", 0)
                return True
        if "<" not in self._held and "`" not in self._held and not self._ends_within_indent():
            self._release(len(self._held))  # most pieces of most replies
            return False
        if opener := self._at_line_start(_OPENER):
            self._release(opener.start())
            self._open_after(opener)
            return True
        partial = self._at_line_start(_OPENER_BEGINS)
        self._release(partial.start() if partial else len(self._held))
        return False

    def _ends_within_indent(self) -> bool:
        """Whether what is held ends in white space with which a line begins, and after which a fence may open."""
        _, line_break, line = self._held.rpartition("\n")
        return line.isspace() and (bool(line_break) or self._is_line_start)

    def _open_after(self, opener: re.Match[str]) -> None:
        head = opener.group()
        if tag := opener["tag"]:
            self._open(_Kind.TAG, head, len(head))
            self._closer = f"</{tag}>"
        elif opener["info"].strip().casefold() in _CALL_FENCES:
            self._open(_Kind.FENCE, head, len(head))
            self._closer = "```"
        else:
            self._release(len(head))
            self._kind = _Kind.CODE

    def _open(self, kind: _Kind, head: str, length: int) -> None:
        self._kind, self._head, self._held = kind, head, self._held[length:]
        if kind is _Kind.BARE:
            self._scanner = ValueScanner()
            self._scanner.feed(self._held)

    def _at_line_start(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match in what is held; a fence counts only where a line really begins, a tag only as such."""
        for found in pattern.finditer(self._held):
            tag = found.groupdict().get("tag")
            if tag is None and (found.start() or self._is_line_start):
                return found
            if tag is not None and any(known.startswith(tag) for known in _TAGS):
                return found
        return None

    def _advance_code(self) -> bool:
        if end := self._at_line_start(_CODE_END):
            self._release(end.end())
            self._kind = _Kind.PROSE
            return True
        partial = self._at_line_start(_CODE_END_BEGINS)
        self._release(partial.start() if partial else len(self._held))
        return False

    def _advance_block(self) -> bool:
        is_over = self._kind is _Kind.BARE and self._scanner.is_followed_by_text
        if is_over or not may_become_call(self._held, self._names):
            self._give_up()
            return True
        at = self._held.find(self._closer) if self._kind is not _Kind.BARE else -1
        while at >= 0:
            if calls := calls_in(self._held[:at], self._names):
                self._take_calls(calls, at + len(self._closer))
                return True
            if self._kind is _Kind.TAG or self._held[:at].endswith("\n"):
                self._give_up()
                return True
            at = self._held.find(self._closer, at + len(self._closer))
        return False

    def _take_calls(self, calls: tuple[PrintedCall, ...], end: int) -> None:
        self._out.extend(calls)
        self._kind, self._head, self._held = _Kind.PROSE, "", self._held[end:]
        self._has_begun, self._is_line_start, self._skips_space = True, True, True

    def _give_up(self) -> None:
        """The block is no call: it is text like any other, and is not looked at again as a block."""
        is_fence, head = self._kind is _Kind.FENCE, len(self._head) or 1
        self._held, self._head = self._head + self._held, ""
        self._kind = _Kind.CODE if is_fence else _Kind.PROSE
        self._has_begun = True
        self._release(head)

    def _release(self, end: int) -> None:
        text, self._held = self._held[:end], self._held[end:]
        if self._skips_space or not self._has_begun:
            text = text.lstrip()
        if text:
            self._skips_space, self._has_begun = False, True
            self._is_line_start = text.endswith("\n")
            self._out.append(text)
