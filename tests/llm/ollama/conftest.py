"""A service in front of a scripted Ollama, and the weights for a real model behind one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop_app.llm.builtin.catalog import CODER_1_5B
from tests.llm.ollama.under_test import OllamaUnderTest


@pytest.fixture
async def ollama() -> AsyncIterator[OllamaUnderTest]:
    """The service and its server; change `ollama.models` before the first request."""
    under_test = OllamaUnderTest()
    await under_test.start()
    yield under_test
    await under_test.stop()


@pytest.fixture
def coder_weights(model_cache: Path) -> Path:
    """The file of the 1.5B model."""
    return model_cache / "models" / CODER_1_5B.file_name
