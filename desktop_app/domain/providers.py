"""Providers and models as the person sees them: what is there, whether it works, what it can do."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Final

from desktop_app.domain.health import HealthState as HealthState  # noqa: PLC0414 - part of what this module offers

if TYPE_CHECKING:
    from desktop_app.domain.prices import ModelPrices

# The share of a computer's memory that a model may take before other programs feel it.
_OURS: Final = 0.75


class Fix(StrEnum):
    """What the program itself can do about a provider that cannot answer."""

    START = "start"


@dataclass(frozen=True, slots=True)
class ProviderHealth:
    """A provider's state in words.

    `progress` is 0 to 1 while something is got ready, None where that is not known. `download_bytes` is what it has to
    download before it can work, None where nothing or nobody knows. `fix` is what the program can do about it.
    """

    state: HealthState
    text: str
    advice: str = ""
    progress: float | None = None
    download_bytes: int | None = None
    fix: Fix | None = None

    @property
    def is_usable(self) -> bool:
        """Whether a message sent now will be answered, be it after a wait or by whoever stands in."""
        return self.state in {HealthState.WORKING, HealthState.STARTING, HealthState.PAUSED}


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model and what it can do; None is "not known". `context_window` and `max_output` are in tokens.

    `warning` says in a few words what stands in its way here, for example too little memory. `loaded_until` is when a
    model leaves the memory, None while it is not in there or nobody knows. `retires_on` is the day
    from which it answers no more, `is_retired` that the day has come. A model that is not `is_listed` was typed in or
    chosen long ago.
    """

    provider: str
    name: str
    label: str
    context_window: int | None = None
    can_use_tools: bool | None = None
    can_reason: bool | None = None
    can_see: bool | None = None
    size_bytes: int | None = None
    is_local: bool = False
    max_output: int | None = None
    prices: "ModelPrices | None" = None
    retires_on: date | None = None
    is_retired: bool = False
    is_listed: bool = True
    warning: str = ""
    loaded_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which model of which provider answers."""

    provider: str
    model: str


class Fit(IntEnum):
    """Whether a computer has the memory that a model needs, the best first."""

    WELL = 0
    UNKNOWN = 1
    TIGHTLY = 2
    NOT = 3


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """A model that can be got: its name there, the size of its download, the memory it needs, what it is good for.

    `computer_bytes` is the memory of the computer that it would run on, None where nobody knows.
    """

    name: str
    size_bytes: int
    memory_bytes: int
    about: str
    can_use_tools: bool | None = None
    computer_bytes: int | None = None

    @property
    def fit(self) -> Fit:
        """Whether that computer has the memory, with some to spare for other programs or without."""
        if self.computer_bytes is None:
            return Fit.UNKNOWN
        if self.memory_bytes > self.computer_bytes:
            return Fit.NOT
        return Fit.WELL if self.memory_bytes <= self.computer_bytes * _OURS else Fit.TIGHTLY


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """A provider with its health and the models that are really there.

    `offers` are models that it can get; None where it can get none, also none that is asked for by name.
    """

    name: str
    label: str
    health: ProviderHealth
    models: tuple[ModelInfo, ...] = ()
    offers: tuple[ModelOffer, ...] | None = None


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """How far getting a model is: what is being done, and bytes where they are known."""

    text: str
    done_bytes: int | None = None
    total_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class ContextUse:
    """How many tokens a conversation is for a model, estimated, and how many it reads at once; None is "not known"."""

    tokens: int
    window: int | None
