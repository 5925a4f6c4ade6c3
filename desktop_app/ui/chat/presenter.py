"""Joins the chat view to the chat service: sends, streams, stops, and shows the conversation that is open."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from desktop_app.domain.goals import Goal, GoalDraft
from desktop_app.domain.ids import ConversationId, MessageId
from desktop_app.domain.messages import Conversation, Message, Transcript
from desktop_app.domain.providers import HealthState, ModelChoice
from desktop_app.domain.revisions import YOU, GoalChange
from desktop_app.errors import AppError
from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.events import HistoryFolded, RetryScheduled, ToolResult
from desktop_app.services.chat import ChatService, Switched, TurnEnded, TurnEvent, TurnOptions, TurnStarted
from desktop_app.services.fallback import FallbackOrder
from desktop_app.services.goals import GoalService
from desktop_app.services.models import ModelDirectory
from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.fold_row import fold_item
from desktop_app.ui.chat.items import ThreadItem, Tone, YouItem
from desktop_app.ui.chat.live_turn import LiveTurn
from desktop_app.ui.chat.message_items import COPY
from desktop_app.ui.chat.recovery import Recovery
from desktop_app.ui.chat.recovery_actions import RecoveryActions
from desktop_app.ui.chat.shown_rows import ShownRows
from desktop_app.ui.chat.tool_cards import OPEN, REDO, UNDO
from desktop_app.ui.tasks import TaskRunner

_THINKING = "Coach is thinking…"


@dataclass(slots=True)
class _Sending:
    """A turn between the wish and its end. `screen` numbers the screen that it was begun on."""

    screen: int
    options: TurnOptions
    is_retry: bool = False
    live: LiveTurn | None = None


class ChatPresenter(QObject):
    """Shows one conversation at a time; replies go on streaming in those that are not shown."""

    conversation_opened = Signal(object)  # Conversation, or None for a new chat
    heading_changed = Signal(object)  # Conversation, that on screen
    conversations_changed = Signal()
    goal_requested = Signal(int)
    key_requested = Signal(str)  # the provider whose key is wanted
    models_requested = Signal()

    def __init__(
        self,
        view: ChatView,
        chat: ChatService,
        goals: GoalService,
        models: ModelDirectory,
        runner: TaskRunner,
        drafts: Callable[[], tuple[GoalDraft, ...]],
        confirm: Callable[[str, str], Awaitable[bool]],
        today: Callable[[], date],
        *,
        fallback: FallbackOrder,
        key_ending: Callable[[str], str | None],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._chat = chat
        self._goals = goals
        self._models = models
        self._runner = runner
        self._drafts = drafts
        self._confirm = confirm
        self._today = today
        self._conversation: Conversation | None = None
        self._active_goal: Goal | None = None
        self._screen = 0
        self._rows = ShownRows(view.thread_view, today)
        self._live: dict[ConversationId, LiveTurn] = {}
        self._tasks: dict[ConversationId, asyncio.Task[Any]] = {}
        self._pending: _Sending | None = None
        self._is_started = False
        self._recovery = Recovery(view, models, fallback, key_ending, self._live.values)
        self._recovery_actions = RecoveryActions(self, self._recovery, models, runner)
        self._awaits_key: Message | None = None
        self._actions: dict[str, Callable[[int], None]] = {
            COPY: self._copy,
            OPEN: self._open_goal,
            UNDO: self._turn_round,
            REDO: self._turn_round,
            **self._recovery_actions.by_id,
        }
        self._connect()

    @property
    def conversation(self) -> Conversation | None:
        """The conversation on screen, None for a new chat."""
        return self._conversation

    @property
    def is_streaming(self) -> bool:
        """Whether a reply is coming in, on screen or behind it."""
        return bool(self._live) or self._pending is not None

    def start(self) -> None:
        """Let the person send, as soon as there is a model: what is sent can be kept from now on."""
        self._is_started = True
        self._offer_sending()
        self._view.composer.focus()

    def new_chat(self) -> None:
        """Show an empty chat; what streams elsewhere goes on."""
        self._leave()
        self._conversation = None
        self._view.set_empty(True)
        self._view.thread_view.set_items(())
        self._show_streaming()
        self.conversation_opened.emit(None)
        self._view.composer.focus()

    def open_conversation(self, conversation_id: int) -> None:
        """Show a conversation, at its end."""
        if self._conversation is None or self._conversation.id != conversation_id:
            self._runner.start(self._open(ConversationId(conversation_id)), name="open a chat")

    def show_message(self, conversation_id: int, message_id: int) -> None:
        """Show a message in its conversation, whichever branch it is on."""
        going = self._show_message(ConversationId(conversation_id), MessageId(message_id))
        self._runner.start(going, name="show a message")

    async def _show_message(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        await self._chat.choose_branch(message_id)
        await self._open(conversation_id)

    def set_active_goal(self, goal: Goal | None) -> None:
        """Tell the coach which goal is open in the editor."""
        self._active_goal = goal
        done = goal.done_count / len(goal.fields.milestones) if goal and goal.fields.milestones else None
        self._view.composer.set_goal(goal.title if goal else None, done)

    def follow_heading(self, conversation: Conversation) -> None:
        """A conversation was renamed, or deleted: then its reply is stopped, and a new chat is shown."""
        if conversation.deleted_at is not None:
            self._stop_in(conversation.id)
        if not self._is_shown(conversation.id):
            return
        if conversation.deleted_at is not None:
            self.new_chat()
            return
        self._conversation = conversation
        self.heading_changed.emit(conversation)

    def _connect(self) -> None:
        composer, thread = self._view.composer, self._view.thread_view
        composer.send_requested.connect(self._send)
        composer.stop_requested.connect(self._stop)
        composer.goal_chip_removed.connect(self._forget_goal)
        self._view.suggestion_chosen.connect(self._suggest)
        thread.action_requested.connect(self._act)
        thread.link_activated.connect(self._open_link)
        self._recovery_actions.key_requested.connect(self.key_requested)
        self._recovery_actions.models_requested.connect(self.models_requested)
        self._recovery_actions.new_chat_requested.connect(self.new_chat)
        self._goals.subscribe(self._note_change)
        self._models.subscribe(self._refresh_waiting)

    # Sending and stopping

    def _send(self, text: str) -> None:
        options = self._options()
        if self._is_busy() or options is None:
            return
        conversation_id = self._conversation.id if self._conversation else None
        sending = _Sending(self._screen, options)
        turn = self._chat.send(conversation_id, text, options, partial(self._take, sending))
        self._runner.start(self._run(sending, turn), name="send a message", on_error=self._tell_unsent)

    def retry(self, key: int, choice: ModelChoice | None = None) -> None:
        """Answer again in the place of a row's reply, with `choice` or the chosen model."""
        options = self._options(choice)
        if self._is_busy() or self._conversation is None or options is None:
            return
        # The reply stays, on a branch of its own.
        self._rows.remove_message(key)
        sending = _Sending(self._screen, options, is_retry=True)
        turn = self._chat.retry(self._conversation.id, options, partial(self._take, sending))
        self._runner.start(self._run(sending, turn), name="answer again", on_error=self._tell_unsent)

    def go_on(self, key: int) -> None:
        """Let a reply that broke off go on; its rows are shown anew with what comes."""
        message, options = self._rows.message(key), self._options()
        if self._is_busy() or self._conversation is None or options is None or message is None or message.id is None:
            return
        self._rows.remove_message(key)
        sending = _Sending(self._screen, options, is_retry=True)
        turn = self._chat.go_on(self._conversation.id, message.id, options, partial(self._take, sending))
        self._runner.start(self._run(sending, turn), name="go on", on_error=self._tell_unsent)

    def resend_with_key(self, provider: str) -> None:
        """A key of `provider` was set: answer what waits for it in the chat that is open."""
        waits = self._awaits_key
        if waits is not None and waits.provider == provider and (key := self._rows.key_of(waits)) is not None:
            self.retry(key)

    def _options(self, choice: ModelChoice | None = None) -> TurnOptions | None:
        """How a turn is asked, from `choice` where the person named one."""
        choice = choice or self._models.choice
        if choice is None:
            return None
        model = self._models.model(choice)
        goal_id = self._active_goal.id if self._active_goal else None
        return TurnOptions(choice, goal_id, self._drafts(), can_see=model.can_see if model else None)

    async def _run(self, sending: _Sending, turn: Awaitable[None]) -> None:
        self._pending = sending
        try:
            await turn
        finally:
            self._pending = None if self._pending is sending else self._pending

    def _stop(self) -> None:
        if self._conversation is not None:
            self._stop_in(self._conversation.id)

    def _stop_in(self, conversation_id: ConversationId) -> None:
        if task := self._tasks.get(conversation_id):
            task.cancel()

    def _is_busy(self) -> bool:
        return self._pending is not None or (self._conversation is not None and self._conversation.id in self._live)

    def _tell_unsent(self, error: AppError) -> None:
        """The message stays in the composer; what stood in the way is said above it."""
        self._view.set_empty(False)
        self._rows.tell(Tone.DANGER, "Your message is not sent", str(error))

    # Events of turns

    def _take(self, sending: _Sending, event: TurnEvent) -> None:
        match event:
            case TurnStarted():
                self._begin(sending, event)
            case TurnEnded():
                self._end(sending, event)
            case RetryScheduled() if sending.live is not None:
                self._recovery.wait(sending.live, event)
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

    def _begin(self, sending: _Sending, event: TurnStarted) -> None:
        self._pending = None
        is_shown = sending.screen == self._screen
        live = LiveTurn(
            self._rows.new_base(),
            event.conversation.id,
            event.coach,
            self._rows.revisions,
            self._today(),
            time.monotonic,
            sending.options.control,
        )
        sending.live = self._live[event.conversation.id] = live
        if task := asyncio.current_task():
            self._tasks[event.conversation.id] = task
        if is_shown:
            if not sending.is_retry:
                self._view.composer.clear()
                self._view.set_empty(False)
                self._view.thread_view.append_item(YouItem(self._rows.new_base(), event.you.text))
            live.attach(self._view.thread_view)
            if self._conversation is None:
                self._conversation = event.conversation
                self.conversation_opened.emit(event.conversation)
            self._show_streaming()
        live.wait(self._waiting_words(event.coach.provider))
        self.conversations_changed.emit()

    def _switch(self, live: LiveTurn, event: Switched) -> None:
        first = live.message.switched_from or event.chosen.provider
        to = event.to
        live.switch(self._recovery.label(first), to, self._models.name_of(to.provider, to.model))
        live.wait(self._waiting_words(to.provider))
        self._show_streaming()

    def _end(self, sending: _Sending, event: TurnEnded) -> None:
        live = sending.live
        if live is None:
            return
        live.end(event.message, self._label(event.message), self._recovery.offers(event.message))
        self._rows.keep_text(live.base, event.message)
        self._live.pop(live.conversation_id, None)
        self._tasks.pop(live.conversation_id, None)
        if self._is_shown(live.conversation_id):
            self._rows.keep_cards(live)
            refused = event.error is not None and event.error.kind is ErrorKind.INVALID_KEY
            self._awaits_key = event.message if refused else None
            self._show_streaming()
        self.conversations_changed.emit()

    def _note_result(self, live: LiveTurn, result: ToolResult) -> None:
        if not self._is_shown(live.conversation_id):
            return
        self._rows.keep_cards(live)
        live.wait(_THINKING)
        if result.ok and result.goal_id is not None:
            self.goal_requested.emit(result.goal_id)

    def _note_change(self, change: GoalChange) -> None:
        self._rows.note_change(change)
        if self._active_goal and self._active_goal.id == change.goal.id:
            self.set_active_goal(change.goal)

    # What is on screen

    async def _open(self, conversation_id: ConversationId) -> None:
        self._leave()
        screen = self._screen
        transcript = await self._chat.transcript(conversation_id)
        await self._load_revisions(transcript)
        if screen != self._screen:
            return
        self._conversation = transcript.conversation
        self._show(transcript)
        self._show_streaming()
        self.conversation_opened.emit(transcript.conversation)
        self._view.composer.focus()

    def _show(self, transcript: Transcript) -> None:
        live = self._live.get(transcript.conversation.id)
        items: list[ThreadItem] = []
        fold = transcript.fold
        for message in transcript.messages:
            if live is not None and message.id == live.message.id:
                continue
            items += self._rows.items(message, self._label(message), self._recovery.offers(message))
            if fold is not None and message.id == fold.up_to:
                items.append(fold_item(self._rows.new_base(), fold, self._models.name_of(fold.provider, fold.model)))
        self._view.set_empty(not items and live is None)
        self._view.thread_view.set_items(items)
        if live is not None:
            live.attach(self._view.thread_view)
            self._rows.keep_cards(live)

    async def _load_revisions(self, transcript: Transcript) -> None:
        calls = (call for message in transcript.messages for call in message.tool_calls)
        for goal_id in {call.goal_id for call in calls if call.goal_id is not None}:
            self._rows.add_revisions(await self._goals.revisions(goal_id))

    def _leave(self) -> None:
        self._screen += 1
        self._rows.clear()
        self._awaits_key = None
        for live in self._live.values():
            live.detach()

    def _is_shown(self, conversation_id: ConversationId) -> bool:
        return self._conversation is not None and self._conversation.id == conversation_id

    def _show_streaming(self) -> None:
        live = self._live.get(self._conversation.id) if self._conversation is not None else None
        self._view.set_streaming(live is not None)
        first = live.message.switched_from if live else None
        note = "Waiting for a working key" if self._awaits_key and not live else ""
        self._view.composer.set_note(f"Next reply: {self._recovery.label(first)}" if first else note)

    def _label(self, message: Message) -> str:
        return self._models.name_of(message.provider, message.model)

    def _waiting_words(self, provider: str | None) -> str:
        entry = next((entry for entry in self._models.entries if entry.name == provider), None)
        return entry.health.text if entry and entry.health.state is HealthState.STARTING else _THINKING

    def _offer_sending(self) -> None:
        is_looking = any(entry.health.state is HealthState.STARTING for entry in self._models.entries)
        reason = "Looking for a model…" if is_looking else "No model is ready. Choose one above."
        if self._is_started:
            self._view.composer.set_can_send(self._models.choice is not None, reason)

    def _refresh_waiting(self) -> None:
        self._offer_sending()
        for live in self._live.values():
            live.refresh_wait(self._waiting_words(live.message.provider))

    # Actions of rows

    def _act(self, key: int, action: str) -> None:
        if run := self._actions.get(action):
            run(key)

    def live_at(self, key: int) -> LiveTurn | None:
        """The reply coming in that a row belongs to."""
        return next((live for live in self._live.values() if live.owns(key)), None)

    def message_at(self, key: int) -> Message | None:
        """The message that has ended that a row belongs to."""
        return self._rows.message(key)

    def task_of(self, live: LiveTurn) -> asyncio.Task[Any] | None:
        """The task that the reply comes in with."""
        return self._tasks.get(live.conversation_id)

    def _copy(self, key: int) -> None:
        QGuiApplication.clipboard().setText(self._rows.text(key))

    def _open_goal(self, key: int) -> None:
        goal_id = self._rows.goal_id(key)
        if goal_id is not None:
            self.goal_requested.emit(goal_id)

    def _turn_round(self, key: int) -> None:
        self._runner.start(self._undo(key), name="undo", on_error=self._tell_refused)

    async def _undo(self, key: int) -> None:
        """Undo what a card tells of; where it is undone already, undo the undoing."""
        revision_id = self._rows.change_to_undo(key)
        if revision_id is not None:
            await self._goals.undo(revision_id, YOU, initiator=self)

    def _tell_refused(self, error: AppError) -> None:
        self._rows.tell(Tone.NEUTRAL, "Not undone", str(error))

    def _suggest(self, starter: str) -> None:
        self._view.composer.set_text(starter)
        self._view.composer.focus()

    def _forget_goal(self) -> None:
        self.set_active_goal(None)

    def _open_link(self, address: str) -> None:
        self._runner.start(self._ask_and_open(address), name="open a link")

    async def _ask_and_open(self, address: str) -> None:
        if await self._confirm("Open this address in your browser?", address):
            QDesktopServices.openUrl(QUrl(address))
