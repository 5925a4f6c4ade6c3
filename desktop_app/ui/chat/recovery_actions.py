"""What pressing a button of a failure's notice does."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.messages import Message
from desktop_app.domain.providers import ModelChoice
from desktop_app.services.models import ModelDirectory
from desktop_app.ui.chat.failure_notices import (
    CHOOSE_MODEL,
    DETAILS,
    ELSEWHERE,
    ENTER_PRICE,
    FIRST_CHOICE,
    GO_ON,
    NEW_CHAT,
    OPEN_LIMITS,
    RAISE_LIMIT,
    RETRY,
    RETRY_NOW,
    SEND_ANYWAY,
    SET_KEY,
    has_said_something,
)
from desktop_app.ui.chat.live_turn import LiveTurn
from desktop_app.ui.chat.recovery import Recovery
from desktop_app.ui.tasks import TaskRunner


class Turns(Protocol):
    """The chat that is open: what its rows belong to, and how turns are begun in it."""

    def live_at(self, key: int) -> LiveTurn | None:
        """The reply coming in that a row belongs to."""
        ...

    def message_at(self, key: int) -> Message | None:
        """The message that has ended that a row belongs to."""
        ...

    def task_of(self, live: LiveTurn) -> asyncio.Task[Any] | None:
        """The task that the reply comes in with."""
        ...

    def retry(self, key: int, choice: ModelChoice | None = None, *, may_pass_limits: bool = False) -> None:
        """Answer again in the place of a row's reply, with `choice` or the chosen model."""
        ...

    def go_on(self, key: int, *, may_pass_limits: bool = False) -> None:
        """Go on with a row's reply, which broke off."""
        ...


class RecoveryActions(QObject):
    """Acts on `turns`; what belongs to other screens is asked for by signals."""

    key_requested = Signal(str)  # the provider whose key is wanted
    models_requested = Signal()
    new_chat_requested = Signal()
    limits_requested = Signal()
    price_requested = Signal(ModelChoice)

    def __init__(self, turns: Turns, recovery: Recovery, models: ModelDirectory, runner: TaskRunner) -> None:
        super().__init__(recovery)
        self._turns = turns
        self._recovery = recovery
        self._models = models
        self._runner = runner
        self.by_id: Mapping[str, Callable[[int], None]] = {
            RETRY: turns.retry,
            GO_ON: turns.go_on,
            RETRY_NOW: self._retry_now,
            ELSEWHERE: self._answer_elsewhere,
            FIRST_CHOICE: self._try_first_choice,
            SET_KEY: self._ask_for_key,
            CHOOSE_MODEL: self._ask_for_model,
            NEW_CHAT: self._ask_for_chat,
            DETAILS: self._show_details,
            RAISE_LIMIT: self._raise_limit,
            SEND_ANYWAY: self._send_anyway,
            OPEN_LIMITS: self._ask_for_limits,
            ENTER_PRICE: self._ask_for_price,
        }

    def _retry_now(self, key: int) -> None:
        if live := self._turns.live_at(key):
            live.retry_now()

    def _answer_elsewhere(self, key: int) -> None:
        live, message = self._turns.live_at(key), self._turns.message_at(key)
        if live is not None and live.retry is not None:
            if choice := self._recovery.elsewhere(live.message, live.retry.kind):
                live.control.answer_with(choice)
        elif message is not None and (choice := self._recovery.elsewhere(message)):
            self._turns.retry(key, choice)

    def _try_first_choice(self, key: int) -> None:
        """Give up on the reply of whoever stepped in, and ask the chosen provider again, however ill it was."""
        live = self._turns.live_at(key)
        message = live.message if live else self._turns.message_at(key)
        choice = self._models.choice_of(message.switched_from) if message and message.switched_from else None
        if choice is not None:
            self._models.try_now(choice.provider)
            self._runner.start(self._ask_again(key, choice), name="ask the first choice again")

    async def _ask_again(self, key: int, choice: ModelChoice) -> None:
        live = self._turns.live_at(key)
        if live is not None and (task := self._turns.task_of(live)):
            task.cancel()
            await asyncio.wait([task])
        self._turns.retry(key, choice)

    def _ask_for_key(self, key: int) -> None:
        if (message := self._turns.message_at(key)) and message.provider:
            self.key_requested.emit(message.provider)

    def _ask_for_model(self, _key: int) -> None:
        self.models_requested.emit()

    def _ask_for_chat(self, _key: int) -> None:
        self.new_chat_requested.emit()

    def _raise_limit(self, key: int) -> None:
        if message := self._turns.message_at(key):
            self._runner.start(self._raise_and_send(key, message), name="raise a limit")

    async def _raise_and_send(self, key: int, message: Message) -> None:
        await self._recovery.raise_limit(message)
        self._send(key, message)

    def _send_anyway(self, key: int) -> None:
        if message := self._turns.message_at(key):
            self._send(key, message, may_pass_limits=True)

    def _send(self, key: int, message: Message, *, may_pass_limits: bool = False) -> None:
        """Answer what a limit stood before; a reply that had begun goes on."""
        if has_said_something(message):
            self._turns.go_on(key, may_pass_limits=may_pass_limits)
        else:
            self._turns.retry(key, may_pass_limits=may_pass_limits)

    def _ask_for_limits(self, _key: int) -> None:
        self.limits_requested.emit()

    def _ask_for_price(self, key: int) -> None:
        if message := self._turns.message_at(key):
            self.price_requested.emit(ModelChoice(message.provider or "", message.model or ""))

    def _show_details(self, key: int) -> None:
        live = self._turns.live_at(key)
        if live is not None:
            self._recovery.show_details(live.message, live.retry)
        elif message := self._turns.message_at(key):
            self._recovery.show_details(message)
