"""A loopback server that plays a list of answers, and turns asked of a service in a line."""

from collections import deque
from collections.abc import Sequence
from contextlib import aclosing

from desktop_app.domain.goals import UserPhase
from desktop_app.domain.messages import Message
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.events import Event
from desktop_app.llm.tools import ToolHandler
from tests.llm.contract.provider import you
from tests.llm.contract.server import Answer, LoopbackServer, SeenRequest

NOTHING_LEFT = Answer.of_json({"error": {"type": "test", "message": "beyond the script"}}, 500)


class PlayedServer(LoopbackServer):
    """Answers each request with the next of `answers`, and with status 500 when none is left."""

    def __init__(self) -> None:
        super().__init__(self._next)
        self.answers: deque[Answer] = deque()

    def play(self, *answers: Answer) -> None:
        """Add answers."""
        self.answers.extend(answers)

    def _next(self, _request: SeenRequest) -> Answer:
        return self.answers.popleft() if self.answers else NOTHING_LEFT


async def turn(
    service: BaseLLMService,
    messages: Sequence[Message] | str = "Hello",
    *,
    model: str = "some-model",
    tools: ToolHandler | None = None,
    seen: list[Event] | None = None,
) -> list[Event]:
    """All events of a turn without goals; they are added to `seen` one by one, for a turn that fails."""
    collected: list[Event] = [] if seen is None else seen
    conversation = [you(messages)] if isinstance(messages, str) else messages
    stream = service.stream_message(conversation, UserPhase.GOAL_SETTING, (), (), None, model=model, tools=tools)
    async with aclosing(stream) as events:
        async for event in events:
            collected.append(event)  # noqa: PERF401 - what came before a failure counts
    return collected
