"""Preferences in the database, as text by name."""

from sqlalchemy import delete, select

from desktop_app.endings import never_left_in_the_middle
from desktop_app.storage.database import Database
from desktop_app.storage.models import PreferenceRow


class PreferenceRepository:
    """Reads and writes preferences. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, str]:
        """Every preference that was ever set."""
        async with self._database.reading() as session:
            return {row.name: row.value for row in await session.scalars(select(PreferenceRow))}

    @never_left_in_the_middle
    async def set(self, name: str, value: str) -> None:
        """Keep `value` under `name`, in place of what was there."""
        async with self._database.writing() as session:
            await session.merge(PreferenceRow(name=name, value=value))

    @never_left_in_the_middle
    async def remove(self, name: str) -> None:
        """Keep nothing under `name` any more."""
        async with self._database.writing() as session:
            await session.execute(delete(PreferenceRow).where(PreferenceRow.name == name))
