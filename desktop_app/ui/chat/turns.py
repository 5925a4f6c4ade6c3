"""The turns that go on: sends, edits and answers again, lets the reply stream into its rows, and stops it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.ids import ConversationId, MessageId
from desktop_app.domain.messages import Message, Unsent
from desktop_app.domain.providers import HealthState, ModelChoice
from desktop_app.errors import AppError, NotAllowedError
from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.events import HistoryFolded, RetryScheduled, ToolResult
from desktop_app.services.chat import ChatService, Switched, TurnEnded, TurnEvent, TurnOptions, TurnStarted
from desktop_app.services.fallback import FallbackOrder
from desktop_app.services.goals import GoalService
from desktop_app.services.models import ModelDirectory
from desktop_app.services.spending.limit_keeper import LimitKeeper
from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.composer_desk import BoxServices
from desktop_app.ui.chat.items import Tone
from desktop_app.ui.chat.live_turn import LiveTurn
from desktop_app.ui.chat.message_items import you_item
from desktop_app.ui.chat.recovery import Recovery
from desktop_app.ui.chat.screen import Screen
from desktop_app.ui.chat.shown_rows import ShownRows
from desktop_app.ui.tasks import TaskRunner

_NO_SCREEN = -1
_THINKING = "Coach is thinking…"


@dataclass(frozen=True, slots=True)
class ChatServices:
    """What the chat uses. `key_ending` gives the last characters of a provider's key; see `Recovery`."""

    chat: ChatService
    goals: GoalService
    models: ModelDirectory
    fallback: FallbackOrder
    key_ending: Callable[[str], str | None]
    box: BoxServices
    limits: LimitKeeper


@dataclass(slots=True)
class Sending:
    """A turn between the wish and its end.

    `screen` numbers the screen that it was begun on and `began_in` is the conversation there. `replaces` is the row
    from which on the thread is another one then. `is_said` tells that the person's words come with it.
    """

    screen: int
    began_in: ConversationId | None
    replaces: int | None = None
    is_said: bool = True
    comes_from_box: bool = False
    options: TurnOptions | None = None
    live: LiveTurn | None = None


class Turns(QObject):
    """One turn a conversation; those of conversations that are not shown go on."""

    box_emptied = Signal(object)  # ConversationId or None: what was in its box is on disk
    conversation_begun = Signal(object)  # Conversation
    conversations_changed = Signal()
    streaming_changed = Signal()
    reload_requested = Signal()
    turn_begun = Signal()
    turn_ended = Signal(object)  # ConversationId; not for a turn that was stopped
    goal_requested = Signal(int)

    def __init__(
        self,
        view: ChatView,
        rows: ShownRows,
        screen: Screen,
        services: ChatServices,
        runner: TaskRunner,
        options: Callable[[ModelChoice | None], TurnOptions | None],
        today: Callable[[], date],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._rows = rows
        self._screen = screen
        self._chat = services.chat
        self._models = services.models
        self._options = options
        self._runner = runner
        self._today = today
        self._live: dict[ConversationId, LiveTurn] = {}
        self._tasks: dict[ConversationId, asyncio.Task[Any]] = {}
        self._pending: Sending | None = None
        self.recovery = Recovery(
            view, services.models, services.fallback, services.key_ending, self._live.values, services.limits
        )
        self.awaits_key: Message | None = None

    @property
    def is_any(self) -> bool:
        """Whether a reply is coming in, on screen or behind it."""
        return bool(self._live) or self._pending is not None

    @property
    def is_busy(self) -> bool:
        """Whether no other turn can begin on screen."""
        return self.is_streaming or (self._pending is not None and self._pending.screen == self._screen.number)

    @property
    def is_streaming(self) -> bool:
        """Whether a reply is coming in on screen."""
        return self._screen.conversation_id in self._live

    def live(self, conversation_id: ConversationId) -> LiveTurn | None:
        """The reply that is coming into a conversation."""
        return self._live.get(conversation_id)

    def live_at(self, key: int) -> LiveTurn | None:
        """The reply coming in that a row belongs to."""
        return next((live for live in self._live.values() if live.owns(key)), None)

    def message_at(self, key: int) -> Message | None:
        """The message that a row belongs to."""
        return self._rows.message(key)

    def task_of(self, live: LiveTurn) -> asyncio.Task[Any] | None:
        """The task that the reply comes in with."""
        return self._tasks.get(live.conversation_id)

    def send(self, unsent: Unsent) -> None:
        """Send what the box holds."""
        if (sending := self._sending(comes_from_box=True)) is not None and sending.options is not None:
            turn = partial(
                self._chat.send,
                sending.began_in,
                unsent.text,
                sending.options,
                partial(self._take, sending),
                unsent.attachments,
            )
            self._start(sending, turn, "send a message")

    def edit(self, key: int, text: str) -> None:
        """Say something else in the place of the person's message at row `key`."""
        sending, (conversation_id, message_id) = self._sending(replaces=key, comes_from_box=True), self._ids(key)
        if sending and sending.options and conversation_id and message_id:
            turn = partial(
                self._chat.edit, conversation_id, message_id, text, sending.options, partial(self._take, sending)
            )
            self._start(sending, turn, "send an edited message")

    def retry(self, key: int, choice: ModelChoice | None = None, *, may_pass_limits: bool = False) -> None:
        """Answer again in the place of a row's reply, with `choice` or the chosen model; the old one stays."""
        sending = self._sending(replaces=key, is_said=False, choice=choice, may_pass_limits=may_pass_limits)
        conversation_id, message_id = self._ids(key)
        if sending and sending.options and conversation_id:
            turn = partial(self._chat.retry, conversation_id, sending.options, partial(self._take, sending), message_id)
            self._start(sending, turn, "answer again")

    def go_on(self, key: int, *, may_pass_limits: bool = False) -> None:
        """Let a reply that broke off go on; its rows are shown anew with what comes."""
        sending = self._sending(replaces=key, is_said=False, may_pass_limits=may_pass_limits)
        conversation_id, message_id = self._ids(key)
        if sending and sending.options and conversation_id and message_id:
            turn = partial(self._chat.go_on, conversation_id, message_id, sending.options, partial(self._take, sending))
            self._start(sending, turn, "go on")

    def resend_with_key(self, provider: str) -> None:
        """A key of `provider` was set: answer what waits for it in the chat that is open."""
        waits = self.awaits_key
        key = self._rows.key_of(waits.id) if waits and waits.id and waits.provider == provider else None
        if key is not None:
            self.retry(key)

    def send_next(self, conversation_id: ConversationId, *, anyway: bool = False) -> None:
        """Send the first message that waits in a conversation, if one does."""
        options = self._options(None)
        if options is not None and conversation_id not in self._live:
            screen = self._screen.number if self._screen.conversation_id == conversation_id else _NO_SCREEN
            sending = Sending(screen, conversation_id, options=options)
            turn = partial(self._chat.send_next, conversation_id, options, partial(self._take, sending), anyway=anyway)
            self._runner.start(self._run(sending, turn), name="send the next message", on_error=self._tell_waiting)

    def stop(self) -> None:
        """Stop the reply on screen; what came stays."""
        if self._screen.conversation_id is not None:
            self.stop_in(self._screen.conversation_id)

    def stop_in(self, conversation_id: ConversationId) -> None:
        """Stop the reply that comes into a conversation, if one does."""
        if task := self._tasks.get(conversation_id):
            task.cancel()

    def leave_screen(self) -> None:
        """Something else will be shown; replies go on without being seen."""
        self.awaits_key = None
        for live in self._live.values():
            live.detach()

    def refresh_waiting(self) -> None:
        """What is waited for may have other words now."""
        for live in self._live.values():
            live.refresh_wait(self._waiting_words(live.message.provider))

    def _sending(
        self,
        *,
        replaces: int | None = None,
        is_said: bool = True,
        comes_from_box: bool = False,
        choice: ModelChoice | None = None,
        may_pass_limits: bool = False,
    ) -> Sending | None:
        """A turn to begin on screen; None where none can."""
        options = None if self.is_busy else self._options(choice)
        if options is None:
            return None
        options = replace(options, may_pass_limits=may_pass_limits)
        number, conversation_id = self._screen.number, self._screen.conversation_id
        return Sending(number, conversation_id, replaces, is_said, comes_from_box, options)

    def _ids(self, key: int) -> tuple[ConversationId | None, MessageId | None]:
        message = self._rows.message(key)
        return self._screen.conversation_id, message.id if message else None

    def _start(self, sending: Sending, turn: Callable[[], Awaitable[object]], name: str) -> None:
        self._runner.start(self._run(sending, turn), name=name, on_error=self._tell_unsent)

    async def _run(self, sending: Sending, turn: Callable[[], Awaitable[object]]) -> None:
        self._pending = sending
        try:
            await turn()
        finally:
            self._pending = None if self._pending is sending else self._pending
        if sending.live is not None:
            self.turn_ended.emit(sending.live.conversation_id)

    def _tell_waiting(self, error: AppError) -> None:
        """What waits goes on waiting; that another turn was quicker is nothing to tell."""
        if not isinstance(error, NotAllowedError):
            self._rows.tell(Tone.DANGER, "The next message is not sent", str(error))

    def _tell_unsent(self, error: AppError) -> None:
        """The message stays in the box; what stood in the way is said above it."""
        self._view.set_empty(False)
        self._rows.tell(Tone.DANGER, "Your message is not sent", str(error))

    # Events of turns

    def _take(self, sending: Sending, event: TurnEvent) -> None:
        match event:
            case TurnStarted():
                self._begin(sending, event)
            case TurnEnded():
                self._end(sending, event)
            case RetryScheduled() if sending.live is not None:
                self.recovery.wait(sending.live, event)
            case Switched() if sending.live is not None:
                self._switch(sending.live, event)
            case Switched():
                pass
            case _ if sending.live is not None:
                sending.live.add(event)
                if isinstance(event, ToolResult):
                    self._note_result(sending.live, event)
                elif isinstance(event, HistoryFolded):
                    sending.live.wait(_THINKING)

    def _begin(self, sending: Sending, event: TurnStarted) -> None:
        self._pending = None
        you_base, coach_base = self._rows.new_base(), self._rows.new_base()
        live = LiveTurn(
            coach_base,
            event.conversation.id,
            event.coach,
            self._rows.revisions,
            self._today(),
            time.monotonic,
            sending.options.control if sending.options else None,
            event.places.get(event.coach.id) if event.coach.id else None,
        )
        sending.live = self._live[event.conversation.id] = live
        if task := asyncio.current_task():
            self._tasks[event.conversation.id] = task
        if sending.comes_from_box:
            self.box_emptied.emit(sending.began_in)
        if sending.screen == self._screen.number:
            self._show_beginning(sending, live, event, you_base)
        live.wait(self._waiting_words(event.coach.provider))
        self.turn_begun.emit()
        self.conversations_changed.emit()
        if sending.screen != self._screen.number and self._screen.conversation_id == event.conversation.id:
            # It was left and shown again meanwhile, without what was said.
            self.reload_requested.emit()

    def _show_beginning(self, sending: Sending, live: LiveTurn, event: TurnStarted, you_base: int) -> None:
        thread = self._view.thread_view
        if sending.replaces is not None:
            self._rows.remove_from(sending.replaces)
        if sending.is_said:
            self._view.set_empty(False)
            place = event.places.get(event.you.id) if event.you.id else None
            self._rows.keep_message(you_base, event.you, place)
            thread.append_item(you_item(you_base, event.you, place))
        self._rows.keep_message(live.base, event.coach, live.place)
        live.attach(thread)
        if self._screen.conversation is None:
            self._screen.conversation = event.conversation
            self.conversation_begun.emit(event.conversation)
        self.streaming_changed.emit()

    def _switch(self, live: LiveTurn, event: Switched) -> None:
        first = live.message.switched_from or event.chosen.provider
        to = event.to
        is_limit = event.error.kind is ErrorKind.BUDGET
        label = self._models.name_of(to.provider, to.model)
        live.switch(self.recovery.label(first), to, label, is_limit=is_limit)
        live.wait(self._waiting_words(to.provider))
        self.streaming_changed.emit()

    def _end(self, sending: Sending, event: TurnEnded) -> None:
        live = sending.live
        if live is None:
            return
        label = self._models.name_of(event.message.provider, event.message.model)
        live.end(event.message, label, self.recovery.offers(event.message))
        self._live.pop(live.conversation_id, None)
        self._tasks.pop(live.conversation_id, None)
        if self._screen.conversation_id == live.conversation_id:
            self._rows.keep_message(live.base, event.message, live.place)
            self._rows.keep_cards(live)
            refused = event.error is not None and event.error.kind is ErrorKind.INVALID_KEY
            self.awaits_key = event.message if refused else None
        self.streaming_changed.emit()
        self.conversations_changed.emit()

    def _note_result(self, live: LiveTurn, result: ToolResult) -> None:
        if self._screen.conversation_id != live.conversation_id:
            return
        self._rows.keep_cards(live)
        live.wait(_THINKING)
        if result.ok and result.goal_id is not None:
            self.goal_requested.emit(result.goal_id)

    def _waiting_words(self, provider: str | None) -> str:
        entry = next((entry for entry in self._models.entries if entry.name == provider), None)
        return entry.health.text if entry and entry.health.state is HealthState.STARTING else _THINKING
