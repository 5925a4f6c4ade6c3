"""The services that the contract is held against; each entry makes a fresh provider under test."""

from collections.abc import Callable

from tests.llm.claude.under_test import ClaudeUnderTest
from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.ollama.under_test import OllamaUnderTest
from tests.llm.openai_agents.under_test import CompatibleUnderTest, OpenAIUnderTest

PROVIDERS: dict[str, Callable[[], ProviderUnderTest]] = {
    "claude": ClaudeUnderTest,
    "compatible": CompatibleUnderTest,
    "ollama": OllamaUnderTest,
    "openai": OpenAIUnderTest,
}
