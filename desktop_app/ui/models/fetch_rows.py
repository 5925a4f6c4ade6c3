"""The rows of models that can be got or are being got, in words; no Qt in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from desktop_app.domain.model_fetches import FetchState, ModelFetch, full_name, typed_model_name
from desktop_app.domain.providers import Fit, ModelOffer, ProviderEntry

CANCEL: Final = "Cancel"
TRY_AGAIN: Final = "Try again"
_FIT_WORDS: Final = {Fit.WELL: "fits this computer", Fit.TIGHTLY: "just fits this computer", Fit.UNKNOWN: ""}
_GB: Final = 1e9


@dataclass(frozen=True, slots=True)
class FetchRow:
    """A model that is not there: one that is offered, one whose name was typed, or one that is being got."""

    provider: str
    provider_label: str
    name: str
    offer: ModelOffer | None = None
    fetch: ModelFetch | None = None

    @property
    def is_typed(self) -> bool:
        """Whether it is there because its name was typed, and nothing happened yet."""
        return self.offer is None and self.fetch is None

    @property
    def label(self) -> str:
        """What it is called."""
        return f"Get “{self.name}” from {self.provider_label}" if self.is_typed else self.name

    @property
    def action(self) -> str:
        """What its button does; empty where there is nothing to do."""
        match self.fetch:
            case ModelFetch(state=FetchState.FAILED):
                return TRY_AGAIN
            case ModelFetch(state=FetchState.RUNNING):
                return CANCEL
            case ModelFetch():
                return ""
        return f"Get {size_words(self.offer.size_bytes)}" if self.offer else "Get"

    @property
    def share(self) -> float | None:
        """How much of it is there, 0 to 1, while it is being got; None where that is not known."""
        is_running = self.fetch is not None and self.fetch.state is FetchState.RUNNING
        return self.fetch.share if self.fetch and is_running else None

    @property
    def error(self) -> str:
        """Why it could not be downloaded, and what to do."""
        return self.fetch.error if self.fetch and self.fetch.state is FetchState.FAILED else ""

    @property
    def words(self) -> str:
        """What stands beside its name."""
        match self.fetch:
            case ModelFetch(state=FetchState.FAILED):
                return "Could not be downloaded"
            case ModelFetch(state=FetchState.STOPPING):
                return "Stopping…"
            case ModelFetch() as fetch:
                return progress_words(fetch)
        return _offer_words(self.offer) if self.offer else ""

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        about = self.offer.about if self.offer and not self.fetch else ""
        parts = [self.label, "not downloaded" if self.offer and not self.fetch else "", self.words, about, self.error]
        return ", ".join(part for part in [*parts, self.action] if part)


@dataclass(frozen=True, slots=True)
class NameRow:
    """The way to a model that is not offered: its name is typed into the search field."""

    provider: str
    label: str = "Get another model…"

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return f"{self.label} Enter, then type its name"


def fetch_rows(entry: ProviderEntry, fetches: Sequence[ModelFetch], words: Sequence[str]) -> list[FetchRow]:
    """What a provider is getting or failed to, then what it can get; of those that fit the `words` of a search."""
    own = {full_name(fetch.name): fetch for fetch in fetches if fetch.provider == entry.name}
    offers = {full_name(offer.name): offer for offer in entry.offers or ()}
    there = {full_name(model.name) for model in entry.models}
    names = [*own, *(name for name in offers if name not in own)]
    rows = []
    for name in names:
        offer, fetch = offers.get(name), own.get(name)
        if name not in there or fetch is not None:
            shown = fetch.name if fetch else offer.name if offer else name
            rows.append(FetchRow(entry.name, entry.label, shown, offer, fetch))
    return [row for row in rows if all(word in row.name.casefold() for word in words)]


def typed_row(entry: ProviderEntry, fetches: Sequence[ModelFetch], typed: str, *, is_search: bool) -> list[FetchRow]:
    """The way to get the model whose name was typed, where its provider gets models and it can be a name.

    A word that finds something `is_search`; a name with a tag or an owner, or a pasted command, is meant all the same.
    """
    name = typed_model_name(typed)
    if entry.offers is None or name is None:
        return []
    begun = [fetch.name for fetch in fetches if fetch.provider == entry.name]
    known = {
        full_name(one) for one in (*begun, *(one.name for one in entry.models), *(one.name for one in entry.offers))
    }
    is_meant = ":" in name or "/" in name or name != typed.strip()
    if full_name(name) in known or (is_search and not is_meant):
        return []
    return [FetchRow(entry.name, entry.label, name)]


def size_words(size_bytes: int) -> str:
    """A size as people say it: "5.2 GB", "13 GB", "274 MB"."""
    return f"{_figure(size_bytes, size_bytes)} {_unit(size_bytes)[1]}"


def progress_words(fetch: ModelFetch) -> str:
    """How far it is: "4.9 of 13 GB · 38 % · 3 min left"; while nothing is counted, what is being done."""
    progress = fetch.progress
    done, total = progress.done_bytes, progress.total_bytes
    if done is None or not total or done >= total:
        return f"{progress.text}…"
    parts = [f"{_figure(done, total)} of {size_words(total)}", f"{int(done / total * 100)} %"]
    return " · ".join([*parts, *([left_words(fetch.left_s)] if fetch.left_s is not None else [])])


def left_words(left_s: float) -> str:
    """How long it will still take."""
    minutes = ceil(left_s / 60)
    if minutes <= 1:
        return "1 min left"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min left" if hours else f"{minutes} min left"


def _offer_words(offer: ModelOffer) -> str:
    tools = {True: "Tools", False: "No tools", None: ""}[offer.can_use_tools]
    fit = _FIT_WORDS.get(offer.fit, "")
    if offer.fit is Fit.NOT and offer.computer_bytes is not None:
        # Rounded apart: what does not fit must not read as if it did.
        needed, there = ceil(offer.memory_bytes / _GB), floor(offer.computer_bytes / _GB)
        fit = f"needs {needed} GB of memory, this computer has {there} GB"
    return " · ".join(part for part in (tools, fit) if part)


def _unit(size_bytes: int) -> tuple[float, str]:
    return (_GB, "GB") if size_bytes >= _GB else (1e6, "MB")


def _figure(size_bytes: int, whole_bytes: int) -> str:
    """`size_bytes` in the unit of the whole."""
    unit, name = _unit(whole_bytes)
    amount = size_bytes / unit
    return f"{amount:.1f}" if name == "GB" and amount < 10 else f"{amount:.0f}"
