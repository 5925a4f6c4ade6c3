"""GoalGetter started once more while it is open: one window, which comes to the front, and no second one."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.screen import Program, missing_tools, virtual_screen, wait_for

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(
        bool(missing_tools()) and not os.environ.get("CI"), reason=f"missing: {missing_tools()}; test.py installs them"
    ),
]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with virtual_screen() as name:
        yield name


@pytest.fixture
def program(display: str, tmp_path: Path) -> Iterator[Program]:
    nobody = {"OLLAMA_HOST": "127.0.0.1:9", "GOALGETTER_BUILTIN_FILE": str(tmp_path / "no weights.gguf")}
    program = Program(display, tmp_path / "profile", nobody)
    yield program
    program.end()


def hand_over(program: Program, word: str) -> None:
    """Start it once more with a link, and see that the window takes it."""
    again = program.start_again(f"goalgetter://new?text={word}")
    assert again.communicate(timeout=60)[1] == ""
    assert again.returncode == 0
    wait_for("draft", lambda: program.rows("SELECT 1 FROM drafts WHERE text = ?", word))


def test_it_hands_its_link_to_the_window_and_ends(program: Program) -> None:
    program.start()
    hand_over(program, "Run")
    assert program.windows() == [program.window]
    assert program.quit() == 0


def test_after_a_crash_the_next_start_has_the_window(program: Program) -> None:
    program.start()
    program.kill()
    program.start()
    hand_over(program, "Run")
    assert program.quit() == 0


def test_keys_open_a_box_over_other_programs_whose_words_go_into_a_new_chat(display: str, tmp_path: Path) -> None:
    wanted = {"GOALGETTER_TRAY": "true", "GOALGETTER_QUICK_KEYS": "Ctrl+Alt+G"}
    nobody = {"OLLAMA_HOST": "127.0.0.1:9", "GOALGETTER_BUILTIN_FILE": str(tmp_path / "no weights.gguf")}
    program = Program(display, tmp_path / "profile", {**nobody, **wanted})
    try:
        program.start()
        hand_over(program, "Run")
        program.press("ctrl+alt+g")
        box = wait_for("box", lambda: program.windows("^Quick message$"))
        program.focus(box[-1])
        program.type("On Sunday")
        program.press("Return")
        wait_for("draft", lambda: program.rows("SELECT 1 FROM drafts WHERE text LIKE 'Run%On Sunday'"))
        assert program.windows("^Quick message$") == []
        assert program.quit() == 0
        assert "Traceback" not in program.errors.read_text()
    finally:
        program.end()


def test_a_window_that_hangs_is_told_of_and_no_second_one_opens(program: Program, tmp_path: Path) -> None:
    program.start()
    hand_over(program, "Run")
    program.process.send_signal(signal.SIGSTOP)
    again = program.start_again()
    wait_for("box", lambda: len(program.windows()) == 2)
    program.picture(Path(os.environ.get("GOALGETTER_PICTURES", tmp_path)) / "hangs.png")
    again.terminate()
    assert f"process {program.process.pid}" in again.communicate(timeout=30)[1]
    program.process.send_signal(signal.SIGCONT)
    assert program.quit() == 0
