"""Which model answers a command: the one that is named, else the one that would answer in the window."""

from collections.abc import Callable
from typing import Final

from desktop_app.domain.providers import HealthState, ModelChoice, ProviderEntry
from desktop_app.errors import InvalidValueError
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.services.models import ModelDirectory

_BUILTIN: Final = "builtin"


async def choose_model(
    models: ModelDirectory, provider: str | None, model: str | None, note: Callable[[str], None]
) -> ModelChoice:
    """The model that answers, ready or as good as ready; `note` is told what is waited for.

    Raises InvalidValueError for a provider that does not exist, ProviderError with what to do where nobody can answer.
    """
    if provider is not None:
        _check_known(models, provider)
    choice = await _found(models, provider, model)
    if choice.provider == _BUILTIN and not await _is_ready(models, note):
        # Without a choice of the person's the next one on this computer answers, as in the window.
        choice = await _found(models, provider, model)
        if choice.provider == _BUILTIN:
            raise ProviderError(ErrorKind.NOT_SET_UP, _why_not(_entry(models, _BUILTIN)))
    return choice


async def _found(models: ModelDirectory, provider: str | None, model: str | None) -> ModelChoice:
    if provider is not None and model is not None:
        return ModelChoice(provider, model)
    choice = await models.find_choice(provider)
    if choice is not None:
        return ModelChoice(choice.provider, model or choice.model)
    if provider is not None:
        raise ProviderError(ErrorKind.NOT_SET_UP, _why_not(_entry(models, provider)))
    reasons = " ".join(_why_not(entry) for entry in models.entries)
    raise ProviderError(
        ErrorKind.NOT_SET_UP,
        f"No model is chosen and none on this computer can answer. {reasons} Name one: --provider P",
    )


async def _is_ready(models: ModelDirectory, note: Callable[[str], None]) -> bool:
    """Let the built-in model get ready, saying what it does; whether it can answer."""
    told: list[str] = []

    def follow() -> None:
        health = _entry(models, _BUILTIN).health
        if health.state is HealthState.STARTING and health.text not in told:
            told.append(health.text)
            note(f"Built-in: {health.text}")

    await models.refresh(_BUILTIN)
    models.subscribe(follow)
    await models.prepare(_BUILTIN)
    return _entry(models, _BUILTIN).health.is_usable


def _check_known(models: ModelDirectory, provider: str) -> None:
    names = [entry.name for entry in models.entries]
    if provider not in names:
        raise InvalidValueError(f"There is no provider “{provider[:60]}”. There are: {', '.join(names)}.")


def _entry(models: ModelDirectory, name: str) -> ProviderEntry:
    return next(entry for entry in models.entries if entry.name == name)


def _why_not(entry: ProviderEntry) -> str:
    health = entry.health
    if health.download_bytes is not None:
        return (
            f"{entry.label}: its model is not on this computer yet. "
            f"The window offers to download it ({health.download_bytes / 1e9:.1f} GB)."
        )
    text = health.text if health.text.endswith((".", "…")) else f"{health.text}."
    return f"{entry.label}: {text} {health.advice}".strip()
