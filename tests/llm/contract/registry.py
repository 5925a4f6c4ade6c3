"""The services that the contract is held against; each entry makes a fresh provider under test."""

from collections.abc import Callable

from tests.llm.claude.under_test import ClaudeUnderTest
from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.ollama.under_test import OllamaUnderTest

PROVIDERS: dict[str, Callable[[], ProviderUnderTest]] = {
    "claude": ClaudeUnderTest,
    "ollama": OllamaUnderTest,
}
