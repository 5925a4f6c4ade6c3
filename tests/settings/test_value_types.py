"""What each type of setting takes, and in which words it refuses the rest."""

from pathlib import Path

import pytest

from desktop_app.settings.value_types import (
    BuiltinModel,
    Duration,
    FilePath,
    Key,
    Number,
    OllamaHost,
    ProviderName,
    RefusedError,
    ServerName,
    Switch,
    Text,
    Url,
    ValueType,
    Whole,
)

PROVIDER = ProviderName(("Workshop", "attic"))
FOLDER = Path("/where")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Text(), "gpt-4-turbo", "gpt-4-turbo"),
        (Whole(16, 100), "16", 16),
        (Whole(16, 100), "+100", 100),
        (Number(0, 2), "0.7", 0.7),
        (Number(0, 2), "2", 2.0),
        (Switch(), "Yes", True),
        (Switch(), "off", False),
        (Key(), " sk-canary\r\n", "sk-canary"),
        (Key(), '"sk-canary"', "sk-canary"),
        (Url(), "https://example.org/v1/", "https://example.org/v1"),
        (Url(("/messages", "/v1")), "https://example.org/v1/messages", "https://example.org"),
        (Url(("/chat/completions",)), "http://[::1]:80/v1/chat/completions", "http://[::1]:80/v1"),
        (FilePath(), "traces.jsonl", Path("/where/traces.jsonl")),
        (FilePath(), "/tmp/traces.jsonl", Path("/tmp/traces.jsonl")),  # noqa: S108 - nothing is written
        (FilePath(), "~/traces.jsonl", Path.home() / "traces.jsonl"),
        (Duration(), "30m", "30m"),
        (Duration(), "1h30m", "1h30m"),
        (Duration(), "300", "300s"),
        (Duration(), "-1", "-1s"),
        (Duration(), "0", "0s"),
        (BuiltinModel(("a", "b")), "B", "b"),
        (BuiltinModel(("a", "b")), "models/own.GGUF", "/where/models/own.GGUF"),
        (ServerName(), "LM Studio 2", "LM Studio 2"),
        (PROVIDER, "Anthropic", "claude"),
        (PROVIDER, "openai", "openai"),
        (PROVIDER, "built-in", "builtin"),
        (PROVIDER, "compatible:workshop", "compatible:Workshop"),
        (PROVIDER, "compatible: ATTIC", "compatible:attic"),
        (PROVIDER, "attic", "compatible:attic"),
        (ProviderName(("attic",)), "compatible", "compatible:attic"),
    ],
)
def test_a_good_text_is_read(kind: ValueType, text: str, value: object) -> None:
    assert kind.read(text, FOLDER) == value


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (Text(), "two\nlines", "one line"),
        (Text(), "sk-ant-0123456789abcdef", "looks like a key"),
        (Text(), "x" * 401, "400 characters"),
        (Whole(16, 4000), "15", "whole number from 16 to 4,000"),
        (Whole(16, 4000), "4001", "whole number"),
        (Whole(16, 4000), "1_000", "whole number"),
        (Whole(16, 4000), "20.5", "whole number"),
        (Whole(16, 4000), "9" * 5000, "whole number"),
        (Number(0, 2), "2.1", "number from 0 to 2"),
        (Number(0, 2), "nan", "number from 0 to 2"),
        (Number(0, 2), "0,7", "number from 0 to 2"),
        (Switch(), "maybe", "neither true nor false"),
        (Key(), "sk canary", "a space"),
        (Key(), "sk-caná", "another character"),
        (Key(), "your-key-here", "placeholder"),
        (Key(), "sk-ant-...", "placeholder"),
        (Key(), "<key>", "placeholder"),
        (Key(), '""', "placeholder"),
        (Url(), "example.org", "no http address"),
        (Url(), "http://[broken", "no http address"),
        (Url(), "http://host:99999", "no http address"),
        (Url(), "http://two words/", "no http address"),
        (FilePath(), "~nobody-of-this-name/file", "nobody"),
        (Duration(), "soon", "length of time"),
        (Duration(), "", "length of time"),
        (BuiltinModel(("a", "b", "smoke")), "c", "neither a, b nor"),
        (ServerName(), "a:b", "no name"),
        (ServerName(), "x" * 41, "no name"),
        (PROVIDER, "gemini", "claude, openai, ollama, builtin, compatible:Workshop, compatible:attic"),
        (PROVIDER, "compatible", "no provider"),
    ],
)
def test_a_bad_text_is_refused_with_its_reason(kind: ValueType, text: str, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        kind.read(text, FOLDER)


@pytest.mark.parametrize(
    ("value", "host"),
    [
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
    assert OllamaHost().read(value, FOLDER) == host


@pytest.mark.parametrize("value", ["ftp://example.org", "http://", "host:notaport", "http://[broken"])
def test_an_address_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(RefusedError, match="no address"):
        OllamaHost().read(value, FOLDER)
