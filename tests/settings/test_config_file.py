"""The YAML config file: its sections, its variables, and everything that can be wrong in it."""

# ruff: noqa: E501 - whole sentences are compared

from pathlib import Path

import pytest

from desktop_app.settings import CompatibleSettings, Settings
from desktop_app.settings.config_file import read_config_file
from tests.settings.conftest import Read

WHOLE = """
llm:
  default_provider: compatible:Workshop
  local_only: yes
  anthropic:
    api_key: ${MY_KEY}
    model: claude-sonnet-5
    max-tokens: 4000
    temperature: 0.2
  openai:
    base_url: "https://${HOST:-example.org}/v1"
    store_at_provider: true
  ollama: {base_url: "192.168.1.5", model: qwen3:8b, num_ctx: 16384, keep_alive: 2h}
  builtin:
    model: qwen2.5-coder-0.5b
  compatible:
    - name: Workshop
      base_url: http://127.0.0.1:1234/v1
      model: some-model
    - name: Attic
      base_url: http://attic:8000/v1
      api_key: ${ATTIC_KEY:-sk-attic}
      max_tokens: 500
      temperature: 1
tracing:
  enabled: off
  log_path: ~/traces.jsonl
  include_content: false
"""


def test_every_setting_can_stand_in_it(read: Read, profile: Path) -> None:
    (profile / "config.yaml").write_text(WHOLE)
    settings = read({"MY_KEY": "sk-mine"})
    assert settings.problems == ()
    assert settings.default_provider == "compatible:Workshop"
    assert settings.local_only is True
    assert settings.claude.api_key == "sk-mine"
    assert (settings.claude.model, settings.claude.max_tokens, settings.claude.temperature) == (
        "claude-sonnet-5", 4000, 0.2,
    )  # fmt: skip
    assert settings.openai.base_url == "https://example.org/v1"
    assert settings.openai.store_at_provider is True
    assert settings.ollama.host == "http://192.168.1.5:11434"
    assert (settings.ollama.num_ctx, settings.ollama.keep_alive) == (16384, "2h")
    assert settings.builtin.model == "qwen2.5-coder-0.5b"
    assert settings.compatible == (
        CompatibleSettings("Workshop", "http://127.0.0.1:1234/v1", model="some-model"),
        CompatibleSettings("Attic", "http://attic:8000/v1", "sk-attic", max_tokens=500, temperature=1.0),
    )
    assert settings.tracing.is_enabled is False
    assert settings.tracing.includes_content is False
    assert settings.tracing.log_path == Path.home() / "traces.jsonl"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing yet\n",
        "llm:\n",
        "llm:\n  openai:\n  compatible:\ntracing: ~\n",
        "llm: {openai: {model: ''}}",
        "llm: {openai: {model: }}",
    ],
)
def test_empty_sections_set_nothing(read: Read, profile: Path, text: str) -> None:
    (profile / "config.yaml").write_text(text)
    assert read() == Settings()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("llm:\n  openai:\n    model: [a, b]\n", "llm.openai.model in {file}, line 3 holds more than one value; it is left out."),
        ("llm:\n  openai:\n    model: ${{NOPE}}\n", "llm.openai.model in {file}, line 3 needs ${{NOPE}}, which is not set; it is left out."),
        ("llm:\n  openai:\n    model: ${{NO PE}}\n", "llm.openai.model in {file}, line 3 has a “${{” that is no ${{NAME}}; it is left out."),
        ("llm:\n  openai:\n    temperature: warm\n", "llm.openai.temperature in {file}, line 3 is “warm”, which is no number from 0 to 2; it is not used."),
        ("llm:\n  opnai:\n    model: x\n", "{file}, line 2: there is no setting “opnai” in llm. Did you mean “openai”?"),
        ("llm:\n  openai:\n    zzz: 1\n", "{file}, line 3: there is no setting “zzz” in llm.openai."),
        ("allowance: 5\n", "{file}, line 1: there is no setting “allowance”."),
        ("sk-ant-123: 5\n", "{file}, line 1: there is no setting of this name."),
        ("llm: openai\n", "llm in {file}, line 1 holds no settings; it is passed over."),
        ("- llm\n", "What stands in {file}, line 1 holds no settings; it is passed over."),
        ("llm:\n  ? [a]\n  : 1\n", "llm in {file}, line 2 has a key that is no word; it is passed over."),
        ("llm: [\n", "{file} is not valid YAML in line 2; nothing in it is used."),
        ("llm:\n\topenai:\n", "{file} is not valid YAML in line 2 (a tab stands where only spaces may); nothing in it is used."),
        ("llm: 'open\n", "{file} is not valid YAML in line 2 (found unexpected end of stream); nothing in it is used."),
        ("llm: \x07\n", "{file} is not valid YAML; nothing in it is used."),
        ("[" * 3000, "{file} is not valid YAML; nothing in it is used."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_with_file_and_line(read: Read, profile: Path, text: str, problem: str) -> None:
    file = profile / "config.yaml"
    file.write_text(text.replace("{{", "{").replace("}}", "}"))
    assert read() == Settings(problems=(problem.format(file=file),))


def test_a_value_that_stands_twice_is_named_and_the_later_one_counts(read: Read, profile: Path) -> None:
    file = profile / "config.yaml"
    file.write_text("llm:\n  claude:\n    model: a\n  anthropic:\n    model: b\n")
    settings = read()
    assert settings.claude.model == "b"
    assert settings.problems == (
        f"llm.claude.model in {file}, line 5 was set above it already; the later value is used.",
    )


@pytest.mark.parametrize(
    ("servers", "problem"),
    [
        ("[{name: a, base_url: 'http://x'}, {name: A, base_url: 'http://y'}]", "llm.compatible[2].name in {file}, line 2 is the name of a server above it too; this server is left out."),
        ("[{name: a, base_url: 'http://x'}, {base_url: 'http://y'}]", "llm.compatible[2] in {file}, line 2 has no name; this server is left out."),
        ("[{name: a, base_url: 'http://x'}, {name: b}]", "llm.compatible[2].name in {file}, line 2: the server b has no base_url; it is left out."),
        ("[{name: a, base_url: 'http://x'}, {name: b, base_url: nowhere}]", "llm.compatible[2].base_url in {file}, line 2 is “nowhere”, which is no http address; it is not used."),
        ("[{name: a, base_url: 'http://x'}, {name: 'b:c', base_url: 'http://y'}]", "llm.compatible[2].name in {file}, line 2 is “b:c”, which is no name of at most 40 letters, digits, spaces, dots and dashes; it is not used."),
        ("[{name: a, base_url: 'http://x', base-uri: 1}]", "{file}, line 2: there is no setting “base-uri” in llm.compatible[1]. Did you mean “base_url”?"),
        ("[{name: a, base_url: 'http://x'}, word]", "llm.compatible[2] in {file}, line 2 holds no settings; it is passed over."),
        ("[{name: a, base_url: 'http://x'}, ]", ""),
        ("{name: a, base_url: 'http://x'}", ""),
    ],
)  # fmt: skip
def test_a_server_that_cannot_be_one_is_named_and_the_others_stay(
    read: Read, profile: Path, servers: str, problem: str
) -> None:
    file = profile / "config.yaml"
    file.write_text(f"llm:\n  compatible: {servers}\n")
    settings = read()
    assert settings.compatible == (CompatibleSettings("a", "http://x"),)
    assert settings.problems == ((problem.format(file=file),) if problem else ())


def test_the_environment_adds_a_server_or_changes_one_of_its_name(read: Read, profile: Path) -> None:
    (profile / "config.yaml").write_text("llm:\n  compatible:\n    - name: Attic\n      base_url: http://attic/v1\n")
    unnamed = read({"OPENAI_COMPATIBLE_BASE_URL": "http://127.0.0.1:1/v1"})
    assert [server.provider for server in unnamed.compatible] == ["compatible:Attic", "compatible:server"]
    changed = read({"OPENAI_COMPATIBLE_NAME": "attic", "OPENAI_COMPATIBLE_API_KEY": "sk-attic"})
    assert changed.compatible == (CompatibleSettings("Attic", "http://attic/v1", "sk-attic"),)
    assert changed.origin("llm.compatible.Attic.api_key").hint == "set by OPENAI_COMPATIBLE_API_KEY"


def test_a_server_has_its_key_from_the_keychain_and_without_the_server_the_key_is_nothing(
    read: Read, profile: Path
) -> None:
    keychain = {"llm.compatible.v1.2 box.api_key": "sk-box"}
    assert read(keychain=keychain) == Settings()
    (profile / "config.yaml").write_text("llm:\n  compatible:\n    - name: v1.2 Box\n      base_url: http://box/v1\n")
    assert read(keychain=keychain).compatible == (CompatibleSettings("v1.2 Box", "http://box/v1", "sk-box"),)


def test_the_file_can_be_named_by_a_variable(read: Read, profile: Path, working_folder: Path) -> None:
    (profile / "config.yaml").write_text("llm: {openai: {model: usual}}")
    (working_folder / "other.yaml").write_text("llm: {openai: {model: other}}")
    assert read({"GOALGETTER_CONFIG": "other.yaml"}).openai.model == "other"
    (profile / ".env").write_text("GOALGETTER_CONFIG=config.yaml\n")
    assert read().openai.model == "usual"
    assert read({"GOALGETTER_CONFIG": "~nobody-of-this-name/x"}).problems == (
        f"GOALGETTER_CONFIG names {working_folder}/~nobody-of-this-name/x, where no file is.",
    )


def test_the_other_ending_is_found_too(read: Read, profile: Path) -> None:
    (profile / "config.yml").write_text("llm: {openai: {model: found}}")
    assert read().openai.model == "found"


def test_a_file_that_cannot_be_read_is_named(profile: Path) -> None:
    layer, problems = read_config_file(profile, {})
    assert not layer.values
    assert problems == [f"{profile} cannot be read (Is a directory); nothing in it is used."]


def test_a_file_in_another_encoding_is_named(read: Read, profile: Path) -> None:
    (profile / "config.yaml").write_bytes("llm: ü".encode("latin-1"))
    assert read() == Settings(problems=(f"{profile}/config.yaml is not UTF-8 text; nothing in it is used.",))


def test_a_server_is_found_by_its_provider(read: Read, profile: Path) -> None:
    (profile / "config.yaml").write_text("llm: {compatible: [{name: a, base_url: 'http://x'}, {zzz: 1}]}")
    settings = read()
    assert settings.compatible_called("compatible:a").base_url == "http://x"
    assert [problem.rpartition(": ")[2] for problem in settings.problems] == [
        "there is no setting “zzz” in llm.compatible[2]."
    ]
