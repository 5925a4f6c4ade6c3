"""A service in front of a scripted Ollama, and the weights for a real model behind one."""

from collections.abc import AsyncIterator
from pathlib import Path
from threading import Event

import pytest

from desktop_app.llm.builtin.catalog import CODER_1_5B
from desktop_app.llm.builtin.packages import assemble, installed_pieces
from desktop_app.paths import default_paths
from tests.llm.ollama.under_test import OllamaUnderTest


@pytest.fixture
async def ollama() -> AsyncIterator[OllamaUnderTest]:
    """The service and its server; change `ollama.models` before the first request."""
    under_test = OllamaUnderTest()
    await under_test.start()
    yield under_test
    await under_test.stop()


_CACHED = default_paths().weights  # of whoever runs the tests: read only, before each test gets a profile of its own


@pytest.fixture(scope="session")
def coder_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the 1.5B model: the one in the cache, or put together from the installed data packages."""
    cached = _CACHED / CODER_1_5B.file_name
    if cached.is_file():
        return cached
    pieces = installed_pieces(CODER_1_5B)
    if not pieces:
        pytest.skip("the built-in model's weights are not installed")
    made = tmp_path_factory.mktemp("weights") / CODER_1_5B.file_name
    assemble(pieces, made, lambda _what, _share: None, Event())
    return made
