"""A provider under test: a real service in front of a scripted loopback server that speaks its protocol."""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import date
from typing import ClassVar, TypeAlias

from desktop_app.domain.goals import Goal, UserPhase
from desktop_app.domain.messages import Message, Role, TextPart
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.events import Event, ToolCall, ToolResult
from desktop_app.llm.tools import ToolArgumentsError, ToolHandler, parse_arguments
from tests.llm.contract.script import ScriptedReply, SeenMessage
from tests.llm.contract.server import Answer, LoopbackServer, Piece, SeenRequest
from tests.llm.contract.strangers import check_nothing_strange

TODAY = date(2026, 11, 21)
TurnArguments: TypeAlias = tuple[Sequence[Message], UserPhase, Sequence[Goal], tuple[()], None]


class ProviderUnderTest(ABC):
    """Subclasses teach it one protocol: how a reply is written, how a request is read.

    `script` says what the next model calls answer, in order; a call beyond the script is answered with status 500 and
    fails the test in `stop`.
    """

    model: str
    can_reason: ClassVar[bool] = True
    reports_cached_tokens: ClassVar[bool] = True
    reports_reasoning_tokens: ClassVar[bool] = True
    can_refuse: ClassVar[bool] = True
    own_variables: ClassVar[frozenset[str]] = frozenset()  # keys in the environment that are this provider's
    # Whether the model in its small window is asked for a summary; others get a list of facts.
    sums_up: ClassVar[bool] = True
    kinds_of_break: ClassVar[frozenset[ErrorKind]] = frozenset({ErrorKind.PROTOCOL, ErrorKind.NETWORK})

    def __init__(self) -> None:
        self.server = LoopbackServer(self._answer)
        self.turns: list[SeenRequest] = []
        self.unscripted = 0
        self._script: deque[ScriptedReply] = deque()
        self._service: BaseLLMService | None = None

    @abstractmethod
    def make_service(self, base_url: str) -> BaseLLMService:
        """The real service, pointed at the server."""

    @abstractmethod
    def is_model_call(self, request: SeenRequest) -> bool:
        """Whether `request` asks for a reply; others go to `answer_other`."""

    @abstractmethod
    def encode(self, reply: ScriptedReply) -> Sequence[Piece]:
        """The body of `reply` as the protocol has it; a `Pause` among the steps is passed on as it is."""

    @abstractmethod
    def conversation(self, request: SeenRequest) -> list[SeenMessage]:
        """The messages that a model call carried, in order."""

    @abstractmethod
    def offered_tools(self, request: SeenRequest) -> list[str]:
        """The names of the tools that a model call offered."""

    @abstractmethod
    def headers(self) -> dict[str, str]:
        """Headers of a streamed reply, its content type at least."""

    def answer_other(self, request: SeenRequest) -> Answer:
        """Answers requests that are no model calls (lists of models and the like)."""
        return Answer.of_json({"error": f"no {request.path} here"}, 404)

    def refusal(self, reply: ScriptedReply) -> Answer:
        """The answer to a call whose script has another status than 200."""
        return Answer.of_json({"error": reply.message}, reply.status)

    async def narrow(self) -> int:
        """Let the model have a window of some 16,000 tokens or less, as far as the service knows; returns it."""
        window = (await self.service.context_limit(self.model)).window
        assert window is not None
        assert window <= 16_384
        return window

    @property
    def service(self) -> BaseLLMService:
        """The service; after `start`."""
        assert self._service is not None
        return self._service

    @property
    def name(self) -> str:
        """The provider's name, whichever of several servers it is."""
        return self.service.provider_name.partition(":")[0]

    async def start(self) -> None:
        """Start the server and make the service."""
        self._service = self.make_service(await self.server.start())

    async def stop(self) -> None:
        """Close the service and the server.

        Fails when the script does not fit what was asked, and when a request was meant for another server or carries
        a key of another provider.
        """
        await self.service.aclose()
        await self.server.stop()
        check_nothing_strange(self.server.requests, self.server.base_url, self.own_variables)
        assert not self.unscripted, f"{self.unscripted} calls more than scripted"

    def script(self, *replies: ScriptedReply) -> None:
        """Add what the next model calls answer."""
        self._script.extend(replies)

    def stream(
        self,
        messages: Sequence[Message] | str,
        *,
        tools: ToolHandler | None = None,
        model: str | None = None,
        goals: Sequence[Goal] = (),
    ) -> AsyncGenerator[Event, None]:
        """The turn's generator; `messages` as text is a conversation of that one message."""
        arguments = self.arguments(messages, goals)
        return self.service.stream_message(*arguments, model=model or self.model, tools=tools)

    def arguments(self, messages: Sequence[Message] | str, goals: Sequence[Goal] = ()) -> TurnArguments:
        """What a turn on `messages` is asked with."""
        conversation = [you(messages)] if isinstance(messages, str) else messages
        return conversation, UserPhase.GOAL_SETTING, goals, (), None

    async def turn(
        self,
        messages: Sequence[Message] | str,
        *,
        tools: ToolHandler | None = None,
        model: str | None = None,
        goals: Sequence[Goal] = (),
    ) -> list[Event]:
        """All events of a turn."""
        async with aclosing(self.stream(messages, tools=tools, model=model, goals=goals)) as events:
            return [event async for event in events]

    def _answer(self, request: SeenRequest) -> Answer:
        if not self.is_model_call(request):
            return self.answer_other(request)
        self.turns.append(request)
        if not self._script:
            self.unscripted += 1
            return Answer.of_json({"error": "beyond the script"}, 500)
        reply = self._script.popleft()
        if reply.status != 200:
            return self.refusal(reply)
        pieces = self.encode(reply)
        if reply.bytes_per_piece:
            pieces = _recut(pieces, reply.bytes_per_piece)
        answer = Answer(pieces, 200, self.headers(), reply.ending)
        return reply.spoiled(answer) if reply.spoiled else answer


def _recut(pieces: Sequence[Piece], size: int) -> list[Piece]:
    body = b"".join(piece for piece in pieces if isinstance(piece, bytes))
    return [body[start : start + size] for start in range(0, len(body), size)]


def you(text: str) -> Message:
    """A message of the person."""
    return Message(Role.YOU, (TextPart(text),))


class RecordingTools:
    """Runs no tool: checks the arguments as the real handler does, knows the goals 1 to 9, and keeps the calls."""

    def __init__(self) -> None:
        self.calls: list[ToolCall] = []
        self.results: list[ToolResult] = []

    async def run(self, call: ToolCall) -> ToolResult:
        """Keep the call and answer it."""
        self.calls.append(call)
        result = self._result(call)
        self.results.append(result)
        return result

    def _result(self, call: ToolCall) -> ToolResult:
        try:
            arguments = parse_arguments(call.name, call.arguments)
        except ToolArgumentsError as error:
            return ToolResult(call.call_id, call.name, str(error), ok=False)
        goal_id = getattr(arguments, "goal_id", 1)
        if goal_id not in range(1, 10):
            return ToolResult(call.call_id, call.name, f"There is no goal {goal_id}.", ok=False)
        return ToolResult(call.call_id, call.name, f"{call.name} is done.")
