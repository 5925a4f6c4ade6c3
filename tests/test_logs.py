"""The log file, and what happens where it cannot be written."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.logs import start_logging


@pytest.fixture(autouse=True)
def own_handlers() -> Iterator[None]:
    """Give the root logger back as it was."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def _no_trace() -> str:
    return "-"


def test_lines_go_to_a_file_in_the_folder(tmp_path: Path) -> None:
    start_logging(tmp_path / "logs", str, _no_trace)
    logging.getLogger("desktop_app.test").info("hello %s", "file")
    assert "INFO - desktop_app.test: hello file" in (tmp_path / "logs" / "goalgetter.log").read_text()


def test_requests_of_the_sdks_are_not_logged(tmp_path: Path) -> None:
    start_logging(tmp_path, str, _no_trace)
    logging.getLogger("httpx").info("POST https://example.org?key=secret")
    assert "secret" not in (tmp_path / "goalgetter.log").read_text()


def test_a_folder_that_cannot_be_written_does_not_stop_the_program(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    start_logging(tmp_path / "file", str, _no_trace)
    logging.getLogger("desktop_app.test").warning("still told")
    assert "still told" in capfd.readouterr().err


def test_what_an_error_says_is_left_out_and_where_it_came_from_is_told(tmp_path: Path) -> None:
    start_logging(tmp_path, str, _no_trace)
    try:
        raise ValueError("what somebody wrote")  # noqa: TRY301 - to have a place
    except ValueError:
        logging.getLogger("desktop_app.test").exception("send a message failed unexpectedly")
    lines = (tmp_path / "goalgetter.log").read_text()
    assert "send a message failed unexpectedly\nbuiltins.ValueError" in lines
    assert "test_logs.py:" in lines
    assert "what somebody wrote" not in lines
