"""One turn: the coach answers in a stream, its tools run, and what came is kept as it comes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import Conversation, Message, MessageStatus
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.revisions import Author, AuthorKind
from desktop_app.endings import to_the_end
from desktop_app.errors import AppError
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import HistoryFolded, ToolResult
from desktop_app.llm.failures import failure
from desktop_app.llm.taxonomy import rules_of
from desktop_app.llm.tools import ToolHandler
from desktop_app.services.chat.calls import CallLog, CallsOf
from desktop_app.services.chat.events import Switched, TurnEnded, TurnListener, TurnOptions
from desktop_app.services.chat.incoming import IncomingReply
from desktop_app.services.chat.repositories import ChatRepositories
from desktop_app.services.chat.titles import cut
from desktop_app.services.coach_writes import CoachWrites
from desktop_app.services.context import TurnContext, build_context, readable
from desktop_app.services.conversations import ConversationService
from desktop_app.services.goal_tool_handler import GoalToolHandler
from desktop_app.services.held_tools import HeldTools
from desktop_app.services.spending import Spending
from desktop_app.tracing.spans import logged_under, new_trace_id

_log = logging.getLogger(__name__)

Fallback: TypeAlias = Callable[[Sequence[str]], ModelChoice | None]
"""Who answers when these providers, the last one first to blame, could not; None where nobody is left."""


def nobody_else(_asked: Sequence[str]) -> ModelChoice | None:
    """No fallback: what the chosen provider cannot answer is not answered."""
    return None


@dataclass(frozen=True, slots=True)
class _Turn:
    conversation: Conversation
    reply: IncomingReply
    context: TurnContext
    options: TurnOptions
    listener: TurnListener
    trace_id: str


class TurnRunner:
    """Lets the coach answer, one turn a call; several conversations may have one at the same time."""

    def __init__(
        self,
        repositories: ChatRepositories,
        headings: ConversationService,
        coach: CoachWrites,
        service_for: Callable[[str], Awaitable[BaseLLMService]],
        now: Callable[[], datetime],
        fallback: Fallback,
        spending: Spending,
    ) -> None:
        self._conversations = repositories.conversations
        self._attachments = repositories.attachments
        self._folds = repositories.folds
        self._headings = headings
        self._coach = coach
        self._goals = coach.goals
        self._service_for = service_for
        self._now = now
        self._fallback = fallback
        self._spending = spending

    async def run(
        self,
        conversation: Conversation,
        history: Sequence[Message],
        coach: Message,
        options: TurnOptions,
        listener: TurnListener,
    ) -> None:
        """Answer the last message of `history` into `coach`, which is stored; ends with `TurnEnded`.

        What `coach` has already is gone on from.

        A provider's failure is told there. Cancelling it stops the reply, which keeps its text.
        """
        reply = IncomingReply(coach, self._conversations)
        status, error = MessageStatus.FAILED, None
        try:
            known = await self._coach.reader.read(options.active_goal_id)
            filled = await self._attachments.with_contents(history)
            legible = readable(filled, can_see=options.can_see is not False)
            folds = await self._folds.of(conversation.id)
            context = build_context(legible, known, options.drafts, options.active_goal_id, folds)
            trace_id = new_trace_id()
            reply.trace(trace_id)
            with logged_under(trace_id):
                async with reply.saved_every_second():
                    await self._answer(_Turn(conversation, reply, context, options, listener, trace_id))
            status = MessageStatus.COMPLETE
        except ProviderError as told:
            error = told
        except asyncio.CancelledError:
            status = MessageStatus.STOPPED
            raise
        except AppError as told:
            error = ProviderError(ErrorKind.BUG, str(told))
        finally:
            await to_the_end(_finish(reply, status, error, listener))

    async def _answer(self, turn: "_Turn") -> None:
        """Stream the turn from the chosen model, or from whoever answers where that one cannot even begin."""
        choice = turn.options.choice
        asked: list[str] = []
        while True:
            try:
                await self._stream(turn, choice)
            except ProviderError as error:
                asked.append(choice.provider)
                other = turn.options.control.take_other() or self._fallback_after(turn, error, asked)
                if other is None or turn.reply.has_begun:
                    raise
                _log.warning("%s cannot answer (%s); %s does", choice.provider, error.kind, other.provider)
                turn.reply.switch(other, error.kind)
                turn.listener(Switched(choice, other, error))
                choice = other
            else:
                return

    def _fallback_after(self, turn: "_Turn", error: ProviderError, asked: Sequence[str]) -> ModelChoice | None:
        options = turn.options
        if not options.may_switch or options.holds_tools:
            return None
        if error.kind is ErrorKind.BUDGET:
            return self._spending.ledger.stand_in(asked)
        return self._fallback(asked) if rules_of(error.kind).may_pass else None

    async def _stream(self, turn: "_Turn", choice: ModelChoice) -> None:
        conversation, context = turn.conversation, turn.context
        service = await self._service_for(choice.provider)
        calls = await self._calls(turn, choice)
        stream = service.stream_message(
            context.messages,
            context.user_phase,
            context.saved_goals,
            context.draft_goals,
            context.active_goal_id,
            model=choice.model,
            tools=self._tools(turn, choice) if turn.options.with_tools else None,
            wait=turn.options.control.wait,
            conversation_id=conversation.id,
            message_id=turn.reply.message.id,
            trace_id=turn.trace_id,
            account=calls,
            notes=context.notes,
        )
        try:
            async with calls.closed_with_the_turn(), aclosing(stream) as events:
                async for event in events:
                    turn.reply.add(event)
                    await calls.note(event)
                    if isinstance(event, HistoryFolded) and event.fold.up_to is not None:
                        await self._folds.add(conversation.id, event.fold, self._now())
                    elif isinstance(event, ToolResult):
                        await turn.reply.save()
                        await self._keep_goal(conversation.id, event)
                    turn.listener(event)
        finally:
            turn.reply.count(calls.total)

    async def _calls(self, turn: "_Turn", choice: ModelChoice) -> CallLog:
        """The account of what `choice` is asked in this turn."""
        before = turn.reply.message.usage
        of = CallsOf(
            turn.conversation.id,
            turn.reply.message,
            turn.conversation.goal_id or turn.context.active_goal_id,
            turn.trace_id,
            (before.cost_micro_usd or 0) if before else 0,
            turn.options.may_pass_limits,
        )
        tariff, usual = await self._spending.tariff(choice), await self._spending.usual_output(choice)
        return CallLog(self._spending.ledger, self._now, of, tariff, usual.typical)

    def _tools(self, turn: "_Turn", choice: ModelChoice) -> ToolHandler:
        author = Author(AuthorKind.COACH, choice.provider, choice.model, turn.conversation.id)
        goal_id = turn.context.active_goal_id
        tools = GoalToolHandler(self._coach, author, goal_id, lambda: self._now().astimezone().date())
        return HeldTools(tools) if turn.options.holds_tools else tools

    async def _keep_goal(self, conversation_id: ConversationId, result: ToolResult) -> None:
        """A conversation belongs to the first goal that was written in it, and is called like it."""
        if result.goal_id is None or (await self._conversations.conversation(conversation_id)).goal_id is not None:
            return
        await self._conversations.set_goal(conversation_id, result.goal_id)
        goal = await self._goals.goal(result.goal_id)
        await self._headings.suggest_title(conversation_id, cut(goal.title))


async def _finish(
    reply: IncomingReply, status: MessageStatus, error: ProviderError | None, listener: TurnListener
) -> None:
    if status is MessageStatus.FAILED and error is None:
        error = failure(ErrorKind.BUG, "GoalGetter")
    try:
        message = await reply.finish(status, error)
    except AppError as unsaved:
        error = error or ProviderError(ErrorKind.BUG, str(unsaved))
        message = reply.message_with(MessageStatus.FAILED, error)
    listener(TurnEnded(message, error))
