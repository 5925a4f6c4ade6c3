"""How long to wait before a model call is tried again."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackoffPolicy:
    """Tries of one call in all, and the bounds of the waits between them, in seconds."""

    tries: int = 3
    first_s: float = 1.0
    longest_s: float = 60.0


def wait_before_retry_s(
    policy: BackoffPolicy, failures: int, asked_s: float | None, random: Callable[[], float]
) -> float | None:
    """The seconds to wait after `failures` tries that failed; None when it is not tried again.

    Exponential with full jitter (AWS Architecture Blog, "Exponential Backoff and Jitter"): anything up to a ceiling
    that doubles, so that many programs do not come back together. `asked_s` is what the server asked for; never less
    is waited, and a wait beyond the longest is the person's decision, not ours. `random` gives 0 to 1.
    """
    if failures >= policy.tries or (asked_s is not None and asked_s > policy.longest_s):
        return None
    # A large exponent is never computed: the ceiling is reached long before.
    ceiling_s = min(policy.longest_s, policy.first_s * 2.0 ** min(failures - 1, 30))
    return max(random() * ceiling_s, asked_s or 0.0)
