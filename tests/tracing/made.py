"""Records as tests need them."""

from datetime import UTC, datetime
from typing import Any

from desktop_app.tracing.records import SpanRecord, timestamp

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def record(number: int = 0, *, ended: datetime = NOW, **changes: Any) -> SpanRecord:  # noqa: ANN401 - fields of a record
    """A generation that ended at `ended`; `number` tells it from others."""
    values: dict[str, Any] = {
        "kind": "generation",
        "name": f"model-{number}",
        "trace_id": "trace_1",
        "span_id": f"span_{number}",
        "started_at": timestamp(ended),
        "ended_at": timestamp(ended),
    }
    return SpanRecord(**(values | changes))
