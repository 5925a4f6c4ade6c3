"""The engine's process: it starts, is noticed when it ends, and never outlives its parent."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import httpx
import pytest

from desktop_app.domain.providers import HealthState, ProviderHealth
from desktop_app.llm.builtin.engine import Engine, EngineSettings, default_command, sensible_threads
from desktop_app.llm.builtin.problems import EngineError
from desktop_app.llm.builtin.service import BuiltinService
from desktop_app.paths import Paths
from tests.llm.builtin.conftest import ENGINE_COMMAND

WEIGHTS = "models/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"


def settings(model: Path, tmp_path: Path) -> EngineSettings:
    return EngineSettings(model, 512, tmp_path / "prompts")


def wait_until_gone(pid: int) -> None:
    """Wait until a process that is no child of ours has ended."""
    facts = Path(f"/proc/{pid}/stat")
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        while " Z " not in facts.read_text():
            time.sleep(0.02)


async def test_a_file_that_is_no_model_is_refused_in_a_sentence(tmp_path: Path) -> None:
    model = tmp_path / "song.gguf"
    model.write_bytes(b"RIFF" * 100)
    engine = Engine(tmp_path / "logs", ENGINE_COMMAND)
    with pytest.raises(EngineError, match=r"does not take its file|ended while it was loading"):
        await engine.start(settings(model, tmp_path))
    assert not engine.is_running


async def test_a_command_that_is_no_engine_is_said_so(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "logs", (sys.executable, "-c", "import sys; sys.exit('AnError: no prompt here')"))
    with pytest.raises(EngineError, match="ended while it was loading"):
        await engine.start(settings(tmp_path, tmp_path))


async def test_the_log_keeps_errors_and_no_other_words(tmp_path: Path) -> None:
    script = "import sys; print('0.1.2 E srv bad', 'my secret goal', 'ValueError: x', sep='\\n', file=sys.stderr)"
    engine = Engine(tmp_path / "logs", (sys.executable, "-c", script))
    with pytest.raises(EngineError):
        await engine.start(settings(tmp_path, tmp_path))
    assert (tmp_path / "logs" / "engine.log").read_text().split("\n") == ["0.1.2 E srv bad", "ValueError: x", ""]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
async def test_a_disk_that_is_full_does_not_stop_the_log_s_reader(tmp_path: Path) -> None:
    (tmp_path / "engine.log").symlink_to("/dev/full")
    script = "import sys; print('0.1.2 E srv bad\\n' * 50_000, file=sys.stderr); print('no address')"
    engine = Engine(tmp_path, (sys.executable, "-c", script))
    with pytest.raises(EngineError, match="ended while it was loading"):
        async with asyncio.timeout(20):
            await engine.start(settings(tmp_path, tmp_path))


async def test_a_log_that_cannot_be_opened_and_a_line_without_end_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    script = "import sys; print('x' * 200_000, 'ValueError: x', sep='\\n', file=sys.stderr); print('no address')"
    engine = Engine(tmp_path / "logs", (sys.executable, "-c", script))
    with pytest.raises(EngineError, match="ended while it was loading"):
        async with asyncio.timeout(20):
            await engine.start(settings(tmp_path, tmp_path))


async def test_an_engine_that_says_why_it_does_not_start_is_refused_without_its_words(tmp_path: Path) -> None:
    script = "import json; print(json.dumps({'error': 'RuntimeError', 'text': '/home/me/secret.gguf'}))"
    engine = Engine(tmp_path / "logs", (sys.executable, "-c", script))
    with pytest.raises(EngineError, match="does not take its file") as caught:
        await engine.start(settings(tmp_path, tmp_path))
    assert "secret" not in str(caught.value) + caught.value.advice
    assert not engine.is_running


def test_the_program_starts_itself_as_the_engine() -> None:
    assert default_command() == (sys.executable, "-m", "desktop_app", "--builtin-engine")
    assert 1 <= sensible_threads() <= 8


async def test_one_that_never_gets_ready_is_ended_and_said_so(tmp_path: Path) -> None:
    engine = Engine(tmp_path, (sys.executable, "-c", "import sys; sys.stdin.read()"), start_timeout_s=0.5)
    with pytest.raises(EngineError, match="too long to start"):
        await engine.start(EngineSettings(tmp_path / "model.gguf", 4096, tmp_path / "slots"))
    assert not engine.is_running


@pytest.mark.real_model
@pytest.mark.timeout(600)
async def test_it_listens_on_the_loopback_alone_and_asks_for_its_key(model_cache: Path, tmp_path: Path) -> None:
    engine = Engine(tmp_path / "logs", ENGINE_COMMAND)
    await engine.start(settings(model_cache / WEIGHTS, tmp_path))
    assert engine.address.startswith("http://127.0.0.1:")
    async with httpx.AsyncClient(base_url=engine.address) as client:
        assert (await client.get("/props")).status_code == 401
        answer = await client.get("/health", headers={"Authorization": f"Bearer {engine.api_key}"})
        assert answer.json()["status"] == "ok"
    pid = engine.pid
    assert pid is not None
    await engine.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


_PARENT = """
import asyncio, sys
from pathlib import Path
from desktop_app.llm.builtin.engine import Engine, EngineSettings
async def main():
    engine = Engine(Path(sys.argv[2]), [sys.executable, "-m", "desktop_app.llm.builtin.engine_process"])
    await engine.start(EngineSettings(Path(sys.argv[1]), 512, Path(sys.argv[2])))
    print(engine.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


@pytest.mark.real_model
@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_it_ends_with_a_parent_that_is_killed(model_cache: Path, tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PARENT, str(model_cache / WEIGHTS), str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    await asyncio.to_thread(wait_until_gone, pid)


@pytest.mark.real_model
@pytest.mark.timeout(600)
async def test_a_crash_is_mended_once_and_said_after_the_next(service: BuiltinService, model_paths: Paths) -> None:
    told: asyncio.Queue[ProviderHealth] = asyncio.Queue()
    await service.prepare(told.put_nowait)
    engine = service._ready._engine
    health = await service.check_health()
    for after in (HealthState.WORKING, HealthState.FAILED):
        assert engine.pid is not None
        os.kill(engine.pid, signal.SIGKILL)
        while not told.empty():
            told.get_nowait()
        while (health := await told.get()).state is not after:
            assert health.state is HealthState.STARTING
    assert "once more after a restart" in health.text
    await service.prepare(told.put_nowait)
    assert (await service.check_health()).state is HealthState.WORKING
