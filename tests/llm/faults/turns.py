"""A turn that may fail, and the turn after it, which must not."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field

from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, TextDelta
from desktop_app.llm.tools import ToolHandler
from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.contract.script import reply


@dataclass
class Outcome:
    """What came of a turn."""

    events: list[Event] = field(default_factory=list)
    error: ProviderError | None = None

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def kind(self) -> ErrorKind | None:
        """The kind of the failure, None for a turn that ended as it should."""
        if self.error is not None:
            return self.error.kind
        assert isinstance(self.events[-1], Done)
        return None


async def outcome_of(
    provider: ProviderUnderTest,
    *,
    tools: ToolHandler | None = None,
    came: asyncio.Event | None = None,
    service: BaseLLMService | None = None,
) -> Outcome:
    """What comes of the next turn; `came` is set with its first text. Any other exception is a bug.

    A `service` that is given is asked in place of the provider's own, and closed.
    """
    outcome = Outcome()
    asked = service or provider.service
    stream = asked.stream_message(*provider.arguments("Hello"), model=provider.model, tools=tools)
    try:
        async with aclosing(stream) as events:
            async for event in events:
                outcome.events.append(event)
                if came is not None and outcome.text:
                    came.set()
    except ProviderError as error:
        outcome.error = error
    if service is not None:
        await service.aclose()
    return outcome


async def check_usable(provider: ProviderUnderTest) -> None:
    """The next turn on the same service is as if nothing had been."""
    provider.script(reply("Back again"))
    outcome = await outcome_of(provider)
    assert (outcome.kind, outcome.text) == (None, "Back again"), str(outcome.error)
