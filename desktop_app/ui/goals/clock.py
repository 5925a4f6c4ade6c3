"""The time that the editor goes by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> date:
    return _now().astimezone().date()


@dataclass(slots=True)
class Clock:
    """`now` is aware and stamps what is done; `today` is the day here, from which distances count."""

    now: Callable[[], datetime] = _now
    today: Callable[[], date] = _today
