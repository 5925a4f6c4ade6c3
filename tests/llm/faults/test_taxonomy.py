"""One vocabulary: what each answer, each error within a stream and each failure of a connection means, everywhere."""

import socket
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import pytest

from desktop_app.llm.errors import ErrorKind, ProviderError
from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.contract.script import ScriptedReply, reply
from tests.llm.contract.server import Answer
from tests.llm.faults import spoiling
from tests.llm.faults.error_answers import error_answer, rate_limit_event, server_error_event
from tests.llm.faults.turns import check_usable, outcome_of

# Stands in every error's text, and may stand nowhere else: servers repeat keys and prompts.
ECHO: Final = "the-servers-own-words"
# The built-in server is this computer's own process: whatever it refuses is a fault of the program, not of the person.
OWN: Final = {"builtin": ErrorKind.SERVER}


@dataclass(frozen=True)
class Row:
    """An answer and its kind; `codes`, `words`, `elsewhere` and `waits_elsewhere` are those of single providers."""

    status: int
    kind: ErrorKind
    elsewhere: Mapping[str, ErrorKind] = field(default_factory=lambda: OWN)
    words: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    waits_s: float | None = None
    body: bytes | None = None

    def answer(self, provider: str, key: str) -> Answer:
        words = f"{self.words.get(provider, self.words.get('', ''))} {ECHO} {key}"
        answer = error_answer(provider, self.status, words, self.codes.get(provider), self.headers)
        if self.body is None:
            return answer
        return replace(answer, pieces=[self.body], headers={"content-type": "text/html", **self.headers})

    def kind_for(self, provider: str) -> ErrorKind:
        return self.elsewhere.get(provider, self.kind)

    def waits_for(self, provider: str) -> float | None:
        # Ollama's client keeps no headers; the built-in server sends none.
        return None if provider in {"ollama", "builtin"} else self.waits_s


TOO_LONG: Final = {
    "claude": "prompt is too long: 213000 tokens > 200000 maximum",
    "ollama": "the input exceeds the context length",
}
TOO_LONG_CODES: Final = {
    "openai": "context_length_exceeded",
    "compatible": "exceed_context_size_error",
    "builtin": "exceed_context_size_error",
}
NO_CREDIT: Final = {"openai": "insufficient_quota", "compatible": "insufficient_quota"}
SPENT: Final = {"claude": "Your organization has reached its spend limit."}
NOT_PULLED: Final = {"": "model 'qwen3:8b' not found, try pulling it first"}
PAGE: Final = b"<html><h1>Bad Gateway</h1>the-servers-own-words</html>"

ROWS: Final = {
    "400": Row(400, ErrorKind.BAD_REQUEST),
    "400 too long": Row(400, ErrorKind.CONTEXT_TOO_LONG, {}, words=TOO_LONG, codes=TOO_LONG_CODES),
    "401": Row(401, ErrorKind.INVALID_KEY),
    "402": Row(402, ErrorKind.QUOTA),
    "403": Row(403, ErrorKind.PERMISSION),
    "404": Row(404, ErrorKind.MODEL_NOT_FOUND, words=NOT_PULLED),
    "408": Row(408, ErrorKind.TIMEOUT),
    "413": Row(413, ErrorKind.CONTEXT_TOO_LONG),
    "429": Row(429, ErrorKind.RATE_LIMITED),
    "429 with seconds": Row(429, ErrorKind.RATE_LIMITED, headers={"retry-after": "17"}, waits_s=17),
    "429 with milliseconds": Row(429, ErrorKind.RATE_LIMITED, headers={"retry-after-ms": "1500"}, waits_s=1.5),
    "429 without credit": Row(
        429,
        ErrorKind.QUOTA,
        {**OWN, "ollama": ErrorKind.RATE_LIMITED},
        words=SPENT,
        codes=NO_CREDIT,
        headers={"retry-after": "17"},
    ),
    "500": Row(500, ErrorKind.SERVER),
    "502 with a page": Row(502, ErrorKind.SERVER, body=PAGE),
    "503": Row(503, ErrorKind.OVERLOADED),
    "503 with seconds": Row(503, ErrorKind.OVERLOADED, headers={"retry-after": "5"}, waits_s=5),
    "503 with nothing": Row(503, ErrorKind.OVERLOADED, body=b""),
    "504": Row(504, ErrorKind.TIMEOUT),
    "529": Row(529, ErrorKind.OVERLOADED),
}


def check_is_told_safely(error: ProviderError | None, provider: ProviderUnderTest) -> None:
    """A sentence for a person, and nothing of what the server wrote, nor a key, on the screen or in the log."""
    assert error is not None
    shown = f"{error} {error.details} {''.join(traceback.format_exception(error))}"
    assert ECHO not in shown
    assert getattr(provider, "key", ECHO) not in shown
    assert str(error).strip()[0].isupper()


@pytest.mark.parametrize("name", ROWS)
async def test_each_answer_has_its_kind(provider: ProviderUnderTest, name: str) -> None:
    row = ROWS[name]
    answer = row.answer(provider.name, getattr(provider, "key", ""))
    provider.script(ScriptedReply(spoiled=lambda _whole: answer))
    outcome = await outcome_of(provider)
    assert outcome.kind is row.kind_for(provider.name)
    assert outcome.error is not None
    assert outcome.error.retry_after_s == row.waits_for(provider.name)
    check_is_told_safely(outcome.error, provider)
    assert len(provider.turns) == 1, "an SDK tried again by itself"
    await check_usable(provider)


async def test_an_error_in_mid_reply_is_that_of_the_server(provider: ProviderUnderTest) -> None:
    event = server_error_event(provider.name, ECHO)
    provider.script(ScriptedReply(reply("Half an ", "answer").steps, spoiled=spoiling.inserted(event, b"answer")))
    outcome = await outcome_of(provider)
    assert (outcome.kind, outcome.text) == (ErrorKind.SERVER, "Half an ")
    check_is_told_safely(outcome.error, provider)
    await check_usable(provider)


async def test_too_many_requests_can_be_told_in_mid_reply(provider: ProviderUnderTest) -> None:
    event = rate_limit_event(provider.name, ECHO)
    if event is None:
        pytest.skip("this protocol has no word for it")
    provider.script(ScriptedReply(reply("Half an ", "answer").steps, spoiled=spoiling.inserted(event, b"answer")))
    outcome = await outcome_of(provider)
    assert (outcome.kind, outcome.text) == (ErrorKind.RATE_LIMITED, "Half an ")
    check_is_told_safely(outcome.error, provider)
    await check_usable(provider)


UNREACHABLE: Final = {
    "nobody listens": "http://127.0.0.1:9",
    "no such name": "http://nowhere.invalid",
    "no TLS": "https://{host}",
}


@pytest.mark.parametrize("name", UNREACHABLE)
async def test_an_address_where_nobody_is_means_the_network(
    provider: ProviderUnderTest, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = UNREACHABLE[name].format(host=provider.server.base_url.removeprefix("http://"))
    real = socket.getaddrinfo

    def look_up(host: object, *args: object, **more: object) -> object:
        if host in {"nowhere.invalid", b"nowhere.invalid"}:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *args, **more)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    outcome = await outcome_of(provider, service=provider.make_service(address))
    assert outcome.kind is OWN.get(provider.name, ErrorKind.NETWORK)
    assert outcome.text == ""
    check_is_told_safely(outcome.error, provider)


async def test_a_reset_before_the_answer_means_the_network(provider: ProviderUnderTest) -> None:
    provider.script(ScriptedReply(reply("Hello").steps, spoiled=spoiling.reset_after(0)))
    outcome = await outcome_of(provider)
    assert outcome.kind is OWN.get(provider.name, ErrorKind.NETWORK)
    await check_usable(provider)
