"""What the pill says of models that are being got, and of how that ended; no Qt in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.domain.model_fetches import FetchState, ModelFetch


@dataclass(frozen=True, slots=True)
class FetchNews:
    """How a fetch ended, in words."""

    words: str
    is_good: bool


def news_of(fetch: ModelFetch) -> FetchNews:
    """What there is to say of a fetch that ended."""
    if fetch.state is FetchState.FAILED:
        return FetchNews(f"{fetch.name} could not be downloaded. {fetch.error}", is_good=False)
    rest = "and answers from now on." if fetch.is_chosen else "and can be chosen in the list of models."
    return FetchNews(f"{fetch.name} is here, {rest}", is_good=True)


def fetch_words(fetches: Sequence[ModelFetch]) -> str:
    """What is being got just now, with how far it is; empty for nothing."""
    running = [fetch for fetch in fetches if fetch.state is FetchState.RUNNING]
    told = [fetch.name if fetch.share is None else f"{fetch.name}, {int(fetch.share * 100)} %" for fetch in running]
    return f"Getting {'; '.join(told)}" if told else ""


def fetched_share(fetches: Sequence[ModelFetch]) -> float:
    """How much of all that is being got is there, 0 to 1."""
    shares = [fetch.share or 0.0 for fetch in fetches if fetch.state is FetchState.RUNNING]
    return sum(shares) / len(shares) if shares else 0.0
