"""The program as a screen reader finds it: the real accessibility tree of the real window, over AT-SPI."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("jeepney", reason="AT-SPI is spoken on Linux")

from tests.e2e import accessibility
from tests.e2e.accessibility import FOCUSABLE, SHOWING, Control, Reader, session_bus
from tests.e2e.screen import Program, missing_tools, virtual_screen, wait_for
from tests.llm.contract.script import Calls, Says, reply
from tests.llm.ollama.under_test import OllamaUnderTest

MISSING = [*missing_tools(), *accessibility.missing_tools()]
pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {MISSING}; test.py installs them"),
]

SENTENCE = "I want to run a half marathon in May"
ARGUMENTS = """{"title": "Run a half marathon", "template_type": "smart", "deadline": "2027-05-31", "tags": ["running"],
 "milestones": [{"title": "Run ten kilometres"}]}"""
# What a person who sees nothing finds in the window once a goal was made in it.
EXPECTED = [
    ("push button", "New chat"),
    ("push button", "Search"),
    ("button menu", "Menu"),
    ("push button", "Hide the sidebar"),
    ("list", "Goals and chats"),
    ("list item", "Goal: Run a half marathon, draft"),
    ("list", "Conversation"),
    ("text", "Message to the coach"),
    ("push button", "Send"),
    ("push button", "Attach text files or images"),
    ("panel", "Goal editor"),
    ("text", "Goal title"),
    ("text", "Deadline"),
    ("check box", "Phase: draft"),
    ("radio button", "Plan"),
    ("radio button", "Milestones, 1"),
    ("radio button", "History"),
    ("text", "Plan, in Markdown"),
    ("progress bar", "Progress"),
    ("push button", "Close the goal pane"),
]
# Where the keyboard can go, something must be told of what that is.
MOST_STOPS = 120
# A text that is only read is a filler with a name.
NOTHING_IN_PARTICULAR = {"unknown", "panel", "invalid", "redundant object"}


class Listener:
    """A person at the window who hears it."""

    def __init__(self, program: Program, reader: Reader) -> None:
        self.program = program
        self.reader = reader

    def hear(self) -> list[Control]:
        """Everything in the program's tree now."""
        programs = wait_for("program on the bus", self.reader.programs)
        return self.reader.controls(programs[0])

    def shown(self) -> set[tuple[str, str]]:
        """The roles and names of what can be seen."""
        return {(one.role, one.name) for one in self.hear() if one.has(SHOWING)}

    def forget_moves(self) -> None:
        """Listen from now on."""
        while self.reader.focus_moved(0.5):
            pass


def unclear(controls: Iterable[Control]) -> list[str]:
    """What takes the keyboard and has no name, or no role."""
    return [
        f"{one.role} “{one.name}” in {' > '.join(one.path[-3:])}"
        for one in controls
        if one.has(FOCUSABLE) and (not one.name or (one.has(SHOWING) and one.role in NOTHING_IN_PARTICULAR))
    ]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with virtual_screen() as name:
        yield name


@pytest.fixture
async def ollama() -> AsyncIterator[OllamaUnderTest]:
    under_test = OllamaUnderTest()
    await under_test.start()
    under_test.script(reply(Says("I write it down."), Calls("create_goal", ARGUMENTS)), reply("How often do you run?"))
    yield under_test
    await under_test.stop()


@pytest.fixture
def listener(display: str, tmp_path: Path, ollama: OllamaUnderTest) -> Iterator[Listener]:
    with session_bus(tmp_path / "bus") as address:
        program = Program(
            display,
            tmp_path / "profile",
            {
                "OLLAMA_HOST": ollama.server.base_url,
                "OLLAMA_MODEL": "qwen3:8b",
                "DEFAULT_LLM_PROVIDER": "ollama",
                "GOALGETTER_BUILTIN_FILE": str(tmp_path / "no weights.gguf"),
                "DBUS_SESSION_BUS_ADDRESS": address,
                "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            },
        )
        reader = Reader(address)
        yield Listener(program, reader)
        program.end()
        reader.close()


def make_goal(listener: Listener) -> None:
    """Talk, and wait until the goal stands in the editor."""
    program = listener.program
    program.start()
    program.type(SENTENCE)
    program.press("Return")
    wait_for("goal", lambda: program.rows("SELECT 1 FROM goals"))
    wait_for("reply", lambda: program.rows("SELECT 1 FROM messages WHERE role = 'coach' AND status = 'complete'"))
    wait_for("goal in the editor", lambda: ("radio button", "Milestones, 1") in listener.shown())


async def test_each_control_of_the_window_is_found_by_role_and_name(listener: Listener) -> None:
    def drive() -> None:
        make_goal(listener)
        shown = listener.shown()
        missing = [
            (role, name)
            for role, name in EXPECTED
            if not any(its == role and called.startswith(name) for its, called in shown)
        ]
        assert missing == []
        assert unclear(listener.hear()) == []
        said = " ".join(name for role, name in shown if role == "list item")
        assert SENTENCE in said
        assert "How often do you run?" in said
        assert listener.program.quit() == 0

    await asyncio.to_thread(drive)
    assert "Traceback" not in listener.program.errors.read_text()


async def test_tab_goes_everywhere_and_what_it_comes_to_is_told(listener: Listener) -> None:
    def drive() -> None:
        make_goal(listener)
        listener.forget_moves()
        visited: list[tuple[str, str]] = []
        for _ in range(MOST_STOPS):
            listener.program.press("Tab")
            moved = listener.reader.focus_moved(2)
            if moved is None and visited[-1:] == [("list", "Conversation")]:
                continue  # from one place to press to the next within it, which is announced in words
            assert moved is not None, f"Tab goes no further than {visited[-1:]}"
            now = listener.reader.control(moved)
            assert now.name, f"behind {visited[-1:]} comes a {now.role} without a name"
            visited.append((now.role, now.name))
            if now.name == "Message to the coach":
                break
        places = [("push button", "New chat"), ("list", "Goals and chats"), ("list", "Conversation")]
        places += [("text", "Message to the coach"), ("text", "Goal title"), ("radio button", "Plan")]
        assert [place for place in places if place not in visited] == [], visited
        assert listener.program.quit() == 0

    await asyncio.to_thread(drive)


async def test_controls_do_what_they_are_for_without_keyboard_and_pointer(listener: Listener) -> None:
    def press(role: str, name: str) -> None:
        found = next(one for one in listener.hear() if one.role == role and one.name.startswith(name))
        listener.reader.press(found)

    def drive() -> None:
        make_goal(listener)
        press("radio button", "History")
        wait_for("history", lambda: ("list", "Changes of this goal") in listener.shown(), 10)
        assert unclear(listener.hear()) == []
        press("check box", "Phase: active")
        wait_for("phase", lambda: listener.program.rows("SELECT 1 FROM goals WHERE phase = 'active'"), 10)
        press("push button", "New chat")
        wait_for("new chat", lambda: ("push button", "I have a vague wish") in listener.shown(), 10)
        assert listener.program.quit() == 0

    await asyncio.to_thread(drive)


@pytest.mark.parametrize(
    ("keys", "name"), [("ctrl+k", "Search goals and messages"), ("ctrl+m", "Search models")], ids=["search", "models"]
)
async def test_what_opens_over_the_window_takes_the_keyboard_and_is_told(
    listener: Listener, keys: str, name: str
) -> None:
    def drive() -> None:
        make_goal(listener)
        listener.forget_moves()
        listener.program.press(keys)
        moved = listener.reader.focus_moved()
        while moved is not None and listener.reader.control(moved).name != name:
            moved = listener.reader.focus_moved()
        assert moved is not None, f"the keyboard never came to {name}"
        # Popups are no children of their program in Qt's tree; a screen reader comes to them by their focus.
        window = listener.reader.window_around(moved)
        assert unclear(window) == []
        assert any(one.role == "list" for one in window)
        listener.program.press("Escape")
        assert listener.program.quit() == 0

    await asyncio.to_thread(drive)
