"""Models beside their providers."""

import pytest

from desktop_app.domain.model_names import with_provider, within_provider


@pytest.mark.parametrize(
    ("provider", "model", "beside", "alone"),
    [
        ("Claude", "Claude Sonnet 4.5", "Sonnet 4.5", "Claude Sonnet 4.5"),
        ("OpenAI", "gpt-5", "gpt-5", "OpenAI · gpt-5"),
        ("Ollama", "ollama-tuned", "ollama-tuned", "Ollama · ollama-tuned"),
        ("Claude", "Claude ", "Claude ", "Claude "),
    ],
)
def test_a_provider_is_named_once(provider: str, model: str, beside: str, alone: str) -> None:
    assert within_provider(provider, model) == beside
    assert with_provider(provider, model) == alone
