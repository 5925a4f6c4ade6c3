"""The rows of the model list, made from providers and what was searched for; no Qt in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from desktop_app.domain.model_fetches import ModelFetch
from desktop_app.domain.providers import ModelChoice, ModelInfo, ProviderEntry, ProviderHealth
from desktop_app.ui.models.fetch_rows import FetchRow, NameRow, fetch_rows, typed_row


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """The heading of a provider's models. `action` is what can be done about its key, empty for nothing."""

    entry: ProviderEntry
    action: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        action = f", {self.action}" if self.action else ""
        return f"{self.entry.label}: {self.entry.health.text}{action}"


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model; it can be chosen while its provider is usable. `hint` is what made it the one that is chosen."""

    model: ModelInfo
    health: ProviderHealth
    is_chosen: bool = False
    hint: str = ""

    @property
    def notes(self) -> list[str]:
        """What stands behind its name."""
        return [*state_words(self.model), *([self.hint] if self.hint else [])]

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        model = self.model
        parts = [model.label, *self.notes, f"context {context_words(model.context_window)}"]
        parts += [spoken_price(model), *ability_words(model)]
        if not self.health.is_usable:
            parts.append(f"not available: {self.health.text}")
        return ", ".join(["chosen", *parts] if self.is_chosen else parts)


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """What to do about a provider that cannot answer or has no models, or about what failed."""

    text: str
    is_error: bool = False

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return self.text


ListRow: TypeAlias = ProviderRow | ModelRow | FetchRow | NameRow | AdviceRow

NOTHING_FOUND = "No model is called that."
NOTHING_THERE = "No models yet."
_FOR_GOOD = 2200
_NO_ACTIONS: Mapping[str, str] = {}


def list_rows(
    entries: Sequence[ProviderEntry],
    choice: ModelChoice | None,
    search: str,
    actions: Mapping[str, str] = _NO_ACTIONS,
    hint: str = "",
    fetches: Sequence[ModelFetch] = (),
) -> list[ListRow]:
    """Providers with their models, who can answer first, then who can get one; with a search what it fits.

    `actions` says by provider what can be done about keys, `hint` what made the choice, `fetches` what is being got.

    A search fits a model if each of its words is in the names of the model or begins that of its provider.
    """
    words = search.casefold().split()
    fitting = {entry.name: [model for model in entry.models if _fits(words, entry, model)] for entry in entries}
    getting = {entry.name: fetch_rows(entry, fetches, words) for entry in entries}
    if words:
        is_found = any(fitting.values()) or any(getting.values()) or _is_provider(search, entries)
        for entry in entries:
            getting[entry.name] += typed_row(entry, fetches, search, is_search=is_found)
    rows: list[ListRow] = []
    for entry in sorted(entries, key=_order):
        models, fetched = fitting[entry.name], getting[entry.name]
        if words and not models and not fetched:
            continue
        rows.append(ProviderRow(entry, actions.get(entry.name, "")))
        for model in models:
            is_chosen = choice == ModelChoice(model.provider, model.name)
            rows.append(ModelRow(model, entry.health, is_chosen, hint if is_chosen else ""))
        for row in fetched:
            rows += [row, AdviceRow(row.error, is_error=True)] if row.error else [row]
        if not words:
            rows += _ways_on(entry)
    return rows or [AdviceRow(NOTHING_FOUND if words else NOTHING_THERE)]


def _order(entry: ProviderEntry) -> tuple[bool, bool]:
    """Who can answer comes first, then who can get a model that does."""
    return not entry.health.is_usable, not (entry.health.is_usable or entry.offers)


def _ways_on(entry: ProviderEntry) -> list[ListRow]:
    """What stands below a provider's models."""
    if entry.offers is not None:
        return [NameRow(entry.name)]
    advice = entry.health.advice or ("" if entry.models or entry.health.text else NOTHING_THERE)
    return [AdviceRow(advice)] if advice else []


def _is_provider(search: str, entries: Sequence[ProviderEntry]) -> bool:
    return any(entry.label.casefold().startswith(search.strip().casefold()) for entry in entries)


def context_words(tokens: int | None) -> str:
    """A context window in a few letters: "128k" for 128,000 as for 131,072, "—" where it is not known."""
    if tokens is None:
        return "—"
    unit = 1024 if tokens % 1000 and tokens % 1024 == 0 else 1000
    if tokens >= unit * unit:
        return f"{round(tokens / unit / unit, 2):g}M"
    return f"{tokens // unit}k" if tokens >= unit else str(tokens)


def price_words(model: ModelInfo) -> tuple[str, str]:
    """What a million tokens cost, in and out: "$3.00", "Free", or "—" where it is not known."""
    if model.is_local:
        return "Free", "Free"
    if model.prices is None:
        return "—", "—"
    band = model.prices.bands[0]
    return _dollars(band.input_usd), _dollars(band.output_usd)


def spoken_price(model: ModelInfo) -> str:
    """The price as a screen reader says it."""
    if model.is_local:
        return "Free"
    if model.prices is None:
        return "price not known"
    return "{} in, {} out for a million tokens".format(*price_words(model))


def state_words(model: ModelInfo) -> list[str]:
    """What sets a model apart from those that are simply there."""
    words = [] if model.is_listed else ["not listed"]
    if model.is_retired:
        return ["retired"]
    if model.retires_on is not None:
        words.append(f"until {model.retires_on.day} {model.retires_on:%b %Y}")
    if model.warning:
        words.append(model.warning)
    if model.loaded_until is not None:
        words.append(_in_memory(model.loaded_until))
    return words


def _in_memory(until: datetime) -> str:
    # What Ollama is to keep for good it keeps for three hundred years.
    return "in memory" if until.year > _FOR_GOOD else f"in memory until {until.astimezone():%H:%M}"


def ability_words(model: ModelInfo) -> list[str]:
    """What the model is known to be able to do."""
    abilities = ((model.can_use_tools, "tools"), (model.can_see, "vision"), (model.can_reason, "reasoning"))
    return [word for can, word in abilities if can]


def _dollars(amount: Decimal | None) -> str:
    """Cents, and what is finer than a cent as far as it goes."""
    if amount is None:
        return "—"
    exact = amount.normalize()
    return f"${exact:f}" if -int(exact.as_tuple().exponent) > 2 else f"${exact:.2f}"


def _fits(words: Sequence[str], entry: ProviderEntry, model: ModelInfo) -> bool:
    own = f"{model.label} {model.name}".casefold()
    # Only from the start: "llama" means the model, not all that Ollama has.
    provider = (entry.label.casefold(), entry.name.casefold())
    return all(word in own or any(name.startswith(word) for name in provider) for word in words)
