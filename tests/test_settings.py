"""Settings from the environment, and what becomes of bad values."""

from pathlib import Path

import pytest

from desktop_app.settings import DEFAULT_BUILTIN_MODEL, DEFAULT_OLLAMA_HOST, Settings, settings_from_environment


def test_an_empty_environment_gives_the_defaults() -> None:
    assert settings_from_environment({}) == Settings()


@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("", DEFAULT_OLLAMA_HOST),
        ("localhost", "http://localhost:11434"),
        ("192.168.1.5:8080", "http://192.168.1.5:8080"),
        (":8080", "http://127.0.0.1:8080"),
        ("0.0.0.0:11434", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("https://ollama.example.org", "https://ollama.example.org:443"),
        ("http://example.org/ollama/", "http://example.org:80/ollama"),
        ("[::1]:11434", "http://[::1]:11434"),
    ],
)
def test_ollamas_address_takes_the_forms_that_its_own_clients_take(value: str, host: str) -> None:
    settings = settings_from_environment({"OLLAMA_HOST": value})
    assert settings.ollama.host == host
    assert settings.problems == ()


@pytest.mark.parametrize("value", ["ftp://example.org", "http://", "host:notaport", "http://[broken"])
def test_an_address_that_is_none_is_named_and_the_default_used(value: str) -> None:
    settings = settings_from_environment({"OLLAMA_HOST": value})
    assert settings.ollama.host == DEFAULT_OLLAMA_HOST
    assert len(settings.problems) == 1
    assert "OLLAMA_HOST" in settings.problems[0]


def test_a_base_url_that_is_none_is_named() -> None:
    settings = settings_from_environment(
        {"ANTHROPIC_BASE_URL": "nonsense", "OPENAI_BASE_URL": "https://example.org/v1/"}
    )
    assert settings.claude.base_url is None
    assert settings.openai.base_url == "https://example.org/v1"
    assert settings.problems == ("ANTHROPIC_BASE_URL is “nonsense”, which is no http address; the default is used.",)


def test_keys_are_taken_but_never_shown() -> None:
    settings = settings_from_environment({"ANTHROPIC_API_KEY": " sk-canary ", "OPENAI_API_KEY": ""})
    assert settings.claude.api_key == "sk-canary"
    assert settings.openai.api_key is None
    assert "canary" not in repr(settings)


def test_the_built_in_model_can_be_chosen() -> None:
    settings = settings_from_environment(
        {"GOALGETTER_BUILTIN_MODEL": "tiny", "GOALGETTER_BUILTIN_FILE": "~/model.gguf"}
    )
    assert settings.builtin.model == "tiny"
    assert settings.builtin.weights_file == Path("~/model.gguf").expanduser()
    assert settings_from_environment({}).builtin.model == DEFAULT_BUILTIN_MODEL


def test_a_password_in_a_bad_address_is_not_repeated() -> None:
    settings = settings_from_environment({"OLLAMA_HOST": "ftp://me:canary@example.org"})
    assert "canary" not in settings.problems[0]
    assert "…@example.org" in settings.problems[0]
