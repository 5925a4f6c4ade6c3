"""`goalgetter ask` as a process of its own, without window libraries, against a server on loopback."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app.backend import Backend
from desktop_app.domain.messages import Message, MessageStatus
from tests.cli.child import WITHIN_S, ended, run, start
from tests.llm.contract.script import Calls, ScriptedReply, reply
from tests.llm.contract.server import Ending, Pause
from tests.llm.ollama.under_test import OllamaUnderTest

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals")


@pytest.fixture
async def ollama(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OllamaUnderTest]:
    """Ollama on loopback, chosen by the environment that children are given."""
    under_test = OllamaUnderTest()
    await under_test.start()
    monkeypatch.setenv("OLLAMA_HOST", under_test.server.base_url)
    yield under_test
    await under_test.stop()


async def the_reply(profile: Backend) -> Message:
    (conversation,) = await profile.chat.list_conversations()
    return (await profile.chat.transcript(conversation.id)).messages[-1]


async def test_it_answers_without_window_libraries_while_the_profile_is_open(
    ollama: OllamaUnderTest, profile: Backend
) -> None:
    ollama.script(reply("Gern: ", Calls("create_goal", '{"title": "Laufen"}')), reply("Grüße 🏁"))
    done = await run("ask", "--provider", "ollama", "--model", "qwen3:8b", "Ich möchte laufen")
    assert (done.code, done.out) == (0, "Gern: \n\nGrüße 🏁\n"), done.err
    assert done.err.startswith("Created goal 1 “Laufen”")
    assert [goal.title for goal in await profile.goals.list_goals()] == ["Laufen"]
    assert (await the_reply(profile)).status is MessageStatus.COMPLETE


async def test_lines_of_json_come_one_by_one_while_the_answer_does(ollama: OllamaUnderTest) -> None:
    gate = Pause(asyncio.Event())
    ollama.script(reply("One ", gate, "two"))
    process = await start("ask", "--json", "--provider", "ollama", "Count")
    assert process.stdout is not None
    seen: list[dict[str, Any]] = []
    async with asyncio.timeout(WITHIN_S):
        async for line in process.stdout:
            seen.append(json.loads(line))
            if seen[-1].get("content") == "One ":
                gate.go.set()
    done = await ended(process)
    assert (done.code, done.err) == (0, "")
    assert [event["type"] for event in seen if event["type"] != "notice"] == [
        "started", "content", "content", "usage", "done",
    ]  # fmt: skip


async def test_a_pipe_is_read_where_no_message_is_given(ollama: OllamaUnderTest) -> None:
    ollama.script(reply("Yes."))
    done = await run("ask", "--provider", "ollama", given="Wie läuft es?\n".encode())
    assert (done.code, done.out) == (0, "Yes.\n"), done.err
    assert ollama.conversation(ollama.turns[0])[-1].text == "Wie läuft es?"


async def test_text_is_utf_8_whatever_the_console_says(ollama: OllamaUnderTest) -> None:
    ollama.script(reply("Grüße 🏁"))
    env = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    done = await run("ask", "--provider", "ollama", "Hello", env=env)
    assert (done.code, done.out) == (0, "Grüße 🏁\n"), done.err


@needs_signals
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
async def test_stopping_it_keeps_what_came(
    ollama: OllamaUnderTest, profile: Backend, number: signal.Signals, code: int
) -> None:
    ollama.script(ScriptedReply(reply("Half an answer").steps, is_ended=False, ending=Ending.LEFT_OPEN))
    process = await start("ask", "--provider", "ollama", "Hello")
    assert process.stdout is not None
    async with asyncio.timeout(WITHIN_S):
        said = await process.stdout.readexactly(len("Half an answer"))
        process.send_signal(number)
        await ollama.server.client_left.wait()
    done = await ended(process)
    assert said == b"Half an answer"
    assert (done.code, done.out) == (code, "\n")
    assert done.err == "Stopped. What came so far is kept in the chat.\n"
    message = await the_reply(profile)
    assert (message.text, message.status) == ("Half an answer", MessageStatus.STOPPED)


@needs_signals
async def test_a_reader_who_leaves_stops_it_quietly(ollama: OllamaUnderTest, profile: Backend) -> None:
    gate = Pause(asyncio.Event())
    more = reply("Half ", gate, "an answer")
    ollama.script(ScriptedReply(more.steps, is_ended=False, ending=Ending.LEFT_OPEN))
    ours, theirs = os.pipe()
    process = await start("ask", "--provider", "ollama", "Hello", stdout=theirs)
    os.close(theirs)
    assert await asyncio.to_thread(os.read, ours, 5) == b"Half "
    os.close(ours)
    gate.go.set()
    done = await ended(process)
    assert (done.code, done.err) == (141, "")
    message = await the_reply(profile)
    assert message.status is MessageStatus.STOPPED
    assert message.text.startswith("Half ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
async def test_output_that_cannot_be_written_is_told(ollama: OllamaUnderTest, profile: Backend) -> None:
    ollama.script(reply("Hello"))
    with open("/dev/full", "wb") as full:  # noqa: ASYNC230, PTH123 - opening a device waits for nothing
        process = await start("ask", "--provider", "ollama", "Hello", stdout=full.fileno())
    done = await ended(process)
    assert done.code == 1
    assert "could not be written" in done.err
    assert "Traceback" not in done.err


async def test_nobody_at_the_address_is_told(profile: Backend, tmp_path: Path) -> None:
    installed = tmp_path / "bin" / "ollama"  # only looked for, never started
    installed.parent.mkdir()
    installed.touch(mode=0o755)
    path = f"{installed.parent}{os.pathsep}{os.environ['PATH']}"
    done = await run("ask", "--provider", "ollama", "Hello", env={"OLLAMA_HOST": "http://127.0.0.1:9", "PATH": path})
    assert (done.code, done.out) == (4, "")
    assert "Not running at http://127.0.0.1:9" in done.err
    assert "Traceback" not in done.err


async def test_a_provider_that_fails_in_mid_reply_is_told(ollama: OllamaUnderTest, profile: Backend) -> None:
    ollama.script(ScriptedReply(reply("Half").steps, is_ended=False, ending=Ending.CUT))
    done = await run("ask", "--provider", "ollama", "Hello")
    assert (done.code, done.out) == (3, "Half\n")
    assert "broke off" in done.err
    assert (await the_reply(profile)).status is MessageStatus.FAILED
