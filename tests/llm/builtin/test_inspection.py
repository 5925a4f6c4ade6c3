"""What of the built-in model is there, told without starting anything."""

from pathlib import Path

from desktop_app.llm.builtin.catalog import CODER_0_5B
from desktop_app.llm.builtin.engine import is_installed
from desktop_app.llm.builtin.inspection import look
from desktop_app.paths import Paths
from desktop_app.settings import BuiltinSettings


def paths_in(folder: Path) -> Paths:
    return Paths(folder / "data", folder / "cache", folder / "logs")


def put(folder: Path, size: int) -> Path:
    """A file of that size under the published name; it takes no room on the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / CODER_0_5B.file_name
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_a_file_of_the_right_size_is_found_in_the_cache_and_beside_the_program(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    settings = BuiltinSettings(CODER_0_5B.name)
    size = CODER_0_5B.size_bytes or 0
    beside = put(tmp_path / "program" / "models", size)
    parts = look(settings, paths, tmp_path / "program")
    assert (parts.weights, parts.has_engine) == (str(beside), is_installed())
    cached = put(paths.weights, size)
    assert look(settings, paths, tmp_path / "program").weights == str(cached)


def test_half_a_file_is_none(tmp_path: Path) -> None:
    put(paths_in(tmp_path).weights, 1000)
    parts = look(BuiltinSettings(CODER_0_5B.name), paths_in(tmp_path), tmp_path)
    assert parts.weights in {None, "data packages"}
    assert parts.can_answer is (parts.weights is not None and parts.has_engine)


def test_a_chosen_file_that_is_no_model_is_told_with_advice(tmp_path: Path) -> None:
    chosen = tmp_path / "notes.gguf"
    chosen.write_text("Dear diary")
    parts = look(BuiltinSettings(weights_file=chosen), paths_in(tmp_path), tmp_path)
    assert not parts.can_answer
    assert str(chosen) in parts.problem
    assert parts.advice
    chosen.write_bytes(b"GGUF and more")
    assert look(BuiltinSettings(weights_file=chosen), paths_in(tmp_path), tmp_path).weights == str(chosen)
