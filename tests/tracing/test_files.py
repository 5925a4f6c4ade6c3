"""The files of traces: appended to, rotated, kept private, rid of what is old; by several programs at once."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.file_lock import locked
from desktop_app.tracing.files import TraceFiles, file_names
from desktop_app.tracing.lines import encode
from desktop_app.tracing.redaction import Redactor
from tests.tracing.made import NOW, record

DAY = timedelta(days=1)


def lines_in(path: Path) -> list[bytes]:
    """All lines, the oldest first."""
    found = []
    for name in reversed(list(file_names(path))):
        if name.exists():
            found += name.read_bytes().splitlines(keepends=True)
    return found


def line_of(number: int, *, days_ago: float = 0) -> bytes:
    return encode(record(number, ended=NOW - days_ago * DAY), Redactor())


def set_age(path: Path, days: float) -> None:
    at = (NOW - days * DAY).timestamp()
    os.utime(path, (at, at))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "traces.jsonl"


@pytest.fixture
def files(path: Path) -> TraceFiles:
    return TraceFiles(path, lambda: NOW)


def test_lines_stand_in_order_in_a_folder_that_was_not_there(files: TraceFiles, path: Path) -> None:
    for number in range(3):
        files.append(line_of(number))
    assert [json.loads(line)["span_id"] for line in lines_in(path)] == ["span_0", "span_1", "span_2"]


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(min_value=1, max_value=70), max_size=60),
    max_bytes=st.integers(min_value=1, max_value=100),
    count=st.integers(min_value=1, max_value=6),
)
def test_rotation_loses_nothing_but_the_oldest_files(sizes: Sequence[int], max_bytes: int, count: int) -> None:
    written = [b"%06d" % number + b"x" * size + b"\n" for number, size in enumerate(sizes)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "traces.jsonl"
        files = TraceFiles(path, lambda: NOW, max_bytes=max_bytes, files=count)
        for line in written:
            files.append(line)
        names = [name for name in reversed(list(file_names(path, count))) if name.exists()]
        assert {name.name for name in Path(folder).iterdir()} - {name.name for name in names} <= {"traces.jsonl.lock"}
        kept = [line for name in names for line in name.read_bytes().splitlines(keepends=True)]
        assert kept == written[len(written) - len(kept) :]
        for name in names:
            assert name.stat().st_size <= max_bytes or len(name.read_bytes().splitlines()) == 1
        if kept != written:
            assert len(names) == count


def test_the_files_are_for_their_owner_alone_whoever_made_them(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"")
    path.chmod(0o644)
    files = TraceFiles(path, lambda: NOW, max_bytes=1)
    files.append(line_of(0))
    files.append(line_of(1))
    names = list(path.parent.iterdir())
    assert {name.name for name in names} == {"traces.jsonl", "traces.jsonl.1", "traces.jsonl.lock"}
    assert {stat.S_IMODE(name.stat().st_mode) for name in names} == {0o600}


def test_a_line_after_one_that_was_cut_off_begins_anew(files: TraceFiles, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"v":1,"trace_id":"tr')
    files.append(line_of(1))
    files.append(line_of(2))
    assert [json.loads(line)["span_id"] for line in lines_in(path)[1:]] == ["span_1", "span_2"]


def test_a_file_that_was_taken_away_is_made_again(files: TraceFiles, path: Path) -> None:
    files.append(line_of(0))
    path.unlink()
    files.append(line_of(1))
    assert lines_in(path) == [line_of(1)]
    path.unlink()
    (path.parent / "traces.jsonl.lock").unlink()
    path.parent.rmdir()
    files.append(line_of(2))
    assert lines_in(path) == [line_of(2)]


def test_files_older_than_thirty_days_go(files: TraceFiles, path: Path) -> None:
    path.parent.mkdir()
    for name, days in zip(file_names(path), (1, 29, 31, 40, 400), strict=True):
        name.write_bytes(line_of(0, days_ago=days))
        set_age(name, days)
    files.tidy()
    assert [name.exists() for name in file_names(path)] == [True, True, False, False, False]


def test_of_a_file_that_is_still_written_only_the_old_lines_go(files: TraceFiles, path: Path) -> None:
    path.parent.mkdir()
    lines = [line_of(0, days_ago=50), b"{cut\n", line_of(1, days_ago=31), line_of(2, days_ago=29), b"cut\n", line_of(3)]
    path.write_bytes(b"".join(lines))
    set_age(path, 0)
    files.tidy()
    assert lines_in(path) == lines[3:]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(path.parent.glob("*.kept"))


def test_a_file_that_is_none_of_ours_is_not_deleted(path: Path) -> None:
    """A path that was set by mistake costs nobody their notes."""
    path.parent.mkdir()
    path.write_bytes(b'My notes\n{"ended_at": "2001-01-01"}\n[1]\n{"trace_id": 1, "ended_at": 2}\n')
    set_age(path, 400)
    TraceFiles(path, lambda: NOW).tidy()
    assert path.read_bytes().startswith(b"My notes")


def test_tidying_where_nothing_was_written_makes_nothing(files: TraceFiles, path: Path) -> None:
    files.tidy()
    assert not path.parent.exists()


def test_a_program_that_runs_for_days_tidies_each_day(path: Path) -> None:
    now = [NOW]
    files = TraceFiles(path, lambda: now[0], max_age=2 * DAY)
    files.append(line_of(0))
    set_age(path, 0)
    now[0] = NOW + 0.5 * DAY
    files.append(encode(record(1, ended=now[0]), Redactor()))
    assert len(lines_in(path)) == 2
    set_age(path, -0.5)
    now[0] = NOW + 2.4 * DAY
    files.append(encode(record(2, ended=now[0]), Redactor()))
    assert [json.loads(line)["span_id"] for line in lines_in(path)] == ["span_1", "span_2"]


def test_without_the_lock_a_line_is_written_and_nothing_is_rotated(path: Path) -> None:
    files = TraceFiles(path, lambda: NOW, max_bytes=1)
    files.append(line_of(0))
    with locked(path.with_name("traces.jsonl.lock")) as is_ours:
        assert is_ours
        files.append(line_of(1))
        files.tidy()
    assert lines_in(path) == [line_of(0), line_of(1)]
    assert not path.with_name("traces.jsonl.1").exists()


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from desktop_app.tracing.files import TraceFiles
files = TraceFiles(Path(sys.argv[1]), lambda: datetime.now(UTC), max_bytes=int(sys.argv[3]), files=50)
print("ready", flush=True)
sys.stdin.readline()
for number in range(200):
    files.append(f'{{"who":"{sys.argv[2]}","number":{number},"fill":"{"x" * (number * 7 % 400)}"}}\\n'.encode())
"""


def test_two_programs_that_write_at_once_neither_mix_nor_lose_lines(path: Path) -> None:
    max_bytes = 8_000
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), who, str(max_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for who in "ab"
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        program.communicate(timeout=60)
        assert program.returncode == 0
    names = [name for name in file_names(path, 50) if name.exists()]
    assert len(names) > 5
    assert all(name.stat().st_size <= max_bytes for name in names)
    told = [json.loads(line) for name in reversed(names) for line in name.read_bytes().splitlines()]
    for who in "ab":
        assert [line["number"] for line in told if line["who"] == who] == list(range(200))
