"""What is set outside of GoalGetter: environment, `.env` files and the config file, read once."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop_app.settings.assembly import assembled
from desktop_app.settings.config_file import read_config_file
from desktop_app.settings.declarations import COMPATIBLE
from desktop_app.settings.layers import SettingsLayer
from desktop_app.settings.origins import Given, Layer, Origin, shown_path
from desktop_app.settings.values import Settings
from desktop_app.settings.variables import Variables, dotenv_variables, environment_variables, layer_of

CONFIG_VARIABLE: Final = "GOALGETTER_CONFIG"
_CONFIG_NAMES: Final = ("config.yaml", "config.yml")
_NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Sources:
    """The layers, strongest first, and the problems of their files as a whole. Without any, defaults are in force."""

    layers: tuple[SettingsLayer, ...] = ()
    problems: tuple[str, ...] = ()
    folder: Path = Path()

    def settings(
        self,
        *,
        window: Mapping[str, str] = _NOTHING,
        keychain: Mapping[str, str] = _NOTHING,
        preferences: Mapping[str, str] = _NOTHING,
    ) -> Settings:
        """The settings in force with what was entered in the window, kept in the keychain and chosen before.

        Each by the settings' ids, those of a compatible server as `llm.compatible.NAME.api_key`.
        """
        layers = (
            _inside(window, Layer.WINDOW),
            *self.layers,
            _inside(keychain, Layer.KEYCHAIN),
            _inside(preferences, Layer.PREFERENCE),
        )
        return assembled(layers, self.problems, self.folder)


def read_sources(
    folders: Sequence[Path], environment: Mapping[str, str] | None = None, working_folder: Path | None = None
) -> Sources:
    """Read what is set outside. `folders` are those of the profile in which `.env` and `config.yaml` may lie.

    The environment is the process's own by default, and stays as it is. Call it in a thread.
    """
    env = os.environ if environment is None else environment
    here = working_folder or _working_folder(folders)
    files = dict.fromkeys((folder / ".env").absolute() for folder in (here, *folders))
    levels: list[Variables] = [environment_variables(env), *(dotenv_variables(file, env) for file in files)]
    known = {name: given for level in reversed(levels) for name, given in level.given.items()}
    problems = [problem for level in levels for problem in level.problems]
    config, found = _config(known, folders, here)
    layers = (*(layer_of(level) for level in levels), config)
    return Sources(layers, (*problems, *found), here)


def load_settings(folders: Sequence[Path]) -> Settings:
    """The settings in force without window, keychain and preferences. Call it in a thread."""
    return read_sources(folders).settings()


def _config(known: Mapping[str, Given], folders: Sequence[Path], here: Path) -> tuple[SettingsLayer, list[str]]:
    variables = {name: given.text for name, given in known.items()}
    chosen = known.get(CONFIG_VARIABLE)
    if chosen is not None and chosen.text.strip():
        base = chosen.origin.file.parent if chosen.origin.file else here
        file = base / _expanded_user(chosen.text.strip())
        if not file.is_file():
            return SettingsLayer(), [f"{chosen.origin.place} names {shown_path(file)}, where no file is."]
        return read_config_file(file, variables)
    for folder in folders:
        for name in _CONFIG_NAMES:
            if (folder / name).is_file():
                return read_config_file(folder / name, variables)
    return SettingsLayer(), []


def _inside(texts: Mapping[str, str], layer: Layer) -> SettingsLayer:
    """A layer of values that GoalGetter keeps itself."""
    found = SettingsLayer()
    for setting_id, text in texts.items():
        if not text.strip():
            continue
        given = Given(text, Origin(layer, setting_id), text)
        if setting_id.startswith(f"{COMPATIBLE}."):
            name, _, key = setting_id.removeprefix(f"{COMPATIBLE}.").rpartition(".")
            found.servers.setdefault(name.casefold(), {})[key] = given
        else:
            found.values[setting_id] = given
    return found


def _working_folder(folders: Sequence[Path]) -> Path:
    try:
        return Path.cwd()
    except OSError:  # deleted meanwhile
        return folders[0] if folders else Path.home()


def _expanded_user(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)
