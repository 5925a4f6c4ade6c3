"""One real llama.cpp server for all its tests, whose chat template has tool calls in the form that the model writes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.llm.builtin.catalog import CODER_1_5B

# With the model's own template its calls come back as text.
_TEMPLATE = Path(__file__).with_name("fenced_calls.jinja")


@pytest.fixture
def llama_address(model_cache: Path) -> Iterator[str]:
    """The address of a server of this test alone: what one remembers changes what so small a model says next."""
    pytest.importorskip("xllamacpp")
    weights = model_cache / "models" / CODER_1_5B.file_name
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.llm.ollama.llama_process", str(weights), str(_TEMPLATE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Threads that wait by spinning are ten times slower once anything else runs.
        env={**os.environ, "OMP_WAIT_POLICY": "passive"},
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        while not (line := process.stdout.readline()).startswith(b'{"address"'):
            assert line, "the server ended before it listened"
        yield json.loads(line)["address"]
    finally:
        process.stdin.close()
        process.stdout.close()
        process.kill()
        process.wait()
