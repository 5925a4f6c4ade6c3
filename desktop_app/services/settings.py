"""The settings in force, which may change while the program runs."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from desktop_app.errors import InvalidValueError, NotAllowedError
from desktop_app.services.preferences import Preferences
from desktop_app.settings import Settings, Sources
from desktop_app.settings.declarations import SETTINGS, setting
from desktop_app.settings.origins import Origin
from desktop_app.settings.value_types import RefusedError

# Which model answers is kept by the model list; keys are kept in no database.
_PREFERENCES: Final = tuple(one.id for one in SETTINGS if not one.is_secret and not one.is_chosen_in_list)


class SettingsService:
    """Puts together what is set outside, what was entered and what was chosen; whoever listens is told each change."""

    def __init__(self, sources: Sources, preferences: Preferences) -> None:
        self._sources = sources
        self._preferences = preferences
        self._window: dict[str, str] = {}
        self._keychain: dict[str, str] = {}
        self._listeners: list[Callable[[Settings], None]] = []
        self._outside = sources.settings()
        self._current = self._outside

    @property
    def current(self) -> Settings:
        """The settings in force."""
        return self._current

    def subscribe(self, listener: Callable[[Settings], None]) -> None:
        """Tell `listener` the settings whenever they changed."""
        self._listeners.append(listener)

    def read_preferences(self) -> None:
        """Take in what the person chose in earlier runs, once the preferences are loaded."""
        self._put_together()

    async def keep(self, setting_id: str, text: str) -> None:
        """Keep a person's choice as a preference; an empty text gives it up. What is set outside stays stronger.

        Raises InvalidValueError for a text that is no value, NotAllowedError for what is not kept here, and
        StorageError where it cannot be written.
        """
        if setting_id not in _PREFERENCES:
            raise NotAllowedError(f"“{setting_id}” is not kept among the preferences.")
        if text.strip():
            _check(setting_id, text.strip())
        await self._preferences.keep(setting_id, text.strip())
        self._put_together()

    def use_keys(
        self, *, window: Mapping[str, str | None] | None = None, keychain: Mapping[str, str | None] | None = None
    ) -> None:
        """Use these keys, by the settings' ids; those of the window until the program ends. None takes a key out."""
        _update(self._window, window or {})
        _update(self._keychain, keychain or {})
        self._put_together()

    def set_outside(self, setting_id: str) -> Origin | None:
        """Where the setting is set outside of GoalGetter, be it in force or not; None if nowhere."""
        origin = self._outside.origin(setting_id)
        return origin if origin.layer.is_outside else None

    def with_key(self, setting_id: str, key: str) -> Settings:
        """The settings as they would be with `key` in place of the one in force; nothing changes."""
        return self._sources.settings(window={**self._window, setting_id: key}, preferences=self._chosen())

    def _put_together(self) -> None:
        settings = self._sources.settings(window=self._window, keychain=self._keychain, preferences=self._chosen())
        if settings == self._current and settings.origins == self._current.origins:
            return
        self._current = settings
        for listener in tuple(self._listeners):
            listener(settings)

    def _chosen(self) -> dict[str, str]:
        values = {name: self._preferences.value(name) for name in _PREFERENCES}
        return {name: value for name, value in values.items() if value}


def _check(setting_id: str, text: str) -> None:
    declared = setting(setting_id)
    try:
        declared.type.read(text, Path.cwd())
    except RefusedError as error:
        raise InvalidValueError(f"“{declared.label}”: this {error}. It stays as it was.") from error


def _update(keys: dict[str, str], changes: Mapping[str, str | None]) -> None:
    for setting_id, key in changes.items():
        keys.pop(setting_id, None)
        if key is not None:
            keys[setting_id] = key
