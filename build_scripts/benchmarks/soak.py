"""A thousand turns against providers that fail at random, from a seed: nothing is lost, nothing piles up.

Claude and Ollama are the real services, in front of servers on the loopback that refuse, break off, fall silent and
answer as a script says, which is drawn from the seed. What each turn must become is worked out beforehand by a model of
retries, breaker and fallback; time is the soak's own, so that waits take none.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil

from build_scripts.benchmarks.measure import Measure
from build_scripts.benchmarks.soak_servers import Fault, FaultyClaude, FaultyOllama
from desktop_app.backend import Backend
from desktop_app.domain.ids import ConversationId
from desktop_app.domain.providers import ModelChoice
from desktop_app.llm.resilience.guard import Reliability
from desktop_app.paths import Paths
from desktop_app.services.chat import TurnEvent, TurnOptions, TurnStarted
from desktop_app.settings import read_sources

SEED: Final = 20261127
TURNS: Final = 1_000
_WARM_UP: Final = 0.2  # of the turns: caches and pools fill
_TURNS_A_CHAT: Final = 5
_MEASURED_EVERY: Final = 10
_TRIES, _OPENS_AT, _COOLDOWN_S, _LONGEST_S = 3, 5, 30.0, 120.0


@dataclass
class Expected:
    """A model of one provider's guard: how many calls a turn makes, and whether it is answered."""

    in_a_row: int = 0
    open_until: float | None = None
    cooldown_s: float = _COOLDOWN_S

    def turn(self, faults: list[Fault], now: float) -> tuple[Fault | None, int]:
        """What the turn ends with (None if no call may be made) and how many of `faults` it uses up."""
        made = 0
        while True:
            if self.is_open(now):
                return (None, 0) if made == 0 else (faults[made - 1], made)
            fault = faults[made]
            made += 1
            is_probe = self.open_until is not None
            if fault is Fault.NONE:
                self.in_a_row, self.open_until, self.cooldown_s = 0, None, _COOLDOWN_S
                return fault, made
            if fault.is_illness:
                self._fail(now, is_probe=is_probe)
            if not fault.is_retried or made == _TRIES or self.is_open(now):
                return fault, made

    def is_open(self, now: float) -> bool:
        """Whether calls are refused."""
        return self.open_until is not None and now < self.open_until

    def _fail(self, now: float, *, is_probe: bool) -> None:
        self.in_a_row += 1
        if is_probe:
            self.cooldown_s = min(self.cooldown_s * 2, _LONGEST_S)
        if is_probe or self.in_a_row >= _OPENS_AT:
            self.open_until = now + self.cooldown_s


@dataclass
class Soak:
    """One run; `wrong` gathers what was not as it had to be."""

    turns: int
    seed: int = SEED
    now: float = 1_000.0
    wrong: list[str] = field(default_factory=list)
    kept: int = 0
    memory: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)

    async def run(self) -> None:
        """All turns, on a profile that is thrown away."""
        claude, ollama = FaultyClaude(), FaultyOllama()
        variables = {
            "ANTHROPIC_API_KEY": "sk-soak-0123456789",
            "ANTHROPIC_BASE_URL": await claude.start(),
            "OLLAMA_HOST": await ollama.start(),
            "GOALGETTER_FIRST_PIECE_SECONDS": "0.5",
            "GOALGETTER_BETWEEN_PIECES_SECONDS": "0.5",
            "GOALGETTER_LOADING_SECONDS": "0.5",
            "GOALGETTER_REASONING_SECONDS": "0.5",
            "GOALGETTER_FALLBACK_ORDER": "ollama",
            "GOALGETTER_TRACING_ENABLED": "false",
        }
        with tempfile.TemporaryDirectory(prefix="goalgetter-soak-") as folder:
            own = Path(folder)
            paths = Paths(own / "data", own / "cache", own / "logs")
            means = Reliability(clock=lambda: self.now, sleep=_no_time, random=lambda: 0.5)
            backend = await Backend.open(
                paths, read_sources((), variables, own), lambda: datetime.now(UTC), reliability=means
            )
            await backend.load()
            await backend.models.refresh("claude", "ollama")
            choice = ModelChoice("claude", FaultyClaude.model)
            await self._turns(backend, choice, claude, ollama)
            await backend.close()
        await claude.stop()
        await ollama.stop()

    async def _turns(self, backend: Backend, choice: ModelChoice, claude: FaultyClaude, ollama: FaultyOllama) -> None:
        chance = random.Random(self.seed)  # noqa: S311 - a soak that can be repeated
        first, second = Expected(), Expected()
        chat: ConversationId | None = None
        for number in range(self.turns):
            if number % _TURNS_A_CHAT == 0:
                chat = None
            self.now += chance.choice((0.0, 0.0, 5.0, 20.0, 40.0))
            chat = await self._turn(backend, choice, (claude, ollama), (first, second), chance, number, chat)
            if number >= self.turns * _WARM_UP and number % _MEASURED_EVERY == 0:
                self._measure()

    async def _turn(
        self,
        backend: Backend,
        choice: ModelChoice,
        servers: tuple[FaultyClaude, FaultyOllama],
        models: tuple[Expected, Expected],
        chance: random.Random,
        number: int,
        chat: ConversationId | None,
    ) -> ConversationId:
        drawn = [[_drawn(chance) for _ in range(_TRIES)] for _ in servers]
        end, made = models[0].turn(drawn[0], self.now)
        answers, made_by_second = "claude", 0
        # A provider that is left alone is not asked to step in.
        if (end is None or end.is_retried) and not models[1].is_open(self.now):
            answers = "ollama"
            end, made_by_second = models[1].turn(drawn[1], self.now)
        for server, faults in zip(servers, drawn, strict=True):
            server.play(faults)
        events: list[TurnEvent] = []
        await backend.chat.send(chat, f"Turn {number}", TurnOptions(choice, with_tools=False), events.append)
        started = next(event for event in events if isinstance(event, TurnStarted))
        messages = (await backend.chat.transcript(started.conversation.id)).messages
        reply = messages[-1]
        self.kept += messages[-2].text == f"Turn {number}"
        found = (reply.provider, reply.status.value, reply.text, servers[0].made, servers[1].made)
        text = FaultyClaude.text_of(end)
        status = "complete" if end is Fault.NONE else "failed"
        wanted = (answers, status, text, made, made_by_second)
        if found != wanted:
            self.wrong.append(f"turn {number}: {found} in the place of {wanted}, faults {drawn}")
        return started.conversation.id

    def _measure(self) -> None:
        process = psutil.Process()
        gc.collect()
        self.memory.append(process.memory_info().rss)
        self.files.append(process.num_fds() if hasattr(process, "num_fds") else len(process.open_files()))


async def _no_time(_delay_s: float) -> None:
    await asyncio.sleep(0)


def _drawn(chance: random.Random) -> Fault:
    return chance.choices(list(Fault), weights=[fault.weight for fault in Fault])[0]


def soak(turns: int, seed: int = SEED) -> Soak:
    """Run `turns` turns from `seed`, to be looked at."""
    done = Soak(turns, seed)
    logger = logging.getLogger("desktop_app")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # each fault that is played would be told
    try:
        asyncio.run(done.run())
    finally:
        logger.setLevel(level)
    return done


def run() -> list[Measure]:
    """The long form. A figure of wrong turns has nothing to be compared with: it must be none."""
    done = soak(int(os.environ.get("GOALGETTER_SOAK_TURNS", TURNS)))
    for line in done.wrong[:10]:
        print(line)
    return [
        Measure("turns that were not as the model says", len(done.wrong), "turns", 0, done.turns),
        Measure("messages that are not in the database", done.turns - done.kept, "messages", 0, done.turns),
        Measure("memory at the end to the beginning", _growth(done.memory), "bytes", 1.1, done.memory[0]),
        Measure("open files at the end to the beginning", _growth(done.files), "files", 1.1, done.files[0]),
    ]


def _growth(figures: Sequence[int]) -> float:
    """The last tenth against the first, so that one figure decides nothing."""
    part = max(len(figures) // 10, 1)
    return (sum(figures[-part:]) / part) / (sum(figures[:part]) / part)
