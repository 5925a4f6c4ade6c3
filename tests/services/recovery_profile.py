"""A profile with three scripted providers, in which waiting takes no time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text

from desktop_app.backend import Backend
from desktop_app.domain.messages import Message
from desktop_app.domain.providers import ModelChoice
from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.failures import failure
from desktop_app.llm.resilience.backoff import BackoffPolicy
from desktop_app.llm.resilience.guard import Reliability
from desktop_app.llm.scripted import MODEL, ScriptedService, Step
from desktop_app.paths import Paths
from desktop_app.services.chat import TurnEnded, TurnEvent, TurnOptions, TurnStarted
from desktop_app.settings.sources import read_sources
from tests.services.conftest import NOW, TODAY


class Named(ScriptedService):
    """A scripted provider under another name."""

    def __init__(self, name: str, label: str) -> None:
        self.provider_name = name
        self.label = label
        super().__init__(lambda: TODAY, ())


@dataclass
class Profile:
    """A profile with Claude, Ollama and the built-in coach, all scripted; waits take no time but are kept."""

    folder: Path
    slept: list[float] = field(default_factory=list)
    now: float = 0.0
    events: list[TurnEvent] = field(default_factory=list)
    on_sleep: asyncio.Event | None = None

    def __post_init__(self) -> None:
        self.claude, self.ollama = Named("claude", "Claude"), Named("ollama", "Ollama")
        self.builtin = Named("builtin", "Built-in")

    async def open(self) -> None:
        reliability = Reliability(BackoffPolicy(), clock=lambda: self.now, sleep=self.sleep, random=lambda: 0.5)
        self.backend = await Backend.open(
            Paths(self.folder, self.folder, self.folder),
            read_sources((), {"ANTHROPIC_API_KEY": "sk-test"}, self.folder),
            lambda: NOW,
            (self.claude, self.ollama, self.builtin),
            reliability,
        )
        await self.backend.preferences.load()
        await self.backend.models.refresh()

    async def sleep(self, delay_s: float) -> None:
        self.slept.append(delay_s)
        self.now += delay_s
        if self.on_sleep is not None:
            self.on_sleep.set()
            await asyncio.Event().wait()

    @property
    def options(self) -> TurnOptions:
        return TurnOptions(ModelChoice("claude", MODEL))

    async def send(self, options: TurnOptions | None = None) -> Message:
        """Send a message; the reply as it is kept."""
        self.events.clear()
        await self.backend.chat.send(None, "Hi", options or self.options, self.events.append)
        return await self.kept()

    async def kept(self) -> Message:
        started = self.events[0]
        assert isinstance(started, TurnStarted)
        return (await self.backend.chat.transcript(started.conversation.id)).messages[-1]

    @property
    def ended(self) -> TurnEnded:
        last = self.events[-1]
        assert isinstance(last, TurnEnded)
        return last

    def outcomes(self) -> list[tuple[str, str]]:
        """Provider and outcome of every model call that was written down."""
        engine = create_engine(f"sqlite:///{self.folder / 'goalgetter.db'}")
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT provider, outcome FROM usage_records ORDER BY id")).all()
        engine.dispose()
        return [(row.provider, row.outcome) for row in rows]


def down(kind: ErrorKind = ErrorKind.SERVER) -> Sequence[Step]:
    return [failure(kind, "Claude")]
