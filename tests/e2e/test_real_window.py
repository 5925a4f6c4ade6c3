"""The program in its own process, in a real window, driven by keyboard: what a person sees and a power cut does."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop_app.llm.builtin.catalog import CODER_1_5B
from tests.e2e.screen import Program, missing_tools, virtual_screen, wait_for
from tests.llm.contract.script import Calls, Says, ScriptedReply, reply
from tests.llm.contract.server import Pause
from tests.llm.ollama.under_test import OllamaUnderTest

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(
        bool(missing_tools()) and not os.environ.get("CI"), reason=f"missing: {missing_tools()}; test.py installs them"
    ),
]

SENTENCE = "I want to run a half marathon in May"
STREAMED = "SELECT text FROM message_parts JOIN messages ON messages.id = message_id WHERE role = 'coach'"


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with virtual_screen() as name:
        yield name


@pytest.fixture
async def ollama() -> AsyncIterator[OllamaUnderTest]:
    under_test = OllamaUnderTest()
    await under_test.start()
    yield under_test
    await under_test.stop()


@pytest.fixture
def program(display: str, tmp_path: Path, ollama: OllamaUnderTest) -> Iterator[Program]:
    """The program with an Ollama beside it and no weights for the built-in model."""
    environment = {
        "OLLAMA_HOST": ollama.server.base_url,
        "GOALGETTER_BUILTIN_FILE": str(tmp_path / "no weights.gguf"),
    }
    program = Program(display, tmp_path / "profile", environment)
    yield program
    program.end()


def picture_folder(tmp_path: Path) -> Path:
    """Where pictures are kept: a folder named by the environment, else one that goes with the test."""
    return Path(os.environ.get("GOALGETTER_PICTURES", tmp_path / "pictures"))


def choose_model(program: Program, name: str) -> None:
    """Choose a model by keyboard, again until it is listed."""

    def is_chosen() -> bool:
        program.press("ctrl+m")
        program.type(name)
        program.press("Return", "Escape")
        return bool(program.rows("SELECT 1 FROM preferences WHERE value = ?", name))

    wait_for(f"choice of {name}", is_chosen)


def send(program: Program, text: str) -> None:
    """Type a message and send it."""
    program.type(text)
    program.press("Return")
    wait_for("message in the database", lambda: program.rows("SELECT id FROM messages"))


async def test_a_goal_is_written_by_ollama_with_a_tool_call_in_the_stream(
    program: Program, ollama: OllamaUnderTest, tmp_path: Path
) -> None:
    arguments = '{"title": "Run a half marathon", "template_type": "smart", "deadline": "2027-05-31"}'
    ollama.script(
        reply(Says("I write it down."), Calls("create_goal", arguments)), reply("How often do you run today?")
    )

    def drive() -> None:
        program.start()
        choose_model(program, "qwen3:8b")
        send(program, SENTENCE)
        wait_for("goal", lambda: program.rows("SELECT title FROM goals"))
        wait_for("reply", lambda: program.rows("SELECT id FROM messages WHERE role = 'coach' AND status = 'complete'"))
        program.picture(picture_folder(tmp_path) / "ollama.png")
        assert program.quit() == 0

    await asyncio.to_thread(drive)
    assert program.rows("SELECT title, template, deadline, phase FROM goals") == [
        ("Run a half marathon", "smart", "2027-05-31", "draft")
    ]
    assert program.rows(STREAMED) == [("I write it down.",), ("How often do you run today?",)]
    assert "Traceback" not in program.errors.read_text()


async def test_after_kill_9_the_message_and_the_text_so_far_are_there(
    program: Program, ollama: OllamaUnderTest, tmp_path: Path
) -> None:
    never = asyncio.Event()
    ollama.script(ScriptedReply((Says("The first words of an answer"), Pause(never), Says("that never ends"))))

    def drive() -> None:
        program.start()
        choose_model(program, "qwen3:8b")
        send(program, SENTENCE)
        wait_for("text on disk", lambda: program.rows(STREAMED))
        program.kill()
        assert program.rows("SELECT status FROM messages WHERE role = 'coach'") == [("streaming",)]
        program.start()
        wait_for("mark", lambda: program.rows("SELECT id FROM messages WHERE status = 'interrupted'"))
        program.picture(picture_folder(tmp_path) / "interrupted.png")
        assert program.quit() == 0

    await asyncio.to_thread(drive)
    assert program.rows("SELECT text FROM message_parts ORDER BY message_id") == [
        (SENTENCE,),
        ("The first words of an answer",),
    ]


@pytest.mark.real_model
@pytest.mark.timeout(400)
async def test_the_built_in_coach_writes_a_goal_without_account_key_or_network(
    display: str, tmp_path: Path, model_cache: Path
) -> None:
    environment = {
        "GOALGETTER_BUILTIN_FILE": str(model_cache / "models" / CODER_1_5B.file_name),
        # Whatever is not the loopback ends here; the engine itself is reached directly.
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1,localhost",
    }
    program = Program(display, tmp_path / "profile", environment)

    def drive() -> None:
        program.start()
        send(program, SENTENCE)
        wait_for("goal", lambda: program.rows("SELECT title FROM goals"), 300)
        ended = "SELECT id FROM messages WHERE role = 'coach' AND status = 'complete'"
        wait_for("reply", lambda: program.rows(ended), 120)
        program.picture(picture_folder(tmp_path) / "builtin.png")
        assert program.quit() == 0

    try:
        await asyncio.to_thread(drive)
    finally:
        program.end()
    ((title, template, deadline),) = program.rows("SELECT title, template, deadline FROM goals")
    assert "half marathon" in title.casefold()
    assert template == "smart"
    # The last day of the next May: the program goes by the real day.
    today = datetime.now(UTC).astimezone().date()
    assert deadline == f"{today.year + (today.month > 5)}-05-31"
