"""The servers of the soak: they speak as Claude and Ollama do, and fail as they are told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from typing import Final

from tests.llm.claude.under_test import ClaudeUnderTest
from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.contract.script import ScriptedReply, reply
from tests.llm.contract.server import Answer, Ending, Pause, SeenRequest
from tests.llm.ollama.fake_ollama import FakeModel
from tests.llm.ollama.under_test import OllamaUnderTest

WHOLE: Final = "All is well."
HALF: Final = "All is"


class Fault(Enum):
    """What becomes of one model call: its weight in the draw, whether it may pass, whether it tells of health."""

    NONE = ("none", 50, False, False)
    SERVER = ("server", 12, True, True)
    OVERLOADED = ("overloaded", 8, True, True)
    RATE_LIMITED = ("rate limited", 8, True, False)
    RESET = ("reset", 8, True, True)
    EMPTY = ("empty", 6, True, True)
    SILENT = ("silent", 1, True, True)
    BROKEN = ("broken", 4, False, True)
    KEY = ("key", 3, False, False)

    def __init__(self, _name: str, weight: int, is_retried: bool, is_illness: bool) -> None:
        self.weight = weight
        self.is_retried = is_retried
        self.is_illness = is_illness


class _Faulty:
    """Puts faults in front of a provider under test."""

    model: str

    def __init__(self, under_test: ProviderUnderTest, overloaded: int) -> None:
        self._under_test = under_test
        self._overloaded = overloaded
        self._faults: deque[Fault] = deque()
        self.made = 0
        self._answer_well = under_test.server._answer  # noqa: SLF001 - what the faults stand in front of
        under_test.server._answer = self._answer  # noqa: SLF001

    async def start(self) -> str:
        """Listen; the base URL."""
        return await self._under_test.server.start()

    async def stop(self) -> None:
        """Listen no more."""
        await self._under_test.server.stop()

    def play(self, faults: Sequence[Fault]) -> None:
        """What becomes of the next calls."""
        self._faults = deque(faults)
        self.made = 0
        self._under_test.server.requests.clear()
        self._under_test.turns.clear()

    @staticmethod
    def text_of(end: Fault | None) -> str:
        """What a turn that ended so has to say."""
        return {Fault.NONE: WHOLE, Fault.BROKEN: HALF}.get(end, "") if end else ""

    def _answer(self, request: SeenRequest) -> Answer:  # noqa: PLR0911 - one for each fault
        if not self._under_test.is_model_call(request):
            return self._answer_well(request)
        self.made += 1
        fault = self._faults.popleft()
        match fault:
            case Fault.SERVER | Fault.OVERLOADED | Fault.RATE_LIMITED | Fault.KEY:
                status = {Fault.SERVER: 500, Fault.RATE_LIMITED: 429, Fault.KEY: 401}.get(fault, self._overloaded)
                return self._well(ScriptedReply(status=status, message="no"), request)
            case Fault.RESET:
                return replace(self._well(reply(WHOLE), request), reset_after=0)
            case Fault.EMPTY:
                return self._well(ScriptedReply(is_ended=False), request)
            case Fault.SILENT:
                return replace(self._well(ScriptedReply(is_ended=False), request), before=Pause(asyncio.Event()))
            case Fault.BROKEN:
                return self._well(replace(reply(HALF), is_ended=False, ending=Ending.CUT), request)
            case Fault.NONE:
                return self._well(reply(WHOLE), request)

    def _well(self, scripted: ScriptedReply, request: SeenRequest) -> Answer:
        self._under_test.script(scripted)
        return self._answer_well(request)


class FaultyClaude(_Faulty):
    """The Messages API."""

    model = ClaudeUnderTest.model

    def __init__(self) -> None:
        super().__init__(ClaudeUnderTest(), overloaded=529)


class FaultyOllama(_Faulty):
    """Ollama's native protocol, with one model that is loaded."""

    model = OllamaUnderTest.model

    def __init__(self) -> None:
        ollama = OllamaUnderTest()
        ollama.models = [FakeModel(self.model, loaded_context=32_768)]
        super().__init__(ollama, overloaded=503)
