"""`.env` files: how they are read, and what is said of what cannot be."""

from pathlib import Path

from desktop_app.settings import Settings
from tests.settings.conftest import Read


def test_the_usual_ways_of_writing_are_read(read: Read, profile: Path) -> None:
    (profile / ".env").write_text(
        "\ufeff# mine\nexport OPENAI_MODEL='gpt-4'\n\nOPENAI_TEMPERATURE = 0.5 # cool\nOPENAI_API_KEY=\nBARE\n",
        encoding="utf-8",
    )
    settings = read()
    assert (settings.openai.model, settings.openai.temperature, settings.openai.api_key) == ("gpt-4", 0.5, None)
    assert settings.problems == ()


def test_references_are_filled_in_from_the_environment_and_from_lines_above(read: Read, profile: Path) -> None:
    (profile / ".env").write_text(
        "HOST=other\nPORT=2\nOPENAI_BASE_URL=http://${HOST}:${PORT}/${PATH_PART:-v1}\nOPENAI_MODEL='$${x}'\n"
    )
    settings = read({"HOST": "127.0.0.1"})
    assert settings.openai.base_url == "http://127.0.0.1:2/v1"
    assert settings.openai.model == "${x}"


def test_a_reference_to_nothing_is_named_where_it_matters(read: Read, profile: Path) -> None:
    (profile / ".env").write_text("FOREIGN=${NOPE}\nOPENAI_MODEL=${NOPE}-${NOR_THIS}\nOPENAI_BASE_URL=http://${\n")
    settings = read()
    assert settings.openai.model is None
    assert settings.problems == (
        f"OPENAI_MODEL in {profile}/.env, line 2 needs ${{NOPE}} and ${{NOR_THIS}}, which is not set; it is left out.",
        f"OPENAI_BASE_URL in {profile}/.env, line 3 has a “${{” that is no ${{NAME}}; it is left out.",
    )


def test_a_line_that_is_none_is_named_and_the_others_count(read: Read, profile: Path) -> None:
    (profile / ".env").write_text("what is this\nOPENAI_MODEL=gpt-4\n")
    settings = read()
    assert settings.openai.model == "gpt-4"
    assert settings.problems == (f"{profile}/.env, line 1, is no NAME=value; it is passed over.",)


def test_a_file_that_cannot_be_read_is_named_and_a_folder_of_that_name_is_none(
    read: Read, profile: Path, working_folder: Path
) -> None:
    (profile / ".env").write_bytes(b"OPENAI_MODEL=\xff\xfe")
    (working_folder / ".env").mkdir()
    assert read() == Settings(
        problems=(f"{profile}/.env cannot be read (it is not UTF-8 text); nothing in it is used.",)
    )
