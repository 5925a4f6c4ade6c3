"""Reads tool calls out of JSON that a model printed, and mends it only where one reading is possible."""

import ast
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from desktop_app.domain.goals import storable_text

_NAME_KEYS: Final = ("name", "tool", "tool_name", "function")
_ARGUMENT_KEYS: Final = ("arguments", "parameters", "args", "input", "tool_input")
_SIDE_KEYS: Final = frozenset({"id", "type", "index"})
_FIRST_KEYS: Final = (*_NAME_KEYS, *_ARGUMENT_KEYS, *_SIDE_KEYS, "tool_calls")
_BEGIN: Final = re.compile(
    r"""\s*(?:\[\s*)?(?:\{\s*(?:(?P<quote>["'])(?P<key>[^"'\\]*)(?P<key_end>(?P=quote))?"""
    r"""(?:\s*:\s*["'](?P<value>[^"'\\]*)(?P<value_end>["'])?)?)?)?"""
)
_TRAILING_COMMA: Final = re.compile(r",(?=\s*[}\]])")


@dataclass(frozen=True, slots=True)
class PrintedCall:
    """A call that was printed. `arguments` is JSON text, or what the model gave in its place."""

    name: str
    arguments: str


def may_become_call(begin: str, names: Collection[str]) -> bool:
    """Whether text that begins with `begin` can still be a call of one of `names`, in a form that is known."""
    found = _BEGIN.match(begin)
    if found is None or found.end() == 0:
        return not begin
    key = found["key"]
    if key is None:
        return found.end() == len(begin)
    if found["key_end"] is None:
        return found.end() == len(begin) and any(known.startswith(key) for known in (*_FIRST_KEYS, *names))
    if key not in (*_FIRST_KEYS, *names):
        return False
    value = found["value"]
    if key not in _NAME_KEYS or value is None:
        return True
    return value in names if found["value_end"] else any(name.startswith(value) for name in names)


def calls_in(text: str, names: Collection[str], *, may_repair: bool = True) -> tuple[PrintedCall, ...]:
    """The calls that `text` consists of; none unless all of it is calls of `names`."""
    values = _values(text, may_repair=may_repair)
    if not values:
        return ()
    calls = [_call(value, names) for value in _flat(values)]
    return tuple(call for call in calls if call is not None) if None not in calls else ()


class ValueScanner:
    """Follows one or several JSON values as they grow, and notices text after them."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._is_escaped = False
        self.is_followed_by_text = False

    def feed(self, text: str) -> None:
        """Read on."""
        for character in text:
            if self._in_string:
                self._read_string(character)
            elif character == '"' and self._depth:
                self._in_string = True
            elif character in "{[":
                self._depth += 1
            elif character in "}]" and self._depth:
                self._depth -= 1
            elif not self._depth and not character.isspace():
                self.is_followed_by_text = True

    def _read_string(self, character: str) -> None:
        if self._is_escaped:
            self._is_escaped = False
        elif character == "\\":
            self._is_escaped = True
        elif character == '"':
            self._in_string = False


def _values(text: str, *, may_repair: bool) -> list[Any]:
    readers: tuple[Callable[[str], list[Any]], ...] = (_read_json,)
    if may_repair:
        readers = (_read_json, _read_without_trailing_commas, _read_closed, _read_python)
    for read in readers:
        try:
            return read(text)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            continue
    return []


def _read_json(text: str) -> list[Any]:
    """One JSON value or several in a row. A key that comes twice is refused: nobody can say which one is meant."""
    # Line breaks inside strings are no JSON, but can mean nothing else.
    decoder = json.JSONDecoder(object_pairs_hook=_object, strict=False)
    values, at = [], _next_word(text, 0)
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        values.append(value)
        at = _next_word(text, at)
    return values


def _next_word(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key comes twice")
    return values


def _read_without_trailing_commas(text: str) -> list[Any]:
    return _read_json(_outside_strings(text, lambda part: _TRAILING_COMMA.sub("", part)))


def _read_closed(text: str) -> list[Any]:
    """The value with the brackets that are missing at its very end."""
    missing = list(_missing_brackets(text))
    if not missing or text.rstrip()[-1:] in {",", ":"}:
        raise ValueError("not a matter of missing brackets")
    return _read_json(text + "".join(missing))


def _missing_brackets(text: str) -> Iterator[str]:
    stack: list[str] = []

    def follow(part: str) -> str:
        for character in part:
            if character in "{[":
                stack.append("}" if character == "{" else "]")
            elif character in "}]" and (not stack or stack.pop() != character):
                raise ValueError("brackets do not match")
        return part

    _outside_strings(text, follow)
    return reversed(stack)


def _outside_strings(text: str, change: Callable[[str], str]) -> str:
    """`text` with `change` made to what stands outside of strings; raises ValueError where a string does not end."""
    parts = re.split(r'("(?:[^"\\]|\\.)*")', text, flags=re.DOTALL)
    if any('"' in part for part in parts[::2]):
        raise ValueError("a string does not end")
    return "".join(part if index % 2 else change(part) for index, part in enumerate(parts))


def _read_python(text: str) -> list[Any]:
    """The value as Python writes it: single quotes, True, None."""
    tree = ast.parse(text.strip(), mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            _object([(ast.dump(key) if key else "", None) for key in node.keys])
    value = ast.literal_eval(tree)
    json.dumps(value)  # a set or bytes is no JSON value
    return [value]


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from value
        elif isinstance(value, dict) and set(value) == {"tool_calls"} and isinstance(value["tool_calls"], list):
            yield from value["tool_calls"]
        else:
            yield value


def _call(value: Any, names: Collection[str]) -> PrintedCall | None:  # noqa: ANN401 - a JSON value
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("function"), dict) and set(value) <= {"function", *_SIDE_KEYS}:
        value = value["function"]
    return _named_call(value, names)


def _named_call(value: dict[str, Any], names: Collection[str]) -> PrintedCall | None:
    if len(value) == 1:
        ((name, arguments),) = value.items()
        if name in names and isinstance(arguments, dict):
            return PrintedCall(name, _json(arguments))
    name_keys = [key for key in _NAME_KEYS if key in value]
    argument_keys = [key for key in _ARGUMENT_KEYS if key in value]
    if len(name_keys) != 1 or len(argument_keys) != 1 or set(value) - {*name_keys, *argument_keys, *_SIDE_KEYS}:
        return None
    name, arguments = value[name_keys[0]], value[argument_keys[0]]
    if not isinstance(name, str) or name not in names:
        return None
    return PrintedCall(name, storable_text(arguments) if isinstance(arguments, str) else _json(arguments))


def _json(value: object) -> str:
    return storable_text(json.dumps(value, ensure_ascii=False))
