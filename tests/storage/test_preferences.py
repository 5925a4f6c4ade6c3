"""Preferences are there after a restart."""

from pathlib import Path

from desktop_app.storage.database import Database
from desktop_app.storage.preferences import PreferenceRepository


async def test_a_preference_is_replaced_and_survives_a_restart(path: Path) -> None:
    database = await Database.open(path)
    preferences = PreferenceRepository(database)
    assert await preferences.all() == {}
    await preferences.set("provider", "ollama")
    await preferences.set("provider", "builtin")
    await preferences.set("name", "bad \udc00 text\x00")
    await database.close()

    database = await Database.open(path)
    assert await PreferenceRepository(database).all() == {"provider": "builtin", "name": "bad \ufffd text"}
    await database.close()
