"""Comparing two models: chooses them, sends one message to both, follows both answers, and keeps one."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.domain.comparisons import ModelWins, Side
from desktop_app.domain.ids import ConversationId, GoalId
from desktop_app.domain.messages import Message, Unsent
from desktop_app.domain.providers import ModelChoice
from desktop_app.errors import AppError
from desktop_app.llm.events import RetryScheduled
from desktop_app.services.chat import Switched, TurnEnded, TurnEvent, TurnOptions, TurnStarted
from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.failure_notices import RETRY_NOW
from desktop_app.ui.chat.live_turn import LiveTurn
from desktop_app.ui.chat.recovery import Recovery
from desktop_app.ui.chat.screen import Screen
from desktop_app.ui.chat.turns import ChatServices
from desktop_app.ui.compare.answer import IncomingAnswer
from desktop_app.ui.compare.answer_board import AnswerBoard
from desktop_app.ui.compare.model_pair import ModelPair
from desktop_app.ui.tasks import TaskRunner

KEEP_FIRST: Final = "Keep one of the two answers first, with Alt+1 or Alt+2. What you wrote stays here until then."
_TWO_MODELS: Final = "Two models are needed to compare. Choose one above each column; what you wrote stays here."
_TICK_MS: Final = 1000


class Stage(Enum):
    """What the screen shows of a comparison."""

    OFF = auto()
    CHOOSING = auto()  # nothing is asked yet
    ASKED = auto()  # both answer, or have answered, and none is kept


@dataclass(slots=True)
class Asked:
    """One message on its way to two models. `screen` is the number of the screen it was asked on."""

    screen: int
    began_in: ConversationId | None
    options: tuple[TurnOptions, TurnOptions]
    question: Message | None = None
    answers: dict[Side, IncomingAnswer] = field(default_factory=dict)
    wanted: Side | None = None
    task: asyncio.Task[Any] | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """A comparison as it was stored."""

    question: Message
    answers: dict[Side, Message]


class Comparing(QObject):
    """One comparison a conversation; those of conversations that are not shown go on."""

    box_emptied = Signal(object)  # ConversationId or None
    conversation_begun = Signal(object)  # Conversation
    conversations_changed = Signal()
    streaming_changed = Signal()
    stage_changed = Signal(bool, bool)  # whether it is shown, whether it can be left
    kept = Signal()  # in the conversation on screen
    link_activated = Signal(str)  # an address in an answer

    def __init__(
        self,
        view: ChatView,
        screen: Screen,
        services: ChatServices,
        runner: TaskRunner,
        options: Callable[[ModelChoice | None], TurnOptions | None],
        today: Callable[[], date],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._screen = screen
        self._service = services.chat.comparing
        self._models = services.models
        self._runner = runner
        self._options = options
        self._today = today
        self._stage = Stage.OFF
        self._pair = ModelPair(services.models)
        self._asked: dict[ConversationId, Asked] = {}
        self._goals: dict[ConversationId, GoalId | None] = {}
        self._pending: Asked | None = None
        self._keeping: set[ConversationId] = set()
        self._wins: tuple[ModelWins, ...] = ()
        self._board: AnswerBoard | None = None
        self._recovery = Recovery(
            view, services.models, services.fallback, services.key_ending, self._live_turns, services.limits
        )
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._show_progress)

    @property
    def is_shown(self) -> bool:
        """Whether two answers, or the choice of two models, are on screen."""
        return self._stage is not Stage.OFF

    @property
    def is_any(self) -> bool:
        """Whether answers come in, on screen or behind it."""
        return bool(self._asked) or self._pending is not None

    @property
    def is_streaming(self) -> bool:
        """Whether answers come in on screen."""
        return self._screen.conversation_id in self._asked

    def choose_models(self) -> None:
        """Let the person choose two models and ask them."""
        if self._stage is not Stage.OFF:
            return
        self._pair.propose()
        self._enter(Stage.CHOOSING)
        self._pair.show(self._answers)
        self._runner.start(self._load_wins(), name="count kept answers")
        self._view.composer.focus()

    def leave(self) -> None:
        """Do not compare after all; an answer that was asked for must be decided on."""
        if self._stage is Stage.CHOOSING:
            self.leave_screen()
            self._view.composer.focus()

    def leave_screen(self) -> None:
        """Something else will be shown; answers go on without being seen."""
        for asked in self._asked.values():
            for answer in asked.answers.values():
                answer.live.detach()
        if self._stage is not Stage.OFF:
            self._enter(Stage.OFF)

    def send(self, unsent: Unsent) -> None:
        """Ask both; while two answers wait to be decided on, say so."""
        if self._stage is Stage.ASKED:
            self._view.composer.complain(KEEP_FIRST)
        elif self._pending is None:
            first, second = (self._options(choice) for choice in self._pair.both or (None, None))
            if self._pair.both is None or first is None or second is None:
                self._view.composer.complain(_TWO_MODELS)
                return
            asked = self._pending = Asked(self._screen.number, self._screen.conversation_id, (first, second))
            asked.task = self._runner.start(self._ask(asked, unsent), name="ask two models", on_error=self._tell)

    def stop(self) -> None:
        """Stop both answers on screen; what came stays."""
        if self._screen.conversation_id is not None:
            self.stop_in(self._screen.conversation_id)

    def stop_in(self, conversation_id: ConversationId) -> None:
        """Stop both answers that come into a conversation, if any do."""
        asked = self._asked.get(conversation_id)
        if asked is not None and asked.task is not None:
            asked.task.cancel()

    def keep(self, side: Side) -> None:
        """Keep an answer. One that still comes in is kept when it has ended; the other one is stopped then."""
        conversation_id = self._screen.conversation_id
        if self._stage is not Stage.ASKED or conversation_id is None or conversation_id in self._keeping:
            return
        asked = self._asked.get(conversation_id)
        if asked is not None and side in asked.answers and asked.answers[side].ended is None:
            asked.wanted = side if asked.wanted is not side else None
            self._show_progress()
        else:
            self._start_keeping(conversation_id, side)

    async def load(self, conversation_id: ConversationId) -> Undecided | None:
        """What waits for a decision in a conversation, if something does; nothing while answers still come in."""
        if conversation_id in self._asked:
            return None
        comparison = await self._service.undecided(conversation_id)
        if comparison is None:
            return None
        await self._load_wins()
        question, first, second = await self._service.messages(comparison)
        return Undecided(question, {Side.FIRST: first, Side.SECOND: second})

    def show(self, conversation_id: ConversationId, undecided: Undecided | None) -> None:
        """Show the answers that come into a conversation, or wait in it; nothing where there are none."""
        asked = self._asked.get(conversation_id)
        if asked is not None:
            self._show_asked(asked)
        elif undecided is not None:
            self._enter(Stage.ASKED)
            self._answers.show_question(undecided.question)
            for side, message in undecided.answers.items():
                self._answers.show_stored(side, message, self._recovery.offers(message))

    def note_models(self) -> None:
        """Providers are doing otherwise than before."""
        if self._board is not None:
            self._board.show_providers()

    @property
    def _answers(self) -> AnswerBoard:
        """The view with what it shows; made when two models are first compared."""
        if self._board is None:
            self._board = AnswerBoard(self._view.compare_view, self._models, self._today)
            self._board.show_providers()
            self._view.compare_view.model_wanted.connect(self._offer_models)
            self._view.compare_view.keep_requested.connect(self.keep)
            for side, panel in self._view.compare_view.panels.items():
                panel.thread_view.action_requested.connect(partial(self._act, side))
                panel.thread_view.link_activated.connect(self.link_activated)
        return self._board

    def _enter(self, stage: Stage) -> None:
        self._stage = stage
        if stage is not Stage.OFF:
            self._answers.clear()
        self._view.set_comparing(stage is not Stage.OFF)
        self.stage_changed.emit(stage is not Stage.OFF, stage is Stage.CHOOSING)
        if stage is Stage.ASKED and self.is_streaming:
            self._timer.start()
        else:
            self._timer.stop()

    def _offer_models(self, side: Side) -> None:
        if self._stage is Stage.CHOOSING:
            self._pair.offer(side, self._view.compare_view.panels[side].pill, self._answers)

    # Asking

    async def _ask(self, asked: Asked, unsent: Unsent) -> None:
        listener = partial(self._take, asked)
        try:
            await self._service.compare(asked.began_in, unsent.text, asked.options, listener, unsent.attachments)
        finally:
            self._forget(asked)

    def _forget(self, asked: Asked) -> None:
        """Both have ended: what waits now is the decision."""
        self._pending = None if self._pending is asked else self._pending
        for conversation_id in [one for one, known in self._asked.items() if known is asked]:
            del self._asked[conversation_id]
            if conversation_id == self._screen.conversation_id:
                self._timer.stop()
        self.streaming_changed.emit()
        self.conversations_changed.emit()

    def _take(self, asked: Asked, side: Side, event: TurnEvent) -> None:
        answer = asked.answers.get(side)
        if isinstance(event, TurnStarted):
            self._begin(asked, side, event)
        elif answer is None or isinstance(event, Switched):
            return
        elif isinstance(event, TurnEnded):
            answer.end(event)
            self._note_end(asked, side, answer)
        elif isinstance(event, RetryScheduled):
            self._recovery.wait(answer.live, event)
        elif answer.add(event) and self._is_on_screen(answer):
            self._answers.show_progress(side, answer, is_wanted=asked.wanted is side)

    def _begin(self, asked: Asked, side: Side, event: TurnStarted) -> None:
        options = asked.options[0 if side is Side.FIRST else 1]
        name = self._models.name_of(event.coach.provider, event.coach.model)
        asked.answers[side] = IncomingAnswer(event, options.control, self._today(), time.monotonic, name)
        asked.question = event.you
        if len(asked.answers) < len(Side):
            return
        self._pending = None
        self._asked[event.conversation.id] = asked
        self._goals[event.conversation.id] = asked.options[0].active_goal_id
        self.box_emptied.emit(asked.began_in)
        if asked.screen == self._screen.number:
            if self._screen.conversation is None:
                self._screen.conversation = event.conversation
                self.conversation_begun.emit(event.conversation)
            self._show_asked(asked)
        self.streaming_changed.emit()
        self.conversations_changed.emit()

    def _note_end(self, asked: Asked, side: Side, answer: IncomingAnswer) -> None:
        if self._is_on_screen(answer):
            self._answers.show_progress(side, answer, is_wanted=False)
        if asked.wanted is side:
            self._start_keeping(answer.live.conversation_id, side)

    def _show_asked(self, asked: Asked) -> None:
        self._enter(Stage.ASKED)
        if asked.question is not None:
            self._answers.show_question(asked.question)
        for side, answer in asked.answers.items():
            self._answers.show_incoming(side, answer, is_wanted=asked.wanted is side)

    def _is_on_screen(self, answer: IncomingAnswer) -> bool:
        return self._stage is Stage.ASKED and answer.live.conversation_id == self._screen.conversation_id

    def _show_progress(self) -> None:
        asked = self._asked.get(self._screen.conversation_id) if self._screen.conversation_id else None
        for side, answer in asked.answers.items() if asked else ():
            self._answers.show_progress(side, answer, is_wanted=asked is not None and asked.wanted is side)

    def _live_turns(self) -> list[LiveTurn]:
        return [answer.live for asked in self._asked.values() for answer in asked.answers.values()]

    def _act(self, side: Side, _key: int, action: str) -> None:
        asked = self._asked.get(self._screen.conversation_id) if self._screen.conversation_id else None
        if action == RETRY_NOW and asked is not None:
            asked.answers[side].live.retry_now()

    # Deciding

    def _start_keeping(self, conversation_id: ConversationId, side: Side) -> None:
        if conversation_id not in self._keeping:
            self._keeping.add(conversation_id)
            self._runner.start(self._keep(conversation_id, side), name="keep an answer", on_error=self._tell)

    async def _keep(self, conversation_id: ConversationId, side: Side) -> None:
        try:
            asked = self._asked.get(conversation_id)
            if asked is not None and asked.task is not None:
                asked.task.cancel()
                await asyncio.wait([asked.task])
            comparison = await self._service.undecided(conversation_id)
            if comparison is not None:
                goal = self._screen.goal
                goal_id = self._goals.pop(conversation_id, goal.id if goal else None)
                await self._service.keep(comparison.id, side, goal_id)
        finally:
            self._keeping.discard(conversation_id)
        if self._screen.conversation_id == conversation_id:
            self.kept.emit()
        self.conversations_changed.emit()

    async def _load_wins(self) -> None:
        self._wins = await self._service.wins()
        if self.is_shown:
            self._answers.show_wins(self._wins)

    def _tell(self, error: AppError) -> None:
        """What was written stays in the box; what stood in the way is said above it."""
        self._view.composer.complain(str(error))
