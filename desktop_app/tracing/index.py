"""An index of the traces in their files: read once, then only what was added; the spans of one are read when wanted."""

import errno
import json
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from desktop_app.tracing.files import FILES, file_names
from desktop_app.tracing.records import Kind, Outcome, SpanRecord, from_json

SLOW_MS: Final = 10_000
_TITLE: Final = 200
_RUNNING: Final = "running"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line stands; `number` is that of its file among those that were read."""

    number: int
    offset: int
    length: int


@dataclass(slots=True)
class TraceHead:
    """What a list tells of one trace. Without `ended_at` its turn still goes on, or its program was lost."""

    trace_id: str
    started_at: str = ""
    ended_at: str = ""
    duration_ms: float = 0.0
    title: str = ""
    outcome: str = _RUNNING
    error_kind: str = ""
    provider: str = ""
    model: str = ""
    conversation_id: int | None = None
    message_id: int | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)
    first_token_ms: int | None = None
    has_tools: bool = False
    places: list[_Place] = field(default_factory=list, repr=False)

    @property
    def is_running(self) -> bool:
        """Whether the turn has not ended."""
        return not self.ended_at

    @property
    def is_failed(self) -> bool:
        """Whether the turn failed."""
        return self.outcome == Outcome.FAILED

    @property
    def is_slow(self) -> bool:
        """Whether the turn took long."""
        return self.duration_ms >= SLOW_MS

    @property
    def span_count(self) -> int:
        """How many spans were recorded."""
        return len(self.places)


class TraceIndex:
    """The traces of `path` and the older files beside it. Its methods read files: call them in a thread.

    They raise OSError for a file that is there and cannot be read.
    """

    def __init__(self, path: Path, files: int = FILES) -> None:
        self.path = path
        self._files = files
        self._heads: dict[str, TraceHead] = {}
        self._read: list[Path] = []
        self._newest: tuple[int, int] = (0, 0)  # its inode, and how much of it was read

    def refresh(self) -> bool:
        """Read what was added since; all again where files were rotated. Whether there is anything new."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            had_any = bool(self._heads)
            self._heads, self._read, self._newest = {}, [], (0, 0)
            return had_any
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no file")  # to read a pipe would take for ever
        inode, done = self._newest
        if inode == status.st_ino and done <= status.st_size and self._read:
            return done < status.st_size and self._add(len(self._read) - 1, self.path, done) > done
        self._heads, self._read = {}, []
        for path in reversed(list(file_names(self.path, self._files))):
            if path.is_file():
                self._read.append(path)
                self._add(len(self._read) - 1, path, 0)
        return True

    def heads(self) -> list[TraceHead]:
        """All traces, the newest first."""
        return sorted(self._heads.values(), key=lambda head: head.started_at, reverse=True)

    def head(self, trace_id: str) -> TraceHead | None:
        """One trace; None where it is not there (any more)."""
        return self._heads.get(trace_id)

    def spans(self, trace_id: str) -> list[SpanRecord]:
        """The spans of one trace in the order of their beginning; those that went on are not there yet."""
        head = self._heads.get(trace_id)
        found = (self._record(place) for place in head.places) if head is not None else ()
        spans = [record for record in found if record is not None and record.trace_id == trace_id]
        return sorted(spans, key=lambda span: (span.started_at, span.parent_id is not None))

    def raw(self, trace_id: str) -> list[dict[str, Any]]:
        """The records of one trace as they stand in the files."""
        head = self._heads.get(trace_id)
        values = (self._value(place) for place in head.places) if head is not None else ()
        return [value for value in values if isinstance(value, dict) and value.get("trace_id") == trace_id]

    def find(self, text: str) -> set[str]:
        """The ids of the traces in whose spans `text` stands, whatever its case."""
        wanted = json.dumps(text, ensure_ascii=False)[1:-1].casefold()
        return {
            head.trace_id
            for head in self._heads.values()
            if any(wanted in self._line(place).decode("utf-8", "replace").casefold() for place in head.places)
        }

    def _add(self, number: int, path: Path, offset: int) -> int:
        """Take in the lines of `path` from `offset` on; how far it was read. A line without an end waits for it."""
        with path.open("rb") as file:
            file.seek(offset)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._take(line, _Place(number, offset, len(line)))
                offset += len(line)
            if path == self.path:
                self._newest = (path.stat().st_ino, offset)
        return offset

    def _take(self, line: bytes, place: _Place) -> None:
        record = _record_of(line)
        if record is None or not record.trace_id:
            return
        head = self._heads.setdefault(record.trace_id, TraceHead(record.trace_id))
        head.places.append(place)
        if not head.started_at or record.started_at < head.started_at:
            head.started_at = record.started_at
        if record.kind == Kind.TOOL:
            head.has_tools = True
        elif record.kind == Kind.TURN:
            _describe(head, record)

    def _record(self, place: _Place) -> SpanRecord | None:
        return from_json(self._value(place))

    def _value(self, place: _Place) -> object:
        try:
            return json.loads(self._line(place))
        except (ValueError, RecursionError):
            return None

    def _line(self, place: _Place) -> bytes:
        with self._read[place.number].open("rb") as file:
            file.seek(place.offset)
            return file.read(place.length)


def ordered(spans: list[SpanRecord]) -> Iterator[tuple[int, SpanRecord]]:
    """`spans` as a tree from the top, each with how deep it lies; one whose parent is not there lies at the top."""
    known = {span.span_id for span in spans}
    children: dict[str | None, list[SpanRecord]] = {}
    for span in spans:
        children.setdefault(span.parent_id if span.parent_id in known else None, []).append(span)
    waiting = [(0, span) for span in reversed(children.get(None, []))]
    while waiting:
        depth, span = waiting.pop()
        yield depth, span
        waiting += [(depth + 1, child) for child in reversed(children.pop(span.span_id, []))]


def _record_of(line: bytes) -> SpanRecord | None:
    try:
        return from_json(json.loads(line))
    except (ValueError, RecursionError):
        return None


def _describe(head: TraceHead, turn: SpanRecord) -> None:
    """Take the facts of a turn; of several, as where another provider answered in the end, the last one's outcome."""
    if not head.title and isinstance(turn.input, str):
        head.title = " ".join(turn.input[: _TITLE * 2].split())[:_TITLE]
    head.ended_at = max(head.ended_at, turn.ended_at)
    head.duration_ms += turn.duration_ms
    head.outcome, head.error_kind = turn.outcome, turn.error.kind if turn.error else ""
    head.provider, head.model = turn.provider or "", turn.model or ""
    head.conversation_id, head.message_id = turn.conversation_id, turn.message_id
    head.usage = turn.usage or head.usage
    if head.first_token_ms is None:
        head.first_token_ms = turn.time_to_first_token_ms
