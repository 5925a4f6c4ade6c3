"""Limits as the person changes them: raised by one click, or typed."""

import logging

from desktop_app.domain.budgets import Limits, Span, WhenReached
from desktop_app.domain.money import limit_words
from desktop_app.errors import NotAllowedError
from desktop_app.services.settings import SettingsService

_log = logging.getLogger(__name__)


class LimitKeeper:
    """Reads the limits from the settings and writes them there; each change is logged."""

    def __init__(self, settings: SettingsService) -> None:
        self._settings = settings

    @property
    def limits(self) -> Limits:
        """The limits in force."""
        budget = self._settings.current.budget
        when = WhenReached(budget.when_reached)
        return Limits(budget.reply, budget.session, budget.day, budget.month, budget.warn_percent, when)

    def can_change(self, name: str) -> bool:
        """Whether a click has an effect on `budget.name`: what is set outside of GoalGetter is stronger."""
        return self._settings.set_outside(f"budget.{name}") is None

    async def raise_to(self, span: Span, micro_usd: int) -> None:
        """Let so much be spent in `span`. Raises NotAllowedError where it is set elsewhere, and StorageError."""
        await self.keep(span.value, amount(micro_usd))

    async def keep(self, name: str, text: str) -> None:
        """Keep what was typed for `budget.name`; empty is no limit.

        Raises InvalidValueError for what is no value, NotAllowedError where it is set elsewhere, and StorageError.
        """
        if (origin := self._settings.set_outside(f"budget.{name}")) is not None:
            raise NotAllowedError(f"This is set by {origin.place}, which is stronger. Change it there.")
        before = self.limits
        await self._settings.keep(f"budget.{name}", text.strip())
        if self.limits != before:
            _log.info("limits: %s changed from %s to %s", name, _told(before, name), _told(self.limits, name))


def amount(micro_usd: int) -> str:
    """An amount as it is typed and kept: “5.00”."""
    return limit_words(micro_usd).removeprefix("$").replace(",", "")


def _told(limits: Limits, name: str) -> str:
    value = getattr(limits, name)
    if name not in set(Span) or value is None:
        return "none" if value is None else str(value)
    return limit_words(value)
