"""The records of a trace: one JSON object a line, versioned. docs/architecture.md describes them for readers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

VERSION: Final = 1

# A function is called by the writer's thread: what takes time to tell is not told on the window's.
Content: TypeAlias = object | Callable[[], object]


class Kind(StrEnum):
    """What a span stands for. Others may come; a reader shows a kind that it does not know by its name."""

    TURN = "turn"
    GENERATION = "generation"
    TOOL = "tool"


class Outcome(StrEnum):
    """How a span ended."""

    COMPLETE = "complete"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class SpanError:
    """Why a span failed: a kind of the provider errors or the name of an exception, and a sentence."""

    kind: str
    message: str = ""


@dataclass(slots=True)
class SpanRecord:
    """One span; filled until it ends. Times are UTC in ISO 8601 with microseconds, so they sort as text.

    `input` and `output` are JSON values, or functions that give them; None where content is left out.
    """

    kind: str
    name: str
    trace_id: str = ""
    span_id: str = ""
    parent_id: str | None = None
    started_at: str = ""
    ended_at: str = ""
    outcome: str = Outcome.COMPLETE
    error: SpanError | None = None
    provider: str | None = None
    model: str | None = None
    conversation_id: int | None = None
    message_id: int | None = None
    usage: Mapping[str, Any] | None = None
    time_to_first_token_ms: int | None = None
    stop_reason: str | None = None
    input: Content = None
    output: Content = None
    attributes: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def duration_ms(self) -> float:
        """How long the span was open."""
        lasted = datetime.fromisoformat(self.ended_at) - datetime.fromisoformat(self.started_at)
        return round(max(0.0, lasted.total_seconds()) * 1000, 3)


def timestamp(moment: datetime) -> str:
    """`moment` as records have it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def to_json(record: SpanRecord) -> dict[str, Any]:
    """The record as a JSON object; what it has no value for is left out. Runs the functions in its content."""
    error = record.error
    values = {
        "v": VERSION,
        "trace_id": record.trace_id,
        "span_id": record.span_id,
        "parent_id": record.parent_id,
        "kind": str(record.kind),
        "name": record.name,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "duration_ms": record.duration_ms,
        "outcome": str(record.outcome),
        "error": {"kind": error.kind, "message": error.message} if error else None,
        "provider": record.provider,
        "model": record.model,
        "conversation_id": record.conversation_id,
        "message_id": record.message_id,
        "usage": record.usage,
        "time_to_first_token_ms": record.time_to_first_token_ms,
        "stop_reason": record.stop_reason,
        "input": _told(record.input),
        "output": _told(record.output),
        "attributes": record.attributes or None,
        "events": record.events or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def from_json(value: object) -> SpanRecord | None:
    """The record that a JSON value is; None for what is no record, or one of a version that is not known."""
    if not isinstance(value, dict) or value.get("v") != VERSION:
        return None
    texts = ("kind", "name", "trace_id", "span_id", "started_at", "ended_at", "outcome")
    if not all(isinstance(value.get(name), str) for name in texts):
        return None
    known: dict[str, Any] = {name: value.get(name) for name in (*texts, *_OPTIONAL)}
    error = _mapping(value.get("error"))
    return SpanRecord(
        **known,
        error=SpanError(str(error.get("kind", "")), str(error.get("message", ""))) if error else None,
        attributes=_mapping(value.get("attributes")),
        events=[_mapping(event) for event in value.get("events") or ()],
    )


_OPTIONAL: Final = (
    "parent_id",
    "provider",
    "model",
    "conversation_id",
    "message_id",
    "usage",
    "time_to_first_token_ms",
    "stop_reason",
    "input",
    "output",
)


def _told(content: Content) -> object:
    return content() if callable(content) else content


def _mapping(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}
