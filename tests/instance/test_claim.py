"""Who has the window of a profile, in processes of their own and over real sockets."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from desktop_app.instance import Call, Instance, NoAnswerError, claim, items_of
from desktop_app.instance.answering import Answering, read_call
from desktop_app.instance.claim import ADDRESS_NAME, LOCK_NAME

CALL = Call(("goalgetter://goal/1", "/home/me/goals.json"), "token-of-the-desktop")


@contextmanager
def first(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that has the window of the profile and answers nobody."""
    command = [sys.executable, "-m", "tests.instance.child", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "has it\n"
        yield process
        process.kill()


@asynccontextmanager
async def answered(folder: Path) -> AsyncIterator[tuple[Instance, list[Call]]]:
    """This process has the window, and takes calls."""
    calls: list[Call] = []
    instance = claim(folder, Call())
    assert instance is not None
    answering = Answering(instance, calls.append)
    await answering.start()
    yield instance, calls
    await answering.close()
    instance.close()


async def test_a_second_start_hands_over_what_it_was_given(tmp_path: Path) -> None:
    async with answered(tmp_path) as (_, calls):
        assert await asyncio.to_thread(claim, tmp_path, CALL) is None
        assert await asyncio.to_thread(claim, tmp_path, Call()) is None
    assert calls == [CALL, Call()]


async def test_each_profile_has_a_window_of_its_own(tmp_path: Path) -> None:
    async with answered(tmp_path / "one") as (_, calls):
        other = claim(tmp_path / "two", CALL)
        assert other is not None
        other.close()
    assert calls == []


def test_a_crash_leaves_a_lock_that_holds_nobody_back(tmp_path: Path) -> None:
    with first(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert (tmp_path / LOCK_NAME).exists()
        assert (tmp_path / ADDRESS_NAME).exists()
        instance = claim(tmp_path, CALL, patience_s=0.1)
    assert instance is not None
    instance.close()
    assert not (tmp_path / ADDRESS_NAME).exists()


def test_a_first_that_hangs_is_told_with_its_process(tmp_path: Path) -> None:
    with first(tmp_path) as process, pytest.raises(NoAnswerError, match="does not answer") as told:
        claim(tmp_path, CALL, patience_s=0.3)
    assert f"(process {process.pid})" in told.value.detail


async def test_a_call_that_comes_while_the_first_still_starts_is_taken_up_then(tmp_path: Path) -> None:
    instance = claim(tmp_path, Call())
    assert instance is not None
    second = asyncio.create_task(asyncio.to_thread(claim, tmp_path, CALL))
    calls: list[Call] = []
    answering = Answering(instance, calls.append)
    await answering.start()
    assert await second is None
    assert calls == [CALL]
    await answering.close()
    instance.close()


async def test_a_start_while_the_first_ends_waits_and_has_the_window_then(tmp_path: Path) -> None:
    async with answered(tmp_path) as (instance, calls):
        instance.hang_up()
        second = asyncio.create_task(asyncio.to_thread(claim, tmp_path, CALL))
    taken = await second
    assert taken is not None
    taken.close()
    assert calls == []


async def test_who_does_not_know_the_word_is_not_heard(tmp_path: Path) -> None:
    async with answered(tmp_path) as (instance, calls):
        assert instance.listener is not None
        for message in (CALL.message("guessed"), b"nonsense\n", b'{"token": 1}\n', b"[]\n", b"x" * 2_000_000):
            reader, writer = await asyncio.open_connection(*instance.listener.getsockname())
            writer.write(message)
            try:
                writer.write_eof()
                assert await reader.read() == b""
            except ConnectionError:
                pass
            writer.close()
    assert calls == []


def test_items_are_only_taken_from_a_list() -> None:
    assert read_call(b'{"token": "t", "items": "goals.json", "activation": ""}', "t") is None
    assert read_call(CALL.message("t"), "t") == CALL


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a person's folders apart by other means")
def test_the_word_is_for_its_owner_alone(tmp_path: Path) -> None:
    instance = claim(tmp_path, CALL)
    assert instance is not None
    assert stat.S_IMODE((tmp_path / ADDRESS_NAME).stat().st_mode) == 0o600
    instance.close()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_that_cannot_be_written_is_no_reason_not_to_start(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert claim(tmp_path / "profile", CALL) is not None


def test_a_folder_that_cannot_be_made_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    instance = claim(tmp_path / "file", CALL)
    assert instance is not None
    instance.close()


def test_files_are_named_by_their_whole_path_and_links_stay(tmp_path: Path) -> None:
    given = ("goals.json", "GoalGetter:new?text=a", str(tmp_path / "other.md"))
    assert items_of(given, Path("/home/me")) == (str(Path("/home/me/goals.json")), given[1], given[2])
