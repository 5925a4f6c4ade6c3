"""A service in front of a scripted Ollama."""

from collections.abc import AsyncIterator

import pytest

from tests.llm.ollama.under_test import OllamaUnderTest


@pytest.fixture
async def ollama() -> AsyncIterator[OllamaUnderTest]:
    """The service and its server; change `ollama.models` before the first request."""
    under_test = OllamaUnderTest()
    await under_test.start()
    yield under_test
    await under_test.stop()
