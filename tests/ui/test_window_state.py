"""Where the window stood, kept over a restart."""

from pathlib import Path

import pytest

from desktop_app.ui.theme.theme import ThemeMode
from desktop_app.ui.window_state import FILE_NAME, WindowState, read_window_state, write_window_state


def test_what_is_written_is_read(tmp_path: Path) -> None:
    state = WindowState(ThemeMode.DARK, b"\x00geometry")
    write_window_state(tmp_path / "new", state)
    assert read_window_state(tmp_path / "new") == state


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"theme_mode": "pink", "window": ""}', '{"theme_mode": "dark"}', "\x00"]
)
def test_a_file_that_makes_no_sense_is_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    assert read_window_state(tmp_path) == WindowState()


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    write_window_state(tmp_path / "file", WindowState())
    assert read_window_state(tmp_path / "file") == WindowState()
