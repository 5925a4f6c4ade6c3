"""The writer's thread: nobody waits for it, and no disk that fails disturbs anybody."""

import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.tracing.files import TraceFiles
from desktop_app.tracing.reader import read_records
from desktop_app.tracing.redaction import Redactor
from desktop_app.tracing.writer import TraceWriter
from tests.tracing.made import NOW, record


class Opened:
    """Content that the writer cannot read before `go` is set; `began` says that it tries."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.began = threading.Event()

    def __call__(self) -> str:
        self.began.set()
        self.go.wait(20)
        return "told"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "traces.jsonl"


@pytest.fixture
def writer(path: Path) -> Iterator[TraceWriter]:
    made = TraceWriter(TraceFiles(path, lambda: NOW), Redactor(), capacity=3)
    yield made
    made.close()


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]


def put_fifty(writer: TraceWriter, first: int) -> None:
    for number in range(first, first + 50):
        writer.put(record(number))


def state(writer: TraceWriter) -> tuple[bool, int]:
    return writer.is_failing, writer.lost


def spans(path: Path) -> list[str]:
    return [each.span_id for each in read_records(path)]


def test_records_of_many_threads_are_all_written(path: Path) -> None:
    writer = TraceWriter(TraceFiles(path, lambda: NOW), Redactor())
    threads = [threading.Thread(target=put_fifty, args=(writer, first)) for first in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    written = spans(path)
    assert len(written) == 150
    for first in (0, 100, 200):
        own = [f"span_{first + n}" for n in range(50)]
        assert [each for each in written if each in own] == own
    assert writer.lost == 0


def test_whoever_puts_a_record_waits_for_nothing_and_too_many_are_dropped(writer: TraceWriter, path: Path) -> None:
    slow = Opened()
    writer.put(record(0, output=slow))
    assert slow.began.wait(20)
    for number in range(1, 6):
        writer.put(record(number))
    assert writer.lost == 2
    assert not writer.flush(timeout_s=0)
    slow.go.set()
    assert writer.flush()
    assert spans(path) == ["span_0", "span_1", "span_2", "span_3"]
    assert not writer.is_failing


def test_closing_writes_what_waits_and_what_comes_after_is_lost(writer: TraceWriter, path: Path) -> None:
    writer.put(record(0))
    writer.put(record(1))
    writer.close()
    writer.put(record(2))
    writer.start()
    assert spans(path) == ["span_0", "span_1"]
    assert writer.lost == 1
    assert writer.flush()


def test_a_writer_that_was_never_used_closes_without_a_file(writer: TraceWriter, path: Path) -> None:
    writer.close()
    assert not path.parent.exists()


def test_starting_deletes_what_is_too_old(writer: TraceWriter, path: Path) -> None:
    path.parent.mkdir()
    TraceFiles(path, lambda: NOW).append(b'{"trace_id":"trace_1","ended_at":"2001-01-01T00:00:00.000000Z"}\n')
    os.utime(path, (0, 0))
    writer.start()
    assert writer.flush()
    assert not path.exists()


def test_a_folder_that_cannot_be_made_is_told_once_and_works_once_it_can(
    writer: TraceWriter, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.write_text("a file where the folder should be")
    for number in range(3):
        writer.put(record(number))
        assert writer.flush()
    assert state(writer) == (True, 3)
    (told,) = warnings_of(caplog)
    assert "the chat goes on" in told
    path.parent.unlink()
    writer.put(record(3))
    assert writer.flush()
    assert state(writer) == (False, 3)
    assert spans(path) == ["span_3"]


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_a_full_disk_is_told_once_and_harms_no_later_line(
    writer: TraceWriter, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.symlink_to("/dev/full")
    for number in range(3):
        writer.put(record(number))
        assert writer.flush()
    (told,) = warnings_of(caplog)
    assert "No space left" in told
    assert state(writer) == (True, 3)
    path.unlink()
    writer.put(record(3))
    assert writer.flush()
    assert state(writer) == (False, 3)
    assert spans(path) == ["span_3"]


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are Unix's")
def test_a_disk_that_becomes_full_within_a_line_costs_that_line_alone(writer: TraceWriter, path: Path) -> None:
    import resource  # noqa: PLC0415 - not on Windows

    writer.put(record(0))
    assert writer.flush()
    size = path.stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, limits[1]))
    try:
        writer.put(record(1))
        assert writer.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert state(writer) == (True, 1)
    assert path.stat().st_size == size + 40
    writer.put(record(2))
    assert writer.flush()
    assert spans(path) == ["span_0", "span_2"]


def test_a_file_without_permission_is_told(writer: TraceWriter, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    # A folder in its place is refused even to those who may do everything.
    path.mkdir(parents=True)
    writer.put(record(0))
    assert writer.flush()
    assert writer.is_failing
    assert len(warnings_of(caplog)) == 1


def test_a_record_that_cannot_be_told_costs_itself_alone(
    writer: TraceWriter, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise LookupError("of somebody's words")

    writer.put(record(0, output=broken))
    writer.put(record(1))
    assert writer.flush()
    assert spans(path) == ["span_1"]
    assert writer.lost == 1
    (told,) = warnings_of(caplog)
    assert "LookupError" in told
    assert "words" not in told
