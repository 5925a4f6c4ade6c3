"""With nothing but this computer allowed, no socket of the process leaves it, from start to end, tools included."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from desktop_app.llm.addresses import is_loopback
from tests.llm.contract.script import Calls, reply
from tests.llm.ollama.under_test import OllamaUnderTest

ROOT = Path(__file__).resolve().parent.parent
_KEYS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENAI_COMPATIBLE_API_KEY")


def _environment(home: Path, ollama: str, *, local_only: bool) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_PROXY", "_proxy"))}
    return {
        **kept,
        **dict.fromkeys(_KEYS, "sk-canary-of-a-test-0123456789"),
        "QT_QPA_PLATFORM": "offscreen",
        "GOALGETTER_HOME": str(home),
        "GOALGETTER_LOCAL_ONLY": "true" if local_only else "false",
        "GOALGETTER_TRIES": "1",
        "GOALGETTER_FALLBACK_ORDER": "none",
        "OLLAMA_HOST": ollama,
        "OPENAI_COMPATIBLE_NAME": "elsewhere",
        "OPENAI_COMPATIBLE_BASE_URL": "http://models.invalid/v1",
        "ANTHROPIC_BASE_URL": "http://claude.invalid",
        "OPENAI_BASE_URL": "http://openai.invalid/v1",
        # The built-in model is looked for where it is not, so that this test is about the others.
        "GOALGETTER_BUILTIN_FILE": str(home / "none.gguf"),
    }


async def _watched(tmp_path: Path, *, local_only: bool) -> tuple[list[tuple[str, str]], list[str]]:
    """Where the program wanted to go and what it told, in a run of its own."""
    ollama = OllamaUnderTest()
    await ollama.start()
    ollama.script(reply(Calls("create_goal", '{"title": "Run"}')), reply("It is written down."))
    found = tmp_path / "found.json"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.local_only_child",
        str(found),
        cwd=ROOT,
        env=_environment(tmp_path / "home", ollama.server.base_url, local_only=local_only),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 240)
    await ollama.stop()
    assert process.returncode == 0, output.decode(errors="replace")[-3000:]
    result = json.loads(found.read_text(encoding="utf-8"))
    return [(event, host) for event, host in result["seen"]], result["told"]


def _leaves(host: str) -> bool:
    """Whether `host` is beyond this computer; a path is a socket of it, and None any address of its own."""
    is_own = host.startswith(("/", "\x00")) or host in {"", "None", "0.0.0.0", "::"}
    return not is_own and not is_loopback(f"http://[{host}]" if ":" in host else f"http://{host}")


@pytest.mark.timeout(300)
async def test_no_socket_and_no_name_look_up_leaves_this_computer(tmp_path: Path) -> None:
    seen, told = await _watched(tmp_path, local_only=True)
    assert "ollama: complete: It is written down." in told
    assert "goals: 1" in told
    assert any(event == "socket.connect" for event, _ in seen), "nothing was watched"
    assert [one for one in seen if _leaves(one[1])] == []
    for provider in ("claude", "openai", "compatible:elsewhere"):
        (words,) = [line for line in told if line.startswith(f"{provider}:")]
        assert "nothing beyond this computer" in words


@pytest.mark.timeout(300)
async def test_the_watch_sees_what_leaves_where_it_may(tmp_path: Path) -> None:
    seen, _ = await _watched(tmp_path, local_only=False)
    assert {host for _, host in seen if _leaves(host)} >= {"claude.invalid", "openai.invalid", "models.invalid"}
