"""One message to two models: both answer at once, their tools are held, and the person keeps one answer."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final, TypeAlias

from desktop_app.domain.comparisons import Comparison, ModelWins, Side
from desktop_app.domain.ids import ComparisonId, ConversationId, GoalId, MessageId
from desktop_app.domain.messages import (
    AttachmentPart,
    Conversation,
    Message,
    MessageStatus,
    Part,
    Role,
    ToolCallPart,
    Transcript,
    Unsent,
)
from desktop_app.domain.revisions import Author, AuthorKind
from desktop_app.endings import to_the_end
from desktop_app.errors import NotAllowedError
from desktop_app.llm.events import ToolCall
from desktop_app.services.chat.events import TurnEvent, TurnOptions, TurnStarted
from desktop_app.services.chat.one_turn import OneTurnEach
from desktop_app.services.chat.repositories import ChatRepositories
from desktop_app.services.chat.texts import checked_unsent, from_you
from desktop_app.services.chat.titles import cut, title_of
from desktop_app.services.chat.turn import TurnRunner
from desktop_app.services.coach_writes import CoachWrites
from desktop_app.services.goal_tool_handler import GoalToolHandler

NOT_DONE: Final = "This was not done: the other answer was kept."

ComparisonListener: TypeAlias = Callable[[Side, TurnEvent], None]


class CompareService:
    """Compares answers. Any call may raise StorageError, and NotFoundError for what is gone."""

    def __init__(
        self,
        repositories: ChatRepositories,
        coach: CoachWrites,
        turns: TurnRunner,
        one_turn: OneTurnEach,
        now: Callable[[], datetime],
    ) -> None:
        self._conversations = repositories.conversations
        self._comparisons = repositories.comparisons
        self._coach = coach
        self._turns = turns
        self._one_turn = one_turn
        self._now = now

    async def compare(
        self,
        conversation_id: ConversationId | None,
        text: str,
        options: tuple[TurnOptions, TurnOptions],
        listener: ComparisonListener,
        attachments: tuple[AttachmentPart, ...] = (),
    ) -> Comparison:
        """Keep the person's message and let both models answer it, each telling its own turn.

        Both answers are stored as branches, with tool calls that are held (`ToolCallPart.is_held`). Nobody answers in
        the place of a model that cannot. Raises like `ChatService.send`; cancelling it stops both.
        """
        unsent = checked_unsent(Unsent(text, attachments))
        conversation = await self._begin(conversation_id, unsent, options[0].active_goal_id)
        with self._one_turn.turn_in(conversation.id):
            you = await self._conversations.add_message(conversation.id, from_you(unsent), self._now())
            coaches = [await self._reply(conversation.id, you, one) for one in options]
            comparison = await self._comparisons.begin(conversation.id, coaches[0], coaches[1], self._now())
            turns = (
                self._run(conversation, you, coach, replace(one, holds_tools=True), partial(listener, side))
                for side, coach, one in zip(Side, coaches, options, strict=True)
            )
            ended = await asyncio.gather(*turns, return_exceptions=True)
        for bug in ended:
            if bug is not None:
                raise bug
        return comparison

    async def undecided(self, conversation_id: ConversationId) -> Comparison | None:
        """The comparison of a conversation that waits for the person, also after a restart; None if none does."""
        return await self._comparisons.undecided(conversation_id)

    async def messages(self, comparison: Comparison) -> tuple[Message, Message, Message]:
        """What was asked, and the two answers as they are now. Raises NotFoundError."""
        first, second = comparison.message_ids
        path = await self._conversations.path_to(comparison.conversation_id, first)
        other = await self._conversations.path_to(comparison.conversation_id, second)
        return path[-2], path[-1], other[-1]

    async def keep(self, comparison_id: ComparisonId, side: Side, active_goal_id: GoalId | None = None) -> Transcript:
        """Keep one answer: its held tools run now, and the conversation goes on from it; the other stays a branch.

        Raises NotAllowedError for a comparison that is decided, and while an answer still comes in.
        """
        comparison = await self._comparisons.comparison(comparison_id)
        if comparison.kept is not None:
            raise NotAllowedError("One of these answers was kept already; the other is a branch beside it.")
        with self._one_turn.turn_in(comparison.conversation_id):
            return await to_the_end(self._keep(comparison, side, active_goal_id))

    async def wins(self) -> tuple[ModelWins, ...]:
        """How often each model's answer was kept, the one that won most first."""
        return await self._comparisons.wins()

    async def _begin(
        self, conversation_id: ConversationId | None, unsent: Unsent, goal_id: GoalId | None
    ) -> Conversation:
        if conversation_id is None:
            title = title_of(unsent.text) if unsent.text else cut(unsent.attachments[0].name)
            return await self._conversations.create(title, self._now(), goal_id)
        return await self._conversations.conversation(conversation_id)

    async def _reply(self, conversation_id: ConversationId, you: Message, options: TurnOptions) -> Message:
        choice = options.choice
        empty = Message(Role.COACH, (), status=MessageStatus.STREAMING, provider=choice.provider, model=choice.model)
        return await self._conversations.add_branch(conversation_id, you.id, empty, self._now())

    async def _run(
        self,
        conversation: Conversation,
        you: Message,
        coach: Message,
        options: TurnOptions,
        listener: Callable[[TurnEvent], None],
    ) -> None:
        places = await self._conversations.places(conversation.id)
        listener(TurnStarted(conversation, you, coach, places))
        history = await self._conversations.path_to(conversation.id, you.id or MessageId(0))
        await self._turns.run(conversation, history, coach, options, listener)

    async def _keep(self, comparison: Comparison, side: Side, active_goal_id: GoalId | None) -> Transcript:
        kept_id = comparison.message_id(side)
        kept = await self._message(comparison, side)
        author = Author(AuthorKind.COACH, kept.provider, kept.model, comparison.conversation_id)
        tools = GoalToolHandler(self._coach, author, active_goal_id, lambda: self._now().astimezone().date())
        # Decided first: should the program end among the tools, none of them runs twice.
        await self._comparisons.decide(comparison.id, side)
        await self._conversations.choose(kept_id)
        parts = [await self._done(part, tools) for part in kept.parts]
        await self._conversations.save_message(replace(kept, parts=tuple(parts)))
        other = await self._message(comparison, side.other)
        await self._conversations.save_message(replace(other, parts=tuple(map(_not_done, other.parts))))
        await self._keep_goal(comparison.conversation_id, parts)
        return await self._conversations.transcript(comparison.conversation_id)

    async def _message(self, comparison: Comparison, side: Side) -> Message:
        path = await self._conversations.path_to(comparison.conversation_id, comparison.message_id(side))
        return path[-1]

    async def _done(self, part: Part, tools: GoalToolHandler) -> Part:
        if not isinstance(part, ToolCallPart) or not part.is_held:
            return part
        result = await tools.run(ToolCall(part.call_id, part.name, part.arguments))
        return replace(part, result=result.text, ok=result.ok, goal_id=result.goal_id, revision_id=result.revision_id)

    async def _keep_goal(self, conversation_id: ConversationId, parts: list[Part]) -> None:
        made = [part.goal_id for part in parts if isinstance(part, ToolCallPart) and part.goal_id is not None]
        if made and (await self._conversations.conversation(conversation_id)).goal_id is None:
            await self._conversations.set_goal(conversation_id, made[0])


def _not_done(part: Part) -> Part:
    if isinstance(part, ToolCallPart) and part.is_held:
        return replace(part, result=NOT_DONE, ok=False)
    return part
