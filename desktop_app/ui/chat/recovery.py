"""What can be done about replies that fail: offers beside each notice, the countdown of waits, the panel of details."""

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop_app.domain.budgets import WhenReached
from desktop_app.domain.messages import Message, MessageStatus
from desktop_app.domain.providers import ModelChoice
from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.events import RetryScheduled
from desktop_app.services.fallback import FallbackOrder
from desktop_app.services.models import ModelDirectory
from desktop_app.services.spending.limit_keeper import LimitKeeper
from desktop_app.services.spending.refusals import reached_in
from desktop_app.ui.chat.details_panel import DetailsPanel
from desktop_app.ui.chat.failure_notices import NO_OFFERS, Offers, facts, kind_of, new_limit
from desktop_app.ui.chat.live_turn import LiveTurn

_TICK_MS: Final = 200
_FREE: Final = frozenset({"ollama", "builtin"})


class Recovery(QObject):
    """Knows who could answer instead, and keeps the countdowns of `live_turns` running while one waits."""

    def __init__(
        self,
        view: QWidget,
        models: ModelDirectory,
        fallback: FallbackOrder,
        key_ending: Callable[[str], str | None],
        live_turns: Callable[[], Iterable[LiveTurn]],
        limits: LimitKeeper,
    ) -> None:
        """`key_ending` gives the last characters of a provider's key, empty without one, None where none is taken."""
        super().__init__(view)
        self._view = view
        self._models = models
        self._fallback = fallback
        self._key_ending = key_ending
        self._live_turns = live_turns
        self._limits = limits
        self._panel: DetailsPanel | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def offers(self, message: Message) -> Offers:
        """What can be offered where `message` is shown; nothing where all is well, as mostly in a long conversation."""
        if message.status is not MessageStatus.FAILED and message.switched_from is None:
            return NO_OFFERS
        return self._offers(message, kind_of(message))

    def wait(self, live: LiveTurn, scheduled: RetryScheduled) -> None:
        """Show that the turn waits before a call is made again, and count down."""
        live.wait_for_retry(scheduled, self._offers(live.message, scheduled.kind))
        self._timer.start()

    def elsewhere(self, message: Message, kind: ErrorKind | None = None) -> ModelChoice | None:
        """Who would answer in the place of the model that writes `message`."""
        failed = ModelChoice(message.provider or "", message.model or "")
        return self._fallback.offer(failed, kind or kind_of(message))

    def label(self, provider: str | None) -> str:
        """What a provider is called on screen."""
        return next((entry.label for entry in self._models.entries if entry.name == provider), provider or "")

    async def raise_limit(self, message: Message) -> None:
        """Let more be spent, by the limit that `message` was not answered for. Raises NotAllowedError, StorageError."""
        reached = reached_in(message.error_details)
        if reached is not None:
            await self._limits.raise_to(reached.span, new_limit(reached))

    def show_details(self, message: Message, scheduled: RetryScheduled | None = None) -> None:
        """Open the panel with the facts of the failure; of the one that is waited after, while one is."""
        text = facts(message, self._models.name_of(message.provider, message.model))
        if scheduled is not None:
            text += f"\nKind: {scheduled.kind}\nFacts: {scheduled.details}\nTry: {scheduled.attempt} of {scheduled.of}"
        if self._panel is None:
            self._panel = DetailsPanel(self._view.window())
        self._panel.open_over(self._view, text)

    def _offers(self, message: Message, kind: ErrorKind) -> Offers:
        ending = self._key_ending(message.provider or "")
        reached = reached_in(message.error_details)
        return Offers(
            first_choice=self.label(message.switched_from) if message.switched_from else "",
            takes_key=ending is not None,
            key_ending=ending or "",
            elsewhere=self._words(self.elsewhere(message, kind)),
            can_raise=reached is not None and self._limits.can_change(reached.span),
            may_send_anyway=self._limits.limits.when_reached is WhenReached.ASK,
        )

    def _words(self, choice: ModelChoice | None) -> str:
        if choice is None:
            return ""
        if choice.provider in _FREE:
            return f"Answer with {self.label(choice.provider)}, free"
        info = self._models.model(choice)
        return f"Answer with {info.label if info else choice.model}"

    def _tick(self) -> None:
        waiting = [live for live in self._live_turns() if live.retry is not None]
        for live in waiting:
            live.tick()
        if not waiting:
            self._timer.stop()
