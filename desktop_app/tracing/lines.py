"""One record as one line: secrets taken out, what is too big cut, valid UTF-8."""

import json
from typing import Any, Final

from desktop_app.tracing.records import SpanRecord, to_json
from desktop_app.tracing.redaction import Redactor

TEXT_LIMIT: Final = 32_000  # characters of one text
LINE_LIMIT: Final = 1_000_000  # bytes of a line
_INPUT_LIMIT: Final = 600_000  # bytes of all messages that a model was sent
_SHORT_TEXT: Final = 1_000
_CONTENT: Final = ("input", "output")
# Words of our own that hold no secret, and that a secret of the same letters must not deface.
_OURS: Final = ("v", "trace_id", "span_id", "parent_id", "kind", "started_at", "ended_at", "duration_ms", "outcome")


def encode(record: SpanRecord, redactor: Redactor) -> bytes:
    """The line of `record`, its end included, of 1,000,000 bytes at most.

    Of a long conversation the first message, which is the instructions, and the newest ones are kept.
    """
    values = to_json(record)
    if isinstance(values.get("input"), list):
        values["input"] = _fitted(values["input"])
    line = _line(values, redactor, TEXT_LIMIT)
    if len(line) > LINE_LIMIT:
        line = _line(values, redactor, _SHORT_TEXT)
    if len(line) > LINE_LIMIT:
        mark = f"[left out: {len(line):,} bytes]"
        line = _line(values | {name: mark for name in _CONTENT if name in values}, redactor, _SHORT_TEXT)
    return line


def _fitted(messages: list[object]) -> list[object]:
    """`messages` without the middle, if they are too much: looking for secrets in what is cut would take long."""
    left = _INPUT_LIMIT - _size(messages[:1])
    for first_kept in range(len(messages) - 1, 0, -1):
        left -= _size(messages[first_kept])
        if left < 0:
            return [messages[0], {"left_out": first_kept}, *messages[first_kept + 1 :]]
    return messages


def _size(value: object) -> int:
    """About how many bytes `value` takes in the line, its long texts cut."""
    match value:
        case str():
            return len(value[:TEXT_LIMIT].encode("utf-8", "replace")) + 4
        case dict():
            return sum(_size(name) + _size(item) for name, item in value.items())
        case list():
            return sum(map(_size, value))
        case _:
            return 8


def _line(values: dict[str, Any], redactor: Redactor, limit: int) -> bytes:
    clean = {name: value if name in _OURS else redactor.value(value, limit) for name, value in values.items()}
    text = json.dumps(clean, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode() + b"\n"
