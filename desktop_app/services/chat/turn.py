"""One turn: the coach answers in a stream, its tools run, and what came is kept as it comes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Final

from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import Conversation, Message, MessageStatus
from desktop_app.domain.revisions import Author, AuthorKind
from desktop_app.domain.usage import Usage, UsageRecord
from desktop_app.endings import to_the_end
from desktop_app.errors import AppError
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import ToolResult, UsageReported
from desktop_app.services.chat.events import TurnEnded, TurnListener, TurnOptions
from desktop_app.services.chat.incoming import IncomingReply
from desktop_app.services.context import TurnContext, build_context, readable
from desktop_app.services.goal_tool_handler import GoalToolHandler
from desktop_app.services.goals import GoalService
from desktop_app.storage.attachments import AttachmentRepository
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.usage import UsageRepository

UNEXPECTED: Final = "Something went wrong that should not have. Your message is safe; try again."


class TurnRunner:
    """Lets the coach answer, one turn a call; several conversations may have one at the same time."""

    def __init__(
        self,
        conversations: ConversationRepository,
        attachments: AttachmentRepository,
        usage: UsageRepository,
        goals: GoalService,
        service_for: Callable[[str], Awaitable[BaseLLMService]],
        now: Callable[[], datetime],
    ) -> None:
        self._conversations = conversations
        self._attachments = attachments
        self._usage = usage
        self._goals = goals
        self._service_for = service_for
        self._now = now

    async def run(
        self,
        conversation: Conversation,
        history: Sequence[Message],
        coach: Message,
        options: TurnOptions,
        listener: TurnListener,
    ) -> None:
        """Answer the last message of `history` into `coach`, which is stored and empty; ends with `TurnEnded`.

        A provider's failure is told there. Cancelling it stops the reply, which keeps its text.
        """
        reply = IncomingReply(coach, self._conversations)
        status, error = MessageStatus.FAILED, None
        try:
            goals = await self._goals.list_goals()
            filled = await self._attachments.with_contents(history)
            legible = readable(filled, can_see=options.can_see is not False)
            context = build_context(legible, goals, options.drafts, options.active_goal_id)
            async with reply.saved_every_second():
                await self._stream(conversation, reply, context, options, listener)
            status = MessageStatus.COMPLETE
        except ProviderError as failure:
            error = failure
        except asyncio.CancelledError:
            status = MessageStatus.STOPPED
            raise
        except AppError as failure:
            error = ProviderError(ErrorKind.SERVER, str(failure))
        finally:
            await to_the_end(_finish(reply, status, error, listener))

    async def _stream(
        self,
        conversation: Conversation,
        reply: IncomingReply,
        context: TurnContext,
        options: TurnOptions,
        listener: TurnListener,
    ) -> None:
        choice = options.choice
        service = await self._service_for(choice.provider)
        author = Author(AuthorKind.COACH, choice.provider, choice.model, conversation.id)
        tools = GoalToolHandler(self._goals, author, context.active_goal_id, lambda: self._now().astimezone().date())
        stream = service.stream_message(
            context.messages,
            context.user_phase,
            context.saved_goals,
            context.draft_goals,
            context.active_goal_id,
            model=choice.model,
            tools=tools if options.with_tools else None,
        )
        async with aclosing(stream) as events:
            async for event in events:
                reply.add(event)
                if isinstance(event, UsageReported):
                    await self._record(event.usage, reply.message, conversation.id)
                elif isinstance(event, ToolResult):
                    await self._keep_goal(conversation, event)
                    await reply.save()
                listener(event)

    async def _keep_goal(self, conversation: Conversation, result: ToolResult) -> None:
        """A conversation belongs to the first goal that was written in it."""
        if result.goal_id is not None and conversation.goal_id is None:
            await self._conversations.set_goal(conversation.id, result.goal_id)

    async def _record(self, usage: Usage, message: Message, conversation_id: ConversationId) -> None:
        await self._usage.record(
            UsageRecord(
                at=self._now(),
                provider=message.provider or "",
                model=message.model or "",
                outcome="complete",
                usage=usage,
                conversation_id=conversation_id,
                message_id=message.id,
            )
        )


async def _finish(
    reply: IncomingReply, status: MessageStatus, error: ProviderError | None, listener: TurnListener
) -> None:
    if status is MessageStatus.FAILED and error is None:
        error = ProviderError(ErrorKind.SERVER, UNEXPECTED)
    try:
        message = await reply.finish(status, str(error) if error else None)
    except AppError as failure:
        error = error or ProviderError(ErrorKind.SERVER, str(failure))
        message = reply.message_with(MessageStatus.FAILED, str(error))
    listener(TurnEnded(message, error))
