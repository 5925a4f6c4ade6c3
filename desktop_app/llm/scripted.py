"""A provider that plays a script: for the self-test where no model is at hand, and for tests of what stands above."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias

from desktop_app.domain.providers import HealthState, ModelInfo, ProviderHealth
from desktop_app.domain.usage import Usage
from desktop_app.llm.context_window import ContextLimit
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, TextDelta, UsageReported
from desktop_app.llm.tool_loop import ModelCall, ToolLoopService
from desktop_app.llm.tools import TOOLS

MODEL = "script"

Step: TypeAlias = Event | ProviderError | asyncio.Event


class ScriptedService(ToolLoopService):
    """Plays one entry of the script a model call. A call beyond the script fails: nothing is made up.

    An entry is the steps of the call: an event is given, a `ProviderError` raised, an `asyncio.Event` waited for.
    `calls` keeps what was asked. `limit` is what its model reads at once, `can_see` whether it sees images; it writes
    no summaries.
    """

    provider_name = "scripted"
    label = "Scripted"
    can_sum_up = False

    def __init__(self, today: Callable[[], date], script: Iterable[Sequence[Step]]) -> None:
        super().__init__(today)
        self._script = deque(script)
        self.calls: list[ModelCall] = []
        self.limit = ContextLimit(None)
        self.can_see: bool | None = None

    def extend(self, script: Iterable[Sequence[Step]]) -> None:
        """Play these entries after those that are left."""
        self._script.extend(script)

    @property
    def unplayed(self) -> int:
        """How many entries of the script are left."""
        return len(self._script)

    async def stream_call(self, call: ModelCall) -> AsyncGenerator[Event, None]:
        """Play the next entry; see `ToolLoopService.stream_call`."""
        self.calls.append(call)
        if not self._script:
            raise ProviderError(ErrorKind.PROTOCOL, "The script has no further answer.", is_lasting=True)
        letters = 0
        for step in self._script.popleft():
            await asyncio.sleep(0)
            if isinstance(step, ProviderError):
                raise step
            if isinstance(step, asyncio.Event):
                await step.wait()
                continue
            letters += len(step.text) if isinstance(step, TextDelta) else 0
            yield step
        yield UsageReported(Usage(output_tokens=letters // 4, cost_micro_usd=0, is_estimated=True))
        yield Done(Usage())

    def get_tools(self) -> list[dict[str, Any]]:
        """The goal tools as they are defined."""
        return [{"name": tool.name, "parameters": tool.json_schema()} for tool in TOOLS]

    async def context_limit(self, model: str) -> ContextLimit:  # noqa: ARG002 - there is one
        """As it was set; see `BaseLLMService.context_limit`."""
        return self.limit

    async def list_models(self) -> tuple[ModelInfo, ...]:
        """The one that plays the script."""
        model = ModelInfo(self.provider_name, MODEL, "Script", can_use_tools=True, can_see=self.can_see, is_local=True)
        return (model,)

    async def check_health(self) -> ProviderHealth:
        """Always working."""
        return ProviderHealth(HealthState.WORKING, "Plays a script")

    async def aclose(self) -> None:
        """Nothing is open."""
