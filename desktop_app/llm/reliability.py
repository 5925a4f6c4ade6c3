"""What the settings say of failures, in the terms of those that act on it."""

from dataclasses import replace

from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.resilience.backoff import BackoffPolicy
from desktop_app.llm.resilience.breaker import BreakerPolicy
from desktop_app.llm.resilience.guard import Reliability
from desktop_app.settings import Settings


def reliability_of(settings: Settings, means: Reliability) -> Reliability:
    """How stubborn the program is; time, sleep and chance are those of `means`."""
    chosen = settings.reliability
    return replace(
        means,
        backoff=BackoffPolicy(chosen.tries, chosen.first_wait_s, max(chosen.first_wait_s, chosen.longest_wait_s)),
        breaker=BreakerPolicy(chosen.failures_to_pause, chosen.pause_s, max(chosen.pause_s, chosen.longest_pause_s)),
    )


def deadlines_of(settings: Settings) -> Deadlines:
    """How long providers may be silent."""
    chosen = settings.reliability
    return Deadlines(
        connect_s=chosen.connect_s,
        first_piece_s=chosen.first_piece_s,
        loading_s=chosen.loading_s,
        between_pieces_s=chosen.between_pieces_s,
        reasoning_s=chosen.reasoning_s,
    )
