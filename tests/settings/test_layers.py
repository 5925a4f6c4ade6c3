"""Which layer wins, where a value comes from, and what is said of bad ones."""

# ruff: noqa: E501 - whole sentences are compared

import os
from pathlib import Path

import pytest

from desktop_app.settings import Settings, Sources, load_settings, read_sources
from desktop_app.settings.origins import Layer
from tests.settings.conftest import Read

CANARY = "sk-ant-canary-0123456789abcdef"


def test_nothing_set_gives_the_defaults(read: Read) -> None:
    assert read() == Settings() == Sources().settings()
    assert read().origin("llm.ollama.host").hint == ""


def test_the_stronger_layer_wins_and_each_is_told(read: Read, profile: Path, working_folder: Path) -> None:
    model = "llm.openai.max_tokens"
    kept = {model: "100"}
    seen = [(read(preferences=kept).openai.max_tokens, read(preferences=kept).origin(model).hint)]
    (profile / "config.yaml").write_text("llm:\n  openai:\n    max_tokens: 200\n")
    seen.append((read(preferences=kept).openai.max_tokens, read(preferences=kept).origin(model).hint))
    (profile / ".env").write_text("\nOPENAI_MAX_TOKENS=300\n")
    seen.append((read(preferences=kept).openai.max_tokens, read(preferences=kept).origin(model).hint))
    (working_folder / ".env").write_text("OPENAI_MAX_TOKENS=400\n")
    seen.append((read(preferences=kept).openai.max_tokens, read(preferences=kept).origin(model).hint))
    settings = read({"OPENAI_MAX_TOKENS": "500"}, preferences=kept)
    seen.append((settings.openai.max_tokens, settings.origin(model).hint))
    assert seen == [
        (100, "chosen in GoalGetter"),
        (200, "set in config.yaml, line 3"),
        (300, "set by OPENAI_MAX_TOKENS in .env, line 2"),
        (400, "set by OPENAI_MAX_TOKENS in .env, line 1"),
        (500, "set by OPENAI_MAX_TOKENS"),
    ]


def test_a_key_of_the_keychain_yields_to_all_that_is_set_and_one_entered_in_the_window_to_nothing(read: Read) -> None:
    key = "llm.claude.api_key"
    inside = {"keychain": {key: "sk-kept"}}
    assert read(**inside).claude.api_key == "sk-kept"
    assert read(**inside).origin(key).layer is Layer.KEYCHAIN
    outside = {"ANTHROPIC_API_KEY": "sk-outside"}
    assert read(outside, **inside).claude.api_key == "sk-outside"
    settings = read(outside, **inside, window={key: "sk-entered"})
    assert settings.claude.api_key == "sk-entered"
    assert settings.origin(key).hint == "until GoalGetter is closed"


def test_an_empty_variable_is_not_set(read: Read) -> None:
    assert read({"OPENAI_API_KEY": "", "OLLAMA_HOST": "  ", "OPENAI_MODEL": "\n"}) == Settings()


@pytest.mark.parametrize(
    ("variable", "setting_id"),
    [
        ("OPENAI_API_BASE", "llm.openai.base_url"),
        ("OLLAMA_BASE_URL", "llm.ollama.host"),
        ("CLAUDE_BASE_URL", "llm.claude.base_url"),
    ],
)
def test_other_spellings_are_understood(read: Read, variable: str, setting_id: str) -> None:
    settings = read({variable: "http://127.0.0.1:1"})
    assert settings.origin(setting_id).hint == f"set by {variable}"
    assert settings.problems == ()


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("OPENAI_BASE_URL", "nonsense", "is “nonsense”, which is no http address; it is not used."),
        ("OLLAMA_HOST", "ftp://me:canary@example.org", "is “ftp://…@example.org”, which is no address; the default is used."),
        ("OPENAI_MAX_TOKENS", "many", "is “many”, which is no whole number from 16 to 1,000,000; it is not used."),
        ("ANTHROPIC_TEMPERATURE", "1.5", "is “1.5”, which is no number from 0 to 1; it is not used."),
        ("OPENAI_TRACING_ENABLED", "perhaps", "is “perhaps”, which is neither true nor false; the default is used."),
        ("OLLAMA_KEEP_ALIVE", "long", "is “long”, which is no length of time such as 30m, 2h or -1 (for ever); the default is used."),
        ("GOALGETTER_BUILTIN_MODEL", "big", "is “big”, which is neither qwen2.5-coder-1.5b, qwen2.5-coder-0.5b nor the path of a GGUF file; the default is used."),
        ("OPENAI_API_KEY", "sk canary", "has a space or another character that no key has; it is not used."),
        ("DEFAULT_LLM_PROVIDER", "gemini", "is “gemini”, which is no provider; there are claude, openai, ollama, builtin; it is not used."),
        ("OPENAI_MODEL", "m" * 500, "is “mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm…”, which is not one line of at most 400 characters; it is not used."),
    ],
)  # fmt: skip
def test_a_bad_value_is_one_sentence_with_its_variable_and_what_is_used(
    read: Read, variable: str, value: str, problem: str
) -> None:
    settings = read({variable: value})
    assert settings == Settings(problems=(f"{variable} {problem}",))


def test_a_bad_value_gives_way_to_the_next_layer_and_the_sentence_says_so(read: Read, profile: Path) -> None:
    (profile / ".env").write_text("\nOPENAI_TEMPERATURE=hot\n")
    settings = read({"OPENAI_TEMPERATURE": "9"}, preferences={"llm.openai.temperature": "0.5"})
    assert settings.openai.temperature == 0.5
    assert settings.problems == (
        "OPENAI_TEMPERATURE is “9”, which is no number from 0 to 2; the one chosen in GoalGetter is used.",
        f"OPENAI_TEMPERATURE in {profile}/.env, line 2 is “hot”, which is no number from 0 to 2; the one chosen in GoalGetter is used.",
    )


def test_what_goalgetter_kept_itself_is_checked_too(read: Read) -> None:
    settings = read(preferences={"llm.ollama.num_ctx": "1"}, keychain={"llm.openai.api_key": "sk ü"})
    assert settings.problems == (
        "“Key” in the keychain (llm.openai.api_key) has a space or another character that no key has; it is not used.",
        "“Context” chosen here (llm.ollama.num_ctx) is “1”, which is no whole number from 2,048 to 10,000,000; it is not used.",
    )


def test_keys_are_taken_but_shown_nowhere(read: Read, profile: Path, working_folder: Path) -> None:
    (profile / "config.yaml").write_text(
        f"llm:\n  claude: {CANARY}\n  openai:\n    model: ${{SECRET}}\n    temperature: ${{SECRET}}\n"
        f"    base_url: {CANARY}\n  compatible:\n    - name: {CANARY}\n      api_key: {CANARY} x\n{CANARY}: 1\n"
    )
    (profile / ".env").write_text(f"SECRET={CANARY}\n{CANARY} {CANARY}\nOPENAI_MAX_TOKENS={CANARY}\n")
    sources = read_sources([profile], {"ANTHROPIC_API_KEY": f" {CANARY}\n"}, working_folder)
    settings = sources.settings()
    assert settings.claude.api_key == CANARY
    assert len(settings.problems) >= 7
    assert "canary" not in f"{settings!r} {sources!r} {settings.problems}"


def test_files_never_reach_the_environment(
    profile: Path, working_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(working_folder)
    (working_folder / ".env").write_text("OPENAI_MODEL=gpt-4\nUNHEARD_OF=1\n")
    assert load_settings([profile]).openai.model == "gpt-4"
    assert "UNHEARD_OF" not in os.environ
    assert "OPENAI_MODEL" not in os.environ


def test_a_working_folder_that_is_gone_is_done_without(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    (profile / ".env").write_text("OPENAI_MODEL=gpt-4\n")
    assert read_sources([profile], {}).settings().openai.model == "gpt-4"
    assert read_sources([], {}).settings() == Settings()


def test_relative_paths_begin_where_they_are_written(read: Read, profile: Path, working_folder: Path) -> None:
    (profile / "config.yaml").write_text("llm:\n  builtin:\n    weights_file: own.gguf\n")
    settings = read({"OPENAI_TRACING_LOG_PATH": "traces.jsonl"})
    assert settings.builtin.weights_file == profile / "own.gguf"
    assert settings.tracing.log_path == working_folder / "traces.jsonl"
