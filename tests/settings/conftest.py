"""A profile folder whose files a test writes, and the settings that come of it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from desktop_app.settings import Settings, read_sources

Read = Callable[..., Settings]


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """The folder in which `config.yaml` and `.env` may lie."""
    folder = tmp_path / "profile"
    folder.mkdir()
    return folder


@pytest.fixture
def working_folder(tmp_path: Path) -> Path:
    """Where the program is started from."""
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


@pytest.fixture
def read(profile: Path, working_folder: Path) -> Read:
    """The settings of this environment, of the files, and of what GoalGetter keeps itself."""

    def settings(environment: Mapping[str, str] | None = None, **inside: Mapping[str, str]) -> Settings:
        return read_sources([profile], environment or {}, working_folder).settings(**inside)

    return settings
