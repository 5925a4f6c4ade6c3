"""The person's own templates, kept as a preference."""

import json
from typing import Final

from desktop_app.domain.templates import OwnTemplate, checked_template
from desktop_app.errors import InvalidValueError
from desktop_app.services.preferences import Preferences

_KEPT: Final = "own_templates"


class TemplateService:
    """Reads and keeps own templates; a name stands for one, whatever its case."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    @property
    def own(self) -> tuple[OwnTemplate, ...]:
        """The own templates in the order of their names; what cannot be read is left out."""
        try:
            kept = json.loads(self._preferences.value(_KEPT) or "{}")
            made = [checked_template(name, headings) for name, headings in kept.items()]
        except (ValueError, TypeError, AttributeError, InvalidValueError):
            return ()
        return tuple(sorted(made, key=lambda template: template.name.casefold()))

    async def keep(self, name: str, headings: tuple[str, ...]) -> OwnTemplate:
        """Keep a template, in place of one of the same name. Raises InvalidValueError, StorageError."""
        new = checked_template(name, headings)
        await self._write((*self._others(new.name), new))
        return new

    async def remove(self, name: str) -> None:
        """Forget a template; goals that were made from it stay as they are. Raises StorageError."""
        await self._write(self._others(name))

    def _others(self, name: str) -> tuple[OwnTemplate, ...]:
        return tuple(one for one in self.own if one.name.casefold() != name.strip().casefold())

    async def _write(self, templates: tuple[OwnTemplate, ...]) -> None:
        kept = {template.name: template.headings for template in templates}
        await self._preferences.keep(_KEPT, json.dumps(kept, ensure_ascii=False))
