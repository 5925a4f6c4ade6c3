"""Settings that change in the window: what is kept, what is refused, who is told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop_app.errors import InvalidValueError, NotAllowedError
from desktop_app.services.preferences import Preferences
from desktop_app.services.settings import SettingsService
from desktop_app.settings import Settings, Sources, read_sources
from desktop_app.storage.database import Database
from desktop_app.storage.preferences import PreferenceRepository

KEY = "llm.claude.api_key"
TOKENS = "llm.openai.max_tokens"


@pytest.fixture
async def preferences(tmp_path: Path) -> AsyncIterator[Preferences]:
    database = await Database.open(tmp_path / "goalgetter.db")
    preferences = Preferences(PreferenceRepository(database))
    await preferences.load()
    yield preferences
    await database.close()


async def test_a_choice_counts_at_once_is_told_and_is_there_after_a_restart(preferences: Preferences) -> None:
    settings = SettingsService(Sources(), preferences)
    told: list[Settings] = []
    settings.subscribe(told.append)
    await settings.keep(TOKENS, " 500 ")
    assert settings.current.openai.max_tokens == 500
    assert told == [settings.current]
    again = SettingsService(Sources(), preferences)
    again.read_preferences()
    assert again.current.openai.max_tokens == 500
    assert again.current.origin(TOKENS).hint == "chosen in GoalGetter"


async def test_an_empty_choice_gives_it_up(preferences: Preferences) -> None:
    settings = SettingsService(Sources(), preferences)
    await settings.keep(TOKENS, "500")
    await settings.keep(TOKENS, "")
    assert settings.current == Settings()


async def test_what_changes_nothing_is_not_told(preferences: Preferences) -> None:
    settings = SettingsService(Sources(), preferences)
    told: list[Settings] = []
    settings.subscribe(told.append)
    settings.read_preferences()
    settings.use_keys(keychain={KEY: None})
    assert told == []


async def test_what_is_set_outside_stays_stronger(preferences: Preferences, tmp_path: Path) -> None:
    settings = SettingsService(read_sources([], {"OPENAI_MAX_TOKENS": "100"}, tmp_path), preferences)
    await settings.keep(TOKENS, "500")
    assert settings.current.openai.max_tokens == 100


async def test_a_bad_choice_is_refused_in_a_sentence_and_nothing_changes(preferences: Preferences) -> None:
    settings = SettingsService(Sources(), preferences)
    with pytest.raises(InvalidValueError, match="“Longest reply”: this is no whole number from 16"):
        await settings.keep(TOKENS, "many")
    assert settings.current == Settings()


@pytest.mark.parametrize("setting_id", [KEY, "llm.openai.model", "llm.nothing"])
async def test_keys_are_never_kept_as_preferences_nor_is_what_the_model_list_keeps(
    preferences: Preferences, setting_id: str
) -> None:
    settings = SettingsService(Sources(), preferences)
    with pytest.raises(NotAllowedError):
        await settings.keep(setting_id, "sk-canary")
    assert preferences.value(setting_id) is None


async def test_keys_come_and_go(preferences: Preferences) -> None:
    settings = SettingsService(Sources(), preferences)
    settings.use_keys(keychain={KEY: "sk-kept"})
    assert settings.current.claude.api_key == "sk-kept"
    settings.use_keys(window={KEY: "sk-entered"})
    assert settings.current.claude.api_key == "sk-entered"
    assert settings.with_key(KEY, "sk-tried").claude.api_key == "sk-tried"
    settings.use_keys(window={KEY: None}, keychain={KEY: None})
    assert settings.current == Settings()


async def test_a_blank_key_in_the_keychain_is_none(preferences: Preferences) -> None:
    settings = SettingsService(Sources(), preferences)
    settings.use_keys(keychain={KEY: " "})
    assert settings.current == Settings()
