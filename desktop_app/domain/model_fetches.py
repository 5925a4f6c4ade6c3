"""Models that are being got: how a name is typed, how far it is, how it ended."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop_app.domain.providers import FetchProgress

# People paste what the library's page tells them to type.
_COMMAND: Final = re.compile(r"^ollama\s+(?:pull|run)\s+", re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,199}")


_LOOKING_UP: Final = FetchProgress("Looking it up")


class FetchState(StrEnum):
    """Where the getting of a model stands."""

    RUNNING = "running"
    STOPPING = "stopping"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ModelFetch:
    """A model that is being got, or was tried to be. `left_s` is what it will still take, None where nobody can tell.

    `error` says why it failed and what to do. `is_chosen` is whether the model answers from now on, once it is there.
    """

    provider: str
    name: str
    state: FetchState = FetchState.RUNNING
    progress: FetchProgress = _LOOKING_UP
    left_s: float | None = None
    error: str = ""
    is_chosen: bool = False

    @property
    def share(self) -> float | None:
        """How much of it is there, 0 to 1; None where that is not known yet."""
        done, total = self.progress.done_bytes, self.progress.total_bytes
        return min(1.0, done / total) if done is not None and total else None


def typed_model_name(text: str) -> str | None:
    """The name of a model as it was typed or pasted; None where it can be none."""
    name = _COMMAND.sub("", text.strip()).strip()
    return name if _NAME.fullmatch(name) else None


def full_name(name: str) -> str:
    """The name with its tag, by which one that was typed without is listed."""
    return name if ":" in name else f"{name}:latest"
