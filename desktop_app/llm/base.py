"""What every provider can do: `BaseLLMService`."""

import json
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar

from desktop_app.domain.goal_list import KnownGoal
from desktop_app.domain.goal_notes import NO_NOTES, GoalNotes
from desktop_app.domain.goals import GoalDraft, UserPhase
from desktop_app.domain.ids import ConversationId, GoalId, MessageId
from desktop_app.domain.messages import Message, MessageStatus, Role, TextPart
from desktop_app.domain.providers import ContextUse, FetchProgress, ModelInfo, ModelOffer, ProviderHealth
from desktop_app.llm.call_account import CallAccount, NoAccount
from desktop_app.llm.catalog.catalog import model_facts
from desktop_app.llm.collector import PartsCollector
from desktop_app.llm.context_window import ContextLimit, message_tokens
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, TextDelta
from desktop_app.llm.fitted_turn import Answerer, FittedTurn, history_to_send
from desktop_app.llm.folding import SUMMARY_PROMPT
from desktop_app.llm.in_use import InUse
from desktop_app.llm.prompts import SystemPrompt, build_system_prompt
from desktop_app.llm.resilience.guard import NO_RETRIES, CallGuard
from desktop_app.llm.resilience.wait import RetryWait
from desktop_app.llm.tokens import TokenCount, TokenEstimates, raw_tokens
from desktop_app.llm.tools import TOOLS, ToolHandler
from desktop_app.llm.turn_trace import NO_TRACES, CallTraces, TurnTrace, untraced
from desktop_app.tracing.records import Kind, SpanRecord

MAX_TOOL_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """What a turn is asked with; `messages` ends with the person's newest one. `tools` None offers no tools.

    `prompt` stands in place of the coach's own, for a task beside the conversation.
    """

    messages: tuple[Message, ...]
    user_phase: UserPhase
    saved_goals: tuple[KnownGoal, ...]
    draft_goals: tuple[GoalDraft, ...]
    active_goal_id: GoalId | None
    model: str
    tools: ToolHandler | None
    wait: RetryWait | None = None
    prompt: SystemPrompt | None = None
    trace: TurnTrace = field(default_factory=untraced)
    account: CallAccount = field(default_factory=NoAccount)
    notes: GoalNotes = NO_NOTES

    def traced_calls(self) -> CallTraces:
        """Records the model calls that answer this request."""
        return self.trace.calls(self.messages, is_beside=self.prompt is not None)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole turn, collected."""

    message: Message
    done: Done


class BaseLLMService(ABC):
    """One provider. Instances are made by the factory, live as long as the window and share one connection pool.

    `provider_name` is what storage and settings know it by, `label` what the person reads. Whoever makes a service
    gives it the `tracer` that its turns are to be traced by.
    """

    provider_name: str
    label: str
    # Whether its models write summaries that are better than a list of facts.
    can_sum_up: ClassVar[bool] = True

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today
        self.tracer = NO_TRACES
        # What runs is let to its end before a service is closed whose settings changed.
        self.in_use = InUse()
        self._guard: CallGuard | None = None
        # The factory gives all services one; what was learned outlives the program there.
        self.estimates = TokenEstimates()
        self._tools_tokens: float | None = None

    @property
    def guard(self) -> CallGuard:
        """What stands around each model call; until `be_guarded` every failure is final."""
        if self._guard is None:
            self._guard = CallGuard(self.label, NO_RETRIES)
        return self._guard

    def be_guarded(self, guard: CallGuard) -> None:
        """Let `guard` stand around the calls from now on."""
        self._guard = guard

    async def stream_message(
        self,
        messages: Sequence[Message],
        user_phase: UserPhase,
        saved_goals: Sequence[KnownGoal],
        draft_goals: Sequence[GoalDraft],
        active_goal_id: GoalId | None,
        *,
        model: str,
        tools: ToolHandler | None,
        wait: RetryWait | None = None,
        conversation_id: ConversationId | None = None,
        message_id: MessageId | None = None,
        trace_id: str | None = None,
        account: CallAccount | None = None,
        notes: GoalNotes = NO_NOTES,
    ) -> AsyncGenerator[Event, None]:
        """Stream one turn, tools included, ending with `Done`. `messages` ends with the person's newest one.

        Raises ProviderError. Closing the generator closes the connection. `tools=None` offers the model no tools;
        `wait` can cut short what is waited before a call is tried again. The ids, of the reply that is made, are for
        the turn's trace; `trace_id` puts it into one that another provider's try began. `account` is asked before
        each model call, and says what it cost. `notes` tell of goals that are not among `saved_goals`.
        """
        attributes = {
            "user_phase": str(user_phase),
            "messages": len(messages),
            "goals": len(saved_goals) + len(draft_goals),
            "tools": [tool.name for tool in TOOLS] if tools is not None else [],
        }
        record = SpanRecord(
            Kind.TURN,
            "turn",
            provider=self.provider_name,
            model=model,
            conversation_id=conversation_id,
            message_id=message_id,
            trace_id=trace_id or "",
            attributes=attributes,
        )
        sent = tuple(messages)
        trace = TurnTrace(self.tracer, record, sent)
        request = TurnRequest(
            sent,
            user_phase,
            tuple(saved_goals),
            tuple(draft_goals),
            active_goal_id,
            model,
            trace.watching(tools),
            wait,
            trace=trace,
            account=account or NoAccount(),
            notes=notes,
        )
        with self.in_use.one_more(), trace.recorded():
            answerer = await self._answerer(request)
            request.account.expect(answerer.tokens_of(history_to_send(answerer, request.messages)))
            turn = FittedTurn(answerer, request.messages)
            async with aclosing(turn.events()) as events:
                async for event in events:
                    if not isinstance(event, TextDelta):
                        trace.add(event)
                    yield event

    async def count_tokens(
        self,
        messages: Sequence[Message],
        user_phase: UserPhase,
        saved_goals: Sequence[KnownGoal],
        draft_goals: Sequence[GoalDraft],
        active_goal_id: GoalId | None,
        *,
        model: str,
        tools: ToolHandler | None,
    ) -> TokenCount:
        """The input tokens of a turn: counted where the provider has a way to, which may ask it, else estimated.

        Nothing is answered. Does not raise where the provider fails: then it is an estimate, too.
        """
        request = TurnRequest(
            tuple(messages), user_phase, tuple(saved_goals), tuple(draft_goals), active_goal_id, model, tools
        )
        answerer = await self._answerer(request)
        history = history_to_send(answerer, request.messages)
        try:
            counted = await self._count(replace(request, messages=history))
        except ProviderError:
            counted = None
        if counted is not None:
            return TokenCount(counted, is_estimated=False)
        return TokenCount(answerer.tokens_of(history), is_estimated=True)

    async def context_use(
        self,
        messages: Sequence[Message],
        user_phase: UserPhase,
        saved_goals: Sequence[KnownGoal],
        draft_goals: Sequence[GoalDraft],
        active_goal_id: GoalId | None,
        *,
        model: str,
        notes: GoalNotes = NO_NOTES,
    ) -> ContextUse:
        """How much of the model's window a conversation fills, instructions and tools included; an estimate."""
        request = TurnRequest(
            tuple(messages),
            user_phase,
            tuple(saved_goals),
            tuple(draft_goals),
            active_goal_id,
            model,
            None,
            notes=notes,
        )
        answerer = await self._answerer(request)
        return ContextUse(answerer.tokens_of(history_to_send(answerer, request.messages)), answerer.window)

    async def context_limit(self, model: str) -> ContextLimit:
        """What `model` reads at once, as far as is known; may ask the provider. Raises ProviderError."""
        facts = await model_facts(self.provider_name, model, self._today())
        return ContextLimit(facts.context_window)

    def raw_tokens_of(self, message: Message, model: str) -> float:  # noqa: ARG002 - models may differ elsewhere
        """The guess for what a message is in a request to `model`; see `tokens.raw_tokens`."""
        return message_tokens(message)

    def raw_tokens_of_tools(self) -> float:
        """The guess for the tools in a request."""
        if self._tools_tokens is None:
            self._tools_tokens = raw_tokens(json.dumps(self.get_tools(), ensure_ascii=False))
        return self._tools_tokens

    async def _count(self, request: TurnRequest) -> int | None:  # noqa: ARG002 - some providers count
        """The input tokens of a turn by the provider's own tokenizer, None where it has none. Raises ProviderError."""
        return None

    async def _answerer(self, request: TurnRequest) -> Answerer:
        def sum_up(text: str) -> AsyncGenerator[Event, None]:
            asked = (Message(Role.YOU, (TextPart(text),)),)
            return self._stream_turn(replace(request, messages=asked, tools=None, prompt=SUMMARY_PROMPT))

        try:
            limit = await self.context_limit(request.model)
        except ProviderError:
            limit = ContextLimit(None)  # the call itself will tell, and may be tried again
        return Answerer(
            provider=self.provider_name,
            model=request.model,
            limit=limit,
            constant=raw_tokens(self.system_prompt_of(request).text) + self.raw_tokens_of_tools(),
            estimates=self.estimates,
            raw_tokens_of=lambda message: self.raw_tokens_of(message, request.model),
            stream=lambda messages: self._stream_turn(replace(request, messages=messages)),
            sum_up=sum_up if self.can_sum_up else None,
        )

    @abstractmethod
    def _stream_turn(self, request: TurnRequest) -> AsyncGenerator[Event, None]:
        """One turn as this provider makes it; what all have in common is around it, in `stream_message`."""

    def system_prompt_of(self, request: TurnRequest) -> SystemPrompt:
        """The system prompt of a turn."""
        return request.prompt or self.build_system_prompt(
            request.user_phase, request.saved_goals, request.draft_goals, request.active_goal_id, request.notes
        )

    @abstractmethod
    def get_tools(self) -> list[dict[str, Any]]:
        """The goal tools in this provider's wire format."""

    @abstractmethod
    async def list_models(self) -> tuple[ModelInfo, ...]:
        """The models that are really there, best default first. Raises ProviderError."""

    @abstractmethod
    async def check_health(self) -> ProviderHealth:
        """Whether it can be used, and if not, why and what to do. Does not raise for an expected failure."""

    async def prepare(self, on_health: Callable[[ProviderHealth], None]) -> None:
        """Get ready what a first message would wait for, telling each change of health; most have nothing to do."""
        on_health(await self.check_health())

    async def mend(self) -> None:
        """Do what `ProviderHealth.fix` names, as the person asked. Raises ProviderError where it does not work."""
        return

    def allow_download(self) -> None:
        """The person agreed to download what `ProviderHealth.download_bytes` tells of; most services need nothing."""
        return

    def offered_models(self) -> tuple[ModelOffer, ...] | None:
        """Models that `fetch_model` can get now, sensible ones first; None where it gets none, as with most."""
        return None

    def fetch_model(self, name: str) -> AsyncGenerator[FetchProgress, None]:
        """Get the model called `name`, telling the progress; closing the generator stops, and what came is kept.

        Raises ProviderError.
        """
        raise ProviderError(ErrorKind.BAD_REQUEST, f"{self.label} has no models to get, {name[:60]} neither.")

    @abstractmethod
    async def aclose(self) -> None:
        """Close connections and end child processes. The service is not used after."""

    def build_system_prompt(
        self,
        user_phase: UserPhase,
        saved_goals: Sequence[KnownGoal],
        draft_goals: Sequence[GoalDraft],
        active_goal_id: GoalId | None,
        notes: GoalNotes = NO_NOTES,
    ) -> SystemPrompt:
        """The system prompt of this turn; the same for every provider."""
        return build_system_prompt(self._today(), user_phase, saved_goals, draft_goals, active_goal_id, notes)

    async def send_message(
        self,
        messages: Sequence[Message],
        user_phase: UserPhase,
        saved_goals: Sequence[KnownGoal],
        draft_goals: Sequence[GoalDraft],
        active_goal_id: GoalId | None,
        *,
        model: str,
        tools: ToolHandler | None,
    ) -> Reply:
        """The same turn as `stream_message`, collected. Raises ProviderError."""
        collector = PartsCollector()
        done: Done | None = None
        stream = self.stream_message(
            messages, user_phase, saved_goals, draft_goals, active_goal_id, model=model, tools=tools
        )
        async with aclosing(stream) as events:
            async for event in events:
                collector.add(event)
                if isinstance(event, Done):
                    done = event
        if done is None:
            raise ProviderError(ErrorKind.PROTOCOL, f"{self.label} ended its answer without saying so. Try again.")
        message = Message(
            Role.COACH,
            collector.parts(),
            status=MessageStatus.COMPLETE,
            provider=self.provider_name,
            model=model,
            usage=done.usage,
        )
        return Reply(message, done)
