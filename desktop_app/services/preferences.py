"""What the person chose, kept in the database and held in memory."""

from desktop_app.storage.preferences import PreferenceRepository


class Preferences:
    """Preferences by name, as text. Reading costs nothing after `load`."""

    def __init__(self, repository: PreferenceRepository) -> None:
        self._repository = repository
        self._values: dict[str, str] = {}

    async def load(self) -> None:
        """Read them all, once, at start."""
        self._values = await self._repository.all()

    def value(self, name: str) -> str | None:
        """The value kept under `name`, None if there is none."""
        return self._values.get(name)

    async def keep(self, name: str, value: str) -> None:
        """Keep `value` under `name`, for this run at once and for later ones when it is written."""
        if self._values.get(name) != value:
            self._values[name] = value
            await self._repository.set(name, value)

    async def forget(self, name: str) -> None:
        """Keep nothing under `name` any more, in this run and in later ones."""
        if self._values.pop(name, None) is not None:
            await self._repository.remove(name)
