"""The goal editor in a real window: what is typed survives a power cut."""

import contextlib
import json
import os
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
NEW_GOAL = (222, 145)  # the plus beside the goals
MILESTONES_TAB = (1120, 309)
ADD_LINE = (1200, 355)
FIRST_GRIP, BELOW_LAST = (1050, 354), (1050, 440)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """The program without any provider and without weights for the built-in model."""
    environment = {"OLLAMA_HOST": "http://127.0.0.1:9", "GOALGETTER_BUILTIN_FILE": str(tmp_path / "no weights.gguf")}
    with virtual_screen() as display:
        program = Program(display, tmp_path / "profile", environment)
        yield program
        program.end()


def begin_goal(program: Program, title: str) -> None:
    """A new goal with this title, stored; it is begun again where the program was still loading."""

    def is_there() -> bool:
        program.click(*NEW_GOAL)
        program.type(title)
        with contextlib.suppress(AssertionError):
            wait_for("goal", lambda: program.rows("SELECT id FROM goals WHERE title = ?", title), within_s=4)
        return bool(program.rows("SELECT id FROM goals WHERE title = ?", title))

    program.start()
    wait_for("goal", is_there)


def test_after_kill_9_a_goal_has_all_that_was_typed_until_it_was_last_saved(program: Program, tmp_path: Path) -> None:
    begin_goal(program, "Run far")
    # Typed without a pause of two seconds, and cut off in the middle of it.
    stored: list[str] = ["Run far"]
    typed = "Run far"
    while len(stored) < 2:
        program.press("x")
        typed += "x"
        title = str(program.rows("SELECT title FROM goals")[0][0])
        if title != stored[-1]:
            stored.append(title)
        assert len(typed) < 190, "nothing was stored while it was typed"
    program.kill()

    (title,) = program.rows("SELECT title FROM goals")[0]
    assert len(title) >= len(stored[-1])
    assert typed.startswith(str(title))
    assert program.rows("PRAGMA integrity_check") == [("ok",)]
    changes = program.rows("SELECT changes FROM revisions ORDER BY id DESC LIMIT 1")[0][0]
    assert json.loads(changes)[0]["after"] == title
    program.start()
    wait_for("window", program.windows)
    program.picture(tmp_path / "after.png")
    assert program.quit() == 0
    assert program.rows("SELECT title FROM goals") == [(title,)]


def test_milestones_are_written_moved_and_ticked_by_keys_and_dragged_by_mouse(program: Program, tmp_path: Path) -> None:
    def order() -> list[str]:
        return [str(row[0]) for row in program.rows("SELECT title FROM milestones ORDER BY position")]

    begin_goal(program, "Run far")
    program.click(*MILESTONES_TAB)
    program.click(*ADD_LINE)
    for title in ("One", "Two", "Three"):
        program.type(title)
        program.press("Return")
    wait_for("milestones", lambda: order() == ["One", "Two", "Three"])
    program.press("Up", "alt+Up")
    wait_for("the new order", lambda: order() == ["One", "Three", "Two"])
    program.press("shift+Tab", "space")
    wait_for("the tick", lambda: program.rows("SELECT 1 FROM milestones WHERE title = 'Three' AND done_at IS NOT NULL"))
    program.picture(tmp_path / "milestones.png")
    program.drag(FIRST_GRIP, BELOW_LAST)
    wait_for("the order after the drag", lambda: order() == ["Three", "Two", "One"])
    # Quick edits of one hand are one change.
    program.press("ctrl+z")
    wait_for("undo", lambda: order() == [])
    program.press("ctrl+shift+z")
    wait_for("redo", lambda: order() == ["Three", "Two", "One"])
    assert program.quit() == 0
