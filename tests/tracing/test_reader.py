"""Reading records back, whatever became of the files."""

from pathlib import Path

import pytest

from desktop_app.tracing.lines import encode
from desktop_app.tracing.reader import read_records
from desktop_app.tracing.redaction import Redactor
from tests.tracing.made import record


def line(number: int) -> bytes:
    return encode(record(number), Redactor())


def numbers(path: Path) -> list[str]:
    return [each.span_id for each in read_records(path)]


def test_records_come_from_all_files_the_oldest_first(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    path.write_bytes(line(3))
    path.with_name("traces.jsonl.1").write_bytes(line(1) + line(2))
    path.with_name("traces.jsonl.3").write_bytes(line(0))
    assert numbers(path) == ["span_0", "span_1", "span_2", "span_3"]


def test_without_files_there_are_no_records(tmp_path: Path) -> None:
    assert numbers(tmp_path / "traces.jsonl") == []


BROKEN = {
    "cut": line(9)[:-20],
    "empty": b"",
    "null": b"null",
    "a list": b"[1]",
    "no text": b"\xff\xfe",
    "too deep": b"[" * 100_000,
    "of a newer version": line(9).replace(b'"v":1', b'"v":2').rstrip(),
    "of an odd version": line(9).replace(b'"v":1', b'"v":"1"').rstrip(),
    "of an odd kind": line(9).replace(b'"kind":"generation"', b'"kind":7').rstrip(),
    "bare": b'{"v":1}',
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_line_that_is_no_record_is_passed_over(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "traces.jsonl"
    path.write_bytes(line(1) + broken + b"\n" + line(2) + broken)
    assert numbers(path) == ["span_1", "span_2"]


def test_what_a_newer_program_adds_to_a_record_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    path.write_bytes(line(1).replace(b'"v":1', b'"v":1,"mood":"good","error":"odd","events":["odd"],"attributes":[]'))
    (read,) = read_records(path)
    assert (read.error, read.events, read.attributes) == (None, [{}], {})
    assert read.duration_ms == 0
