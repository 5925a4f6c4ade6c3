"""What an answer of a server that fails must become, whichever service reads it."""

import traceback
from dataclasses import dataclass

import pytest

from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.errors import ErrorKind, ProviderError
from tests.llm.contract.server import Answer
from tests.llm.played import PlayedServer, turn


@dataclass(frozen=True)
class Case:
    """An answer, and the failure that it means."""

    answer: Answer
    kind: ErrorKind
    retry_after_s: float | None = None
    says: str = ""


async def check_failure(server: PlayedServer, service: BaseLLMService, case: Case, key: str) -> None:
    """A turn that `server` answers so fails once, as `case` says, and `key` is told to nobody."""
    server.play(case.answer)
    with pytest.raises(ProviderError) as raised:
        await turn(service)
    assert raised.value.kind is case.kind
    assert raised.value.retry_after_s == case.retry_after_s
    assert case.says in str(raised.value)
    assert len(server.requests) == 1, "the SDKs must not retry by themselves"
    assert key not in raised.value.details
    assert key not in "".join(traceback.format_exception(raised.value)), "it would reach the log"
