"""One record as one line: secrets taken out, what is too big cut, valid UTF-8."""

import json
from typing import Any, Final

from desktop_app.tracing.records import SpanRecord, to_json
from desktop_app.tracing.redaction import Redactor

TEXT_LIMIT: Final = 32_000  # characters of one text
LINE_LIMIT: Final = 1_000_000  # bytes of a line
_SHORT_TEXT: Final = 1_000
_CONTENT: Final = ("input", "output")
# Words of our own that hold no secret, and that a secret of the same letters must not deface.
_OURS: Final = ("v", "trace_id", "span_id", "parent_id", "kind", "started_at", "ended_at", "duration_ms", "outcome")


def encode(record: SpanRecord, redactor: Redactor) -> bytes:
    """The line of `record`, its end included, of 1,000,000 bytes at most."""
    values = to_json(record)
    line = _line(values, redactor, TEXT_LIMIT)
    if len(line) > LINE_LIMIT:
        line = _line(values, redactor, _SHORT_TEXT)
    if len(line) > LINE_LIMIT:
        mark = f"[left out: {len(line):,} bytes]"
        line = _line(values | {name: mark for name in _CONTENT if name in values}, redactor, _SHORT_TEXT)
    return line


def _line(values: dict[str, Any], redactor: Redactor, limit: int) -> bytes:
    clean = {name: value if name in _OURS else redactor.value(value, limit) for name, value in values.items()}
    text = json.dumps(clean, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode() + b"\n"
