"""Where a profile and the program's own resources lie."""

from pathlib import Path

import pytest

from desktop_app.paths import Paths, default_paths, program_dir, resources_dir


def test_a_profile_can_be_put_anywhere(own_profile: Path) -> None:
    paths = default_paths()
    assert paths.database == own_profile / "goalgetter.db"
    assert paths.weights == own_profile / "cache" / "models"
    assert not own_profile.exists()


def test_without_a_choice_it_is_the_users_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GOALGETTER_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert tmp_path in default_paths().data.parents


def test_resources_lie_in_the_source_tree() -> None:
    assert (resources_dir() / "icons").is_dir()
    assert resources_dir().parent == program_dir()


def test_settings_are_looked_for_among_the_configuration_and_then_the_data(own_profile: Path) -> None:
    assert default_paths().settings_folders == (own_profile,)
    data, config = Path("data"), Path("config")
    assert Paths(data, data, data, config).settings_folders == (config, data)
    assert Paths(data, data, data, data).settings_folders == (data,)
