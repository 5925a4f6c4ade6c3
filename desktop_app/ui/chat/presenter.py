"""Joins the chat view to the services: shows the conversation that is open, and does what its rows and box ask for."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QCursor

from desktop_app.domain.goals import Goal, GoalDraft
from desktop_app.domain.ids import ConversationId, MessageId
from desktop_app.domain.messages import Conversation, Transcript
from desktop_app.domain.providers import HealthState, ModelChoice
from desktop_app.domain.revisions import GoalChange
from desktop_app.services.chat import TurnOptions
from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.composer_desk import ComposerDesk
from desktop_app.ui.chat.icon_row import BRANCH_BACK, BRANCH_ON
from desktop_app.ui.chat.items import ThreadItem, Tone
from desktop_app.ui.chat.message_items import EDIT, RETRY_WITH
from desktop_app.ui.chat.opening import Opening
from desktop_app.ui.chat.recovery_actions import RecoveryActions
from desktop_app.ui.chat.retry_menu import open_retry_menu
from desktop_app.ui.chat.row_actions import RowActions
from desktop_app.ui.chat.screen import Screen
from desktop_app.ui.chat.shown_rows import ShownRows
from desktop_app.ui.chat.turns import ChatServices, Turns
from desktop_app.ui.compare.comparing import KEEP_FIRST, Comparing
from desktop_app.ui.tasks import TaskRunner


class ChatPresenter(QObject):
    """Shows one conversation at a time; replies go on streaming in those that are not shown."""

    conversation_opened = Signal(object)  # Conversation, or None for a new chat
    heading_changed = Signal(object)  # Conversation, that on screen
    conversations_changed = Signal()
    goal_requested = Signal(int)
    key_requested = Signal(str)  # the provider whose key is wanted
    models_requested = Signal()
    limits_requested = Signal()
    price_requested = Signal(ModelChoice)
    trace_requested = Signal(str)  # a trace id
    comparing_changed = Signal(bool, bool)  # whether two models are compared, whether that can be left

    def __init__(
        self,
        view: ChatView,
        services: ChatServices,
        runner: TaskRunner,
        goal_drafts: Callable[[], tuple[GoalDraft, ...]],
        confirm: Callable[[str, str], Awaitable[bool]],
        today: Callable[[], date],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._chat = services.chat
        self._goals = services.goals
        self._models = services.models
        self._runner = runner
        self._goal_drafts = goal_drafts
        self._screen = Screen()
        self._rows = ShownRows(view.thread_view, today)
        self._names: dict[tuple[str, str], str] = {}  # of models, as they were listed last
        self._turns = Turns(view, self._rows, self._screen, services, runner, self._options, today)
        self._opening = Opening(self._rows, self._models, self._turns.recovery.offers, self._screen)
        self._comparing = Comparing(view, self._screen, services, runner, self._options, today)
        self._desk = ComposerDesk(view, self._screen, services.box, runner)
        self._actions = RowActions(view.thread_view, self._rows, self._goals, runner, confirm)
        self._recovery_actions = RecoveryActions(self._turns, self._turns.recovery, self._models, runner)
        self._is_started = False
        self._connect()

    @property
    def conversation(self) -> Conversation | None:
        """The conversation on screen, None for a new chat."""
        return self._screen.conversation

    @property
    def is_streaming(self) -> bool:
        """Whether a reply is coming in, on screen or behind it."""
        return self._turns.is_any or self._comparing.is_any

    def start(self) -> None:
        """Let the person send, as soon as there is a model: what is sent can be kept from now on."""
        self._is_started = True
        self._desk.begin()
        self._offer_sending()
        self._view.composer.focus()

    def new_chat(self) -> None:
        """Show an empty chat; what streams elsewhere goes on."""
        self._leave()
        self._screen.conversation = None
        self._view.set_empty(True)
        self._view.thread_view.set_items(())
        self._desk.show_box()
        self._show_streaming()
        self.conversation_opened.emit(None)
        self._view.composer.focus()

    def begin_with(self, text: str) -> None:
        """Show an empty chat with `text` in its box, behind what stands there unsent."""
        self.new_chat()
        box = self._view.composer
        box.set_text(text if box.is_blank else f"{box.text().rstrip()}\n\n{text}")

    def open_conversation(self, conversation_id: int) -> None:
        """Show a conversation, at its end."""
        if self._screen.conversation_id != conversation_id:
            self._runner.start(self._open(ConversationId(conversation_id)), name="open a chat")

    def show_message(self, conversation_id: int, message_id: int) -> None:
        """Show a message in its conversation, whichever branch it is on, and light it for a moment."""
        going = self._show_message(ConversationId(conversation_id), MessageId(message_id))
        self._runner.start(going, name="show a message")

    def set_active_goal(self, goal: Goal | None) -> None:
        """Tell the coach which goal is open in the editor."""
        self._screen.goal = goal
        done = goal.done_count / len(goal.fields.milestones) if goal and goal.fields.milestones else None
        self._view.composer.set_goal(goal.title if goal else None, done)

    def follow_heading(self, conversation: Conversation) -> None:
        """A conversation was renamed, or deleted: then its reply is stopped, and a new chat is shown."""
        if conversation.deleted_at is not None:
            self._turns.stop_in(conversation.id)
            self._comparing.stop_in(conversation.id)
        if self._screen.conversation_id != conversation.id:
            return
        if conversation.deleted_at is not None:
            self.new_chat()
            return
        self._screen.conversation = conversation
        self.heading_changed.emit(conversation)

    def warn(self, title: str, text: str) -> None:
        """Say something at the end of the thread that the person should know, where there is one."""
        if not self._view.is_empty:
            self._rows.tell(Tone.WARN, title, text)

    def tell(self, title: str, text: str) -> None:
        """Say at the end of the thread what was done, where there is one."""
        if not self._view.is_empty:
            self._rows.tell(Tone.NEUTRAL, title, text)

    def compare(self) -> None:
        """Let the person choose two models and ask both."""
        if self._is_started and not self._turns.is_busy:
            self._desk.stop_editing()
            self._comparing.choose_models()

    def leave_compare(self) -> None:
        """Ask one model again, where two are only chosen yet."""
        self._comparing.leave()

    def resend_with_key(self, provider: str) -> None:
        """A key of `provider` was set: answer what waits for it in the chat that is open."""
        self._turns.resend_with_key(provider)

    def _connect(self) -> None:
        thread, turns, desk = self._view.thread_view, self._turns, self._desk
        comparing = self._comparing
        thread.action_requested.connect(self._act)
        self._view.compare_requested.connect(self.compare)
        self._view.composer.stop_requested.connect(comparing.stop)
        comparing.box_emptied.connect(desk.forget_box)
        comparing.conversation_begun.connect(self.conversation_opened)
        comparing.conversations_changed.connect(self.conversations_changed)
        comparing.streaming_changed.connect(self._show_streaming)
        comparing.stage_changed.connect(self.comparing_changed)
        comparing.kept.connect(self._reload)
        comparing.link_activated.connect(self._actions.links.open)
        self._view.composer.stop_requested.connect(turns.stop)
        self._view.composer.goal_chip_removed.connect(self._forget_goal)
        self._view.composer.edit_last_requested.connect(self._edit_last)
        self._view.suggestion_chosen.connect(self._suggest)
        self._view.composer.send_requested.connect(self._send)
        self._view.queue.send_requested.connect(self._send_waiting)
        desk.queue_grew.connect(self._send_next_if_idle)
        turns.turn_begun.connect(desk.refresh_queue)
        turns.turn_ended.connect(self._go_on_with_queue)
        turns.box_emptied.connect(desk.forget_box)
        turns.conversation_begun.connect(self.conversation_opened)
        turns.conversations_changed.connect(self.conversations_changed)
        turns.streaming_changed.connect(self._show_streaming)
        turns.reload_requested.connect(self._reload)
        turns.goal_requested.connect(self.goal_requested)
        self._recovery_actions.key_requested.connect(self.key_requested)
        self._recovery_actions.models_requested.connect(self.models_requested)
        self._recovery_actions.new_chat_requested.connect(self.new_chat)
        self._recovery_actions.limits_requested.connect(self.limits_requested)
        self._recovery_actions.price_requested.connect(self.price_requested)
        self._actions.goal_requested.connect(self.goal_requested)
        self._actions.trace_requested.connect(self.trace_requested)
        self._goals.subscribe(self._note_change)
        self._models.subscribe(self._note_models)

    # Sending

    def _send(self) -> None:
        key = self._desk.edited_key
        if self._comparing.is_shown:
            self._comparing.send(self._desk.unsent)
        elif self._desk.is_editing_waiting or self._turns.is_streaming:
            self._desk.enqueue()
        elif key is not None:
            self._turns.edit(key, self._desk.unsent.text)
        else:
            self._turns.send(self._desk.unsent)

    def _send_waiting(self) -> None:
        """The person wants what waits to be sent although the reply before it did not end well."""
        conversation_id = self._screen.conversation_id
        if self._comparing.is_shown:
            self._view.composer.complain(KEEP_FIRST)
        elif conversation_id is not None and not self._turns.is_busy:
            self._turns.send_next(conversation_id, anyway=True)

    def _go_on_with_queue(self, conversation_id: ConversationId) -> None:
        """A reply has ended: the next message that waits is sent."""
        if self._desk.has_waiting or self._screen.conversation_id != conversation_id:
            self._turns.send_next(conversation_id)

    def _send_next_if_idle(self) -> None:
        """A message came to wait just when the reply had ended."""
        conversation_id = self._screen.conversation_id
        if conversation_id is not None and not self._turns.is_busy:
            self._turns.send_next(conversation_id)

    def _options(self, choice: ModelChoice | None = None) -> TurnOptions | None:
        choice = choice or self._models.choice
        if choice is None:
            return None
        goal_id = self._screen.goal.id if self._screen.goal else None
        return TurnOptions(choice, goal_id, self._goal_drafts(), can_see=self._can_see(choice))

    def _can_see(self, choice: ModelChoice | None) -> bool | None:
        model = self._models.model(choice) if choice else None
        return model.can_see if model else None

    def _offer_retry(self, key: int) -> None:
        message = self._rows.message(key)
        if message is not None and not self._turns.is_busy:
            open_retry_menu(self._view, QCursor.pos(), self._models, message, partial(self._turns.retry, key))

    def _edit_last(self) -> None:
        key = self._rows.last_own()
        if key is not None and not self._comparing.is_shown:
            self._edit(key)

    def _edit(self, key: int) -> None:
        message = self._rows.message(key)
        if message is not None and not self._turns.is_busy:
            self._desk.edit_message(key, message)

    def _offer_sending(self) -> None:
        is_looking = any(entry.health.state is HealthState.STARTING for entry in self._models.entries)
        reason = "Looking for a model…" if is_looking else "No model is ready. Choose one above."
        self._view.composer.set_can_see(self._can_see(self._models.choice) is not False)
        if self._is_started:
            self._view.composer.set_can_send(self._models.choice is not None, reason)

    # What is on screen

    async def _open(self, conversation_id: ConversationId) -> None:
        self._leave()
        number = self._screen.number
        while True:
            live = self._turns.live(conversation_id)
            transcript = await self._chat.transcript(conversation_id)
            await self._load_revisions(transcript)
            undecided = await self._comparing.load(conversation_id)
            beginning = await self._opening.beginning(transcript, number)
            if number != self._screen.number:
                return
            if live is self._turns.live(conversation_id):
                break
            # A reply ended or began meanwhile: what was loaded is from before. Its rows come in anew.
            self._rows.clear()
        self._screen.conversation = transcript.conversation
        self._show(transcript, beginning)
        self._comparing.show(conversation_id, undecided)
        self._desk.show_box()
        self._show_streaming()
        self.conversation_opened.emit(transcript.conversation)
        self._view.composer.focus()

    async def _show_message(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        await self._chat.choose_branch(message_id)
        await self._open(conversation_id)
        key = self._rows.key_of(message_id)
        if key is not None and self._screen.conversation_id == conversation_id:
            self._view.thread_view.point_at(*self._rows.span(key))

    def _reload(self) -> None:
        conversation_id = self._screen.conversation_id
        if conversation_id is not None:
            self._runner.start(self._open(conversation_id), name="show a chat again")

    def _choose_branch(self, key: int, *, on: bool) -> None:
        place = self._rows.place(key)
        other = (place.next if on else place.previous) if place else None
        if other is not None and not self._turns.is_streaming:
            offset = self._view.thread_view.row_offset(key)
            self._runner.start(self._show_branch(other, offset), name="show another version")

    async def _show_branch(self, message_id: MessageId, offset: int | None) -> None:
        """Show the versions from this message on; what was pressed stays where it was."""
        number = self._screen.number
        transcript = await self._chat.choose_branch(message_id)
        await self._load_revisions(transcript)
        if number != self._screen.number:
            return
        self._leave()
        self._desk.stop_editing()
        number = self._screen.number
        beginning = await self._opening.beginning(transcript, number)
        if number != self._screen.number:
            return
        self._show(transcript, beginning)
        key = self._rows.switch_key(message_id)
        if key is not None and offset is not None:
            self._view.thread_view.place_row(key, offset)

    def _show(self, transcript: Transcript, beginning: Sequence[ThreadItem]) -> None:
        live = self._turns.live(transcript.conversation.id)
        items = [*beginning, *self._opening.end(transcript, live)]
        self._view.set_empty(not items and live is None)
        self._view.thread_view.set_items(items)
        if live is not None:
            live.attach(self._view.thread_view)
            self._rows.keep_message(live.base, live.message, live.place)
            self._rows.keep_cards(live)

    async def _load_revisions(self, transcript: Transcript) -> None:
        calls = (call for message in transcript.messages for call in message.tool_calls)
        for goal_id in {call.goal_id for call in calls if call.goal_id is not None}:
            self._rows.add_revisions(await self._goals.revisions(goal_id))

    def _leave(self) -> None:
        self._screen.number += 1
        self._rows.clear()
        self._turns.leave_screen()
        self._comparing.leave_screen()

    def _show_streaming(self) -> None:
        conversation_id = self._screen.conversation_id
        live = self._turns.live(conversation_id) if conversation_id is not None else None
        self._view.set_streaming(live is not None or self._comparing.is_streaming)
        self._desk.show_waiting()
        first = live.message.switched_from if live else None
        note = "Waiting for a working key" if self._turns.awaits_key and not live else ""
        self._view.composer.set_note(f"Next reply: {self._turns.recovery.label(first)}" if first else note)

    def _note_models(self) -> None:
        self._offer_sending()
        self._turns.refresh_waiting()
        self._comparing.note_models()
        names = {(one.name, model.name): model.label for one in self._models.entries for model in one.models}
        if names != self._names:
            self._names = names
            self._rows.show_names(self._models.name_of)

    def _note_change(self, change: GoalChange) -> None:
        self._rows.note_change(change)
        if self._screen.goal and self._screen.goal.id == change.goal.id:
            self.set_active_goal(change.goal)

    # What rows and views ask for

    def _act(self, key: int, action: str) -> None:
        match action:
            case _ if run := self._recovery_actions.by_id.get(action):
                run(key)
            case _ if action == RETRY_WITH:
                self._offer_retry(key)
            case _ if action == EDIT:
                self._edit(key)
            case _ if action in {BRANCH_BACK, BRANCH_ON}:
                self._choose_branch(key, on=action == BRANCH_ON)
            case _:
                self._actions.run(key, action)

    def _suggest(self, starter: str) -> None:
        self._view.composer.set_text(starter)
        self._view.composer.focus()

    def _forget_goal(self) -> None:
        self.set_active_goal(None)
