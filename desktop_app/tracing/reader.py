"""Reads records back from their files, whatever became of some lines."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from desktop_app.tracing.files import FILES, file_names
from desktop_app.tracing.records import SpanRecord, from_json


def read_records(path: Path, files: int = FILES) -> Iterator[SpanRecord]:
    """The records of `path` and the older files beside it, the oldest first.

    Lines that were cut off, and records of versions that are not known, are passed over. Raises OSError for a file
    that is there and cannot be read.
    """
    for name in reversed(list(file_names(path, files))):
        # It may be rotated away meanwhile.
        with suppress(FileNotFoundError), name.open("rb") as file:
            for line in file:
                if (record := _record(line)) is not None:
                    yield record


def _record(line: bytes) -> SpanRecord | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return from_json(value)
