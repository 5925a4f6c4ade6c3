"""Our own data beside the bundled prices: the longest reply, abilities, and until when a model answers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import yaml

from desktop_app.llm.catalog.facts import ModelFacts


@dataclass(frozen=True, slots=True)
class _Entry:
    names: tuple[str, ...]
    max_output: int | None = None
    tools: bool | None = None
    vision: bool | None = None
    reasoning: bool | None = None
    retires_on: date | None = None

    def fits(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.names)


_FACTS: Final = ("max_output", "tools", "vision", "reasoning", "retires_on")


class Supplement:
    """The data of `models.yaml`; see the README beside it."""

    def __init__(self, folder: Path) -> None:
        """Read the file in `folder`; what is wrong with it raises, since it comes with the program."""
        data = yaml.safe_load((folder / "models.yaml").read_text("utf-8"))
        self._entries = {provider: tuple(map(_entry, section["models"])) for provider, section in data.items()}

    def facts(self, provider: str, name: str) -> ModelFacts:
        """What is known of a model; for each fact the first entry that has it."""
        fitting = [entry for entry in self._entries.get(provider, ()) if entry.fits(name)]
        found = _Entry(())
        for entry in reversed(fitting):
            found = replace(found, **{fact: told for fact in _FACTS if (told := getattr(entry, fact)) is not None})
        return ModelFacts(
            max_output=found.max_output,
            can_use_tools=found.tools,
            can_see=found.vision,
            can_reason=found.reasoning,
            retires_on=found.retires_on,
        )


def _entry(model: Mapping[str, Any]) -> _Entry:
    return _Entry(**{**model, "names": tuple(model["names"])})
