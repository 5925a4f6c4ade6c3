"""Keeps true what the window says of money beside the replies: meter, cost of the chat, estimate, warnings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer

from desktop_app.domain.budgets import Limits, Span, Standing
from desktop_app.domain.goals import Goal
from desktop_app.domain.ids import ConversationId, GoalId
from desktop_app.domain.messages import Conversation
from desktop_app.domain.money import UNKNOWN, dollars, limit_words, sum_words
from desktop_app.domain.usage import UsageRecord, UsageSum
from desktop_app.errors import AppError
from desktop_app.services.models import ModelDirectory
from desktop_app.services.preferences import Preferences
from desktop_app.services.spending.estimates import CostEstimator
from desktop_app.services.spending.ledger import Ledger
from desktop_app.storage.usage import UsageRepository
from desktop_app.ui.chat.composer import Composer
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.usage.spend_meter import SpendMeter
from desktop_app.ui.usage.words import unpriced_words, unwritten_words

_PAUSE_MS: Final = 350
_MINUTE_MS: Final = 60_000
_WARNED: Final = "budget.warned"
_PERIODS: Final = {Span.SESSION: "this session", Span.DAY: "today", Span.MONTH: "this month"}


@dataclass(frozen=True, slots=True)
class MoneyServices:
    """What the presenter asks."""

    ledger: Ledger
    usage: UsageRepository
    estimator: CostEstimator
    models: ModelDirectory
    preferences: Preferences


class MoneyPresenter(QObject):
    """Reads anew after each call, and estimates after a pause in typing."""

    def __init__(
        self,
        window: MainWindow,
        meter: SpendMeter,
        composer: Composer,
        services: MoneyServices,
        runner: TaskRunner,
        warn: Callable[[str, str], None],
    ) -> None:
        """`warn` shows a notice of a title and a text in the chat."""
        super().__init__(window)
        self._window = window
        self._meter = meter
        self._composer = composer
        self._it = services
        self._runner = runner
        self._warn = warn
        self._conversation_id: ConversationId | None = None
        self._goal_id: GoalId | None = None
        self._estimates = 0
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._estimate)
        # A new day and a new month begin while the window stays open.
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._minute.timeout.connect(self.refresh)
        self._minute.start()
        composer.text_changed.connect(self._pause.start)
        services.ledger.subscribe(self._note_call)
        services.models.subscribe(self.measure)

    def follow(self, conversation: Conversation | None) -> None:
        """Another conversation is on screen; None is a chat that has not begun."""
        self._conversation_id = conversation.id if conversation else None
        self._window.show_cost("")
        self.refresh()
        self.measure()

    def follow_goal(self, goal: Goal | None) -> None:
        """Another goal is open, or it changed: it is sent with what is typed."""
        self._goal_id = goal.id if goal else None
        self.measure()

    def refresh(self) -> None:
        """Read what was spent, and show it."""
        self._runner.start(self._show(), name="show what was spent")

    def measure(self) -> None:
        """What stands in the chat, the goals or the model changed: estimate anew, soon."""
        self._it.estimator.forget()
        self._pause.start()

    def _note_call(self, _record: UsageRecord) -> None:
        self.refresh()

    async def _show(self) -> None:
        standing = await self._it.ledger.standing()
        self._show_meter(standing)
        conversation_id = self._conversation_id
        if conversation_id is not None:
            total = await self._it.usage.of_conversation(conversation_id)
            if conversation_id == self._conversation_id:
                self._window.show_cost(_chat_words(total))
        await self._warn_once(standing)

    def _show_meter(self, standing: Standing) -> None:
        limit, spent = standing.limits.month, standing.spent.month
        unwritten = self._it.ledger.unwritten
        hint = "Open usage and limits"
        if unwritten:
            hint = f"{unwritten_words(unwritten)}. {hint}"
        if standing.unpriced:
            hint = f"{unpriced_words(standing.unpriced, 'this month')}. {hint}"
        words = sum_words(spent, standing.unpriced)
        if limit is None:
            if spent or standing.unpriced or standing.limits.are_set:
                rest = "cost this month" if words == UNKNOWN else "this month, no limit"
                self._meter.show_spent(words.capitalize(), rest, None, is_warning=False, hint=hint)
            else:
                self._meter.hide()
            return
        share = 1.0 if limit == 0 else spent / limit
        is_warning = Span.MONTH in set(standing.warnings()) or share >= 1
        rest = f"of {limit_words(limit)} this month"
        self._meter.show_spent(words.capitalize(), rest, share, is_warning=is_warning, hint=hint)

    async def _warn_once(self, standing: Standing) -> None:
        """Say once in each day, month and session that much of its limit is used."""
        kept = (self._it.preferences.value(_WARNED) or "").split(" ")
        for span in standing.warnings():
            limit, spent = standing.limits.of(span) or 0, standing.spent.of(span)
            mark = f"{span}:{self._it.ledger.period(span)}:{limit}"
            if mark in kept or spent >= limit:
                continue  # at the limit a notice of its own says what follows
            kept = [*(one for one in kept if one and not one.startswith(f"{span}:")), mark]
            await self._it.preferences.keep(_WARNED, " ".join(kept))
            percent = 100 * spent // limit
            title = f"You have used {percent} % of {_PERIODS[span]}’s {limit_words(limit)}"
            self._warn(title, f"{dollars(limit - spent)} are left. {_what_follows(standing.limits)}")

    def _estimate(self) -> None:
        choice = self._it.models.choice
        text = self._composer.text()
        if choice is None or not text.strip():
            self._composer.set_estimate("")
            return
        self._estimates += 1
        self._runner.start(self._show_estimate(self._estimates, text), name="estimate a message")

    async def _show_estimate(self, number: int, text: str) -> None:
        choice = self._it.models.choice
        if choice is None:
            return
        try:
            words = (await self._it.estimator.estimate(self._conversation_id, choice, text, self._goal_id)).words
        except AppError:
            words = ""  # what is wrong is told where it matters: by a turn, and in the list of models
        if number == self._estimates and self._composer.text().strip():
            self._composer.set_estimate(words)


def _chat_words(total: UsageSum) -> str:
    """What a chat cost, for its header; nothing is said of a chat that was free."""
    if not total.unpriced:
        return f"{dollars(total.cost_micro_usd)} this chat" if total.cost_micro_usd else ""
    if not total.cost_micro_usd:
        return "Cost of this chat unknown"
    return f"{dollars(total.cost_micro_usd)} this chat, some costs unknown"


def _what_follows(limits: Limits) -> str:
    return {
        "ask": "At the limit you are asked before anything more is sent.",
        "free": "At the limit a free model answers.",
        "stop": "At the limit nothing more is sent until you raise it.",
    }[limits.when_reached.value]
