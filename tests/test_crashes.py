"""Reports of what should not have happened: what is in them, and what never is."""

import os
import signal
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop_app.crashes import MOST_KEPT, MOST_WRITTEN, CrashReports, note_uncaught
from desktop_app.tracing.redaction import Redactor

CANARY = "my secret wish to leave"
KEY = "sk-ant-canary-0123456789"


def reports(tmp_path: Path) -> CrashReports:
    return CrashReports(tmp_path / "crashes", Redactor([KEY]).text, lambda: datetime(2026, 11, 21, 12, tzinfo=UTC))


def failing(prompt: str, error: type[Exception]) -> Exception:
    """An error as it comes out of the program, with what somebody wrote in its words and in its frames."""
    try:
        try:
            raise error(f"cannot store {prompt} with {KEY}")  # noqa: TRY301 - to have a cause
        except error as first:
            raise LookupError(prompt) from first
    except LookupError as second:
        return second


def test_a_report_tells_what_and_where_and_nobodys_words(tmp_path: Path) -> None:
    report = reports(tmp_path).write(failing(CANARY, ValueError), "send a message")
    assert report is not None
    assert report.path is not None
    text = report.path.read_text()
    assert text == report.text
    assert "While: send a message" in text
    assert "builtins.LookupError (its words are left out, as they may be yours)" in text
    assert "Because of:\nbuiltins.ValueError (its words" in text
    assert "test_crashes.py:" in text
    assert "in failing" in text
    assert CANARY not in text
    assert KEY not in text
    assert str(Path.home()) not in text
    if os.name != "nt":
        assert stat.S_IMODE(report.path.stat().st_mode) == 0o600


def test_what_tells_of_the_program_alone_is_told_without_keys(tmp_path: Path) -> None:
    report = reports(tmp_path).write(AttributeError(f"'int' object has no attribute 'title' {KEY}"), "show a goal")
    assert report is not None
    assert "builtins.AttributeError: 'int' object has no attribute 'title' [redacted]" in report.text


def test_an_error_of_the_system_is_told_without_its_file(tmp_path: Path) -> None:
    report = reports(tmp_path).write(OSError(28, "No space left on device", f"/home/me/{CANARY}"), "save")
    assert report is not None
    assert "No space left on device (28)" in report.text
    assert CANARY not in report.text


def test_all_parts_of_a_group_are_told(tmp_path: Path) -> None:
    report = reports(tmp_path).write(ExceptionGroup("both", [ValueError("a"), KeyError("b")]), "do two things")
    assert report is not None
    assert report.text.count("In it:") == 2
    assert "builtins.KeyError" in report.text


def test_the_same_is_told_once_and_not_without_end(tmp_path: Path) -> None:
    made = reports(tmp_path)
    same = failing(CANARY, ValueError)
    assert made.write(same, "send") is not None
    assert made.write(same, "send") is None
    kinds = [type(f"Error{number}", (Exception,), {}) for number in range(MOST_WRITTEN + 5)]
    written = [made.write(kind(), "send") for kind in kinds]
    assert sum(report is not None for report in written) == MOST_WRITTEN - 1


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "crashes"
    folder.mkdir()
    for day in range(1, MOST_KEPT + 6):
        (folder / f"crash-202601{day:02}-120000-000000.txt").touch()
    reports(tmp_path).write(ValueError(), "send")
    kept = sorted(file.name for file in folder.glob("crash-*.txt"))
    assert len(kept) == MOST_KEPT
    assert kept[-1].startswith("crash-20261121")


def test_where_nothing_can_be_written_the_report_is_still_there_to_be_shown(tmp_path: Path) -> None:
    (tmp_path / "crashes").touch()
    report = reports(tmp_path).write(ValueError(), "send")
    assert report is not None
    assert report.path is None


DYING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from desktop_app.crashes import CrashReports
reports = CrashReports(Path(sys.argv[1]) / "crashes", str, lambda: datetime.now(UTC))
assert reports.watch() is None
if sys.argv[2] == "dies":
    import ctypes
    def in_the_deep():
        ctypes.string_at(0)
    in_the_deep()
if sys.argv[2] == "killed":
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
reports.close()
"""


def run(tmp_path: Path, how: str) -> int:
    command = [sys.executable, "-c", DYING, str(tmp_path), how]
    return subprocess.run(command, timeout=60, check=False, stderr=subprocess.DEVNULL).returncode


def test_a_death_is_found_by_the_next_start_and_told_once(tmp_path: Path) -> None:
    assert run(tmp_path, "dies") != 0
    next_start = reports(tmp_path)
    report = next_start.watch()
    next_start.close()
    assert report is not None
    assert report.is_native
    assert "in_the_deep" in report.text
    assert str(Path.home()) not in report.text
    assert report.path is not None
    assert report.path.read_text() == report.text
    again = reports(tmp_path)
    assert again.watch() is None
    again.close()


@pytest.mark.parametrize("how", ["ends", pytest.param("killed", marks=pytest.mark.skipif(os.name == "nt", reason="-"))])
def test_an_end_in_order_and_an_end_from_outside_are_no_death(tmp_path: Path, how: str) -> None:
    assert run(tmp_path, how) in {0, -getattr(signal, "SIGKILL", 9)}
    next_start = reports(tmp_path)
    assert next_start.watch() is None
    next_start.close()


def test_what_nobody_catches_is_noted_in_slots_and_in_threads(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[tuple[BaseException, str]] = []
    before = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
    end = note_uncaught(lambda error, doing: told.append((error, doing)))
    error = failing("words", ValueError)

    def fail() -> None:
        raise error

    try:
        sys.excepthook(type(error), error, error.__traceback__)
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    finally:
        end()
        sys.excepthook, threading.excepthook = before
    assert [doing for _, doing in told] == ["answer the window", "work in the background"]
    assert "LookupError" in capsys.readouterr().err
