"""The traces of a profile: where its settings put them, what they and the log never hold, and that the chat goes on."""

import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest

from desktop_app.backend import Backend
from desktop_app.clock import utc_now
from desktop_app.domain.messages import MessageStatus
from desktop_app.domain.providers import ModelChoice
from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.events import TextDelta
from desktop_app.llm.failures import failure
from desktop_app.llm.resilience.guard import Reliability
from desktop_app.llm.scripted import MODEL, ScriptedService, Step
from desktop_app.logs import start_logging
from desktop_app.paths import Paths, default_paths
from desktop_app.services.chat import TurnEnded, TurnEvent, TurnOptions
from desktop_app.settings import read_sources
from desktop_app.tracing.reader import read_records
from desktop_app.tracing.records import SpanRecord
from desktop_app.tracing.redaction import REDACTED, Redactor
from desktop_app.tracing.spans import current_trace_id

KEY = "key-of-my-own-kind"


@pytest.fixture
def paths(own_profile: Path) -> Paths:
    return default_paths()


@pytest.fixture
def log(paths: Paths) -> Iterator[Redactor]:
    """The log of the profile, and what cleans it."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    redactor = Redactor()
    start_logging(paths.logs, redactor.text, current_trace_id)
    yield redactor
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


@asynccontextmanager
async def opened(
    paths: Paths, environment: Mapping[str, str], redactor: Redactor | None = None
) -> AsyncIterator[Backend]:
    scripted = ScriptedService(lambda: date(2026, 11, 21), [[TextDelta(f"Tell nobody {KEY}")]])
    sources = read_sources((), environment)
    backend = await Backend.open(paths, sources, utc_now, (scripted,), redactor=redactor)
    await backend.load()
    yield backend
    await backend.close()


class Named(ScriptedService):
    """A scripted provider under another name."""

    def __init__(self, name: str, script: Sequence[Sequence[Step]]) -> None:
        self.provider_name = name
        super().__init__(lambda: date(2026, 11, 21), script)


async def ask(backend: Backend, text: str = "Hello", provider: str = "scripted") -> TurnEnded:
    events: list[TurnEvent] = []
    await backend.chat.send(None, text, TurnOptions(ModelChoice(provider, MODEL)), events.append)
    assert isinstance(events[-1], TurnEnded)
    return events[-1]


def traces(path: Path) -> list[SpanRecord]:
    return list(read_records(path))


def text_of(path: Path) -> str:
    return path.read_text()


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*traces*")}


async def test_a_turn_is_traced_in_the_logs_folder_and_names_its_reply(paths: Paths) -> None:
    async with opened(paths, {}) as backend:
        ended = await ask(backend)
        (conversation,) = await backend.chat.list_conversations()
    call, turn = traces(paths.logs / "traces.jsonl")
    for record in (call, turn):
        assert (record.provider, record.model) == ("scripted", MODEL)
        assert (record.conversation_id, record.message_id) == (conversation.id, ended.message.id)


async def test_where_another_provider_answers_both_tries_are_one_trace_and_one_id_in_the_log(
    paths: Paths, log: Redactor
) -> None:
    async def at_once(_seconds: float) -> None:
        return

    first, second = Named("ollama", []), Named("builtin", [[TextDelta("Here.")]])
    first.extend([[failure(ErrorKind.SERVER, "Ollama")]] * 3)
    backend = await Backend.open(
        paths, read_sources((), {}), utc_now, (first, second), Reliability(sleep=at_once), redactor=log
    )
    await backend.load()
    await backend.models.refresh()
    ended = await ask(backend, provider="ollama")
    await backend.close()
    assert ended.message.provider == "builtin"
    records = traces(paths.traces)
    assert [(each.kind, each.provider, each.outcome) for each in records] == [
        ("generation", "ollama", "failed"),
        ("turn", "ollama", "failed"),
        ("generation", "builtin", "complete"),
        ("turn", "builtin", "complete"),
    ]
    (trace_id,) = {each.trace_id for each in records}
    assert [event["error_kind"] for event in records[0].events] == ["server", "server"]
    told = [line for line in text_of(paths.logs / "goalgetter.log").splitlines() if "cannot answer" in line]
    assert [line.split()[3] for line in told] == [trace_id]


async def test_the_settings_say_where_traces_are_written_and_what_they_hold(paths: Paths, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere" / "mine.jsonl"
    environment = {"OPENAI_TRACING_LOG_PATH": str(path), "GOALGETTER_TRACING_CONTENT": "false"}
    async with opened(paths, environment) as backend:
        await ask(backend, "Xanadu")
    assert len(traces(path)) == 2
    assert "Xanadu" not in text_of(path)
    assert files_in(paths.logs) == set()


async def test_switched_off_traces_touch_no_file(paths: Paths) -> None:
    async with opened(paths, {"OPENAI_TRACING_ENABLED": "false"}) as backend:
        assert (await ask(backend)).message.status is MessageStatus.COMPLETE
        assert not backend.tracer.is_failing
    assert files_in(paths.logs) == set()


async def test_traces_can_be_switched_off_while_the_program_runs(paths: Paths) -> None:
    async with opened(paths, {}) as backend:
        await backend.settings.keep("tracing.enabled", "false")
        await ask(backend)
    assert files_in(paths.logs) == set()


@pytest.mark.parametrize("comes", ["from the environment", "from the keychain, later"])
async def test_a_key_that_is_set_is_in_no_trace_and_in_no_log_line(paths: Paths, log: Redactor, comes: str) -> None:
    environment = {"OPENAI_API_KEY": KEY} if comes == "from the environment" else {}
    async with opened(paths, environment, log) as backend:
        if not environment:
            backend.settings.use_keys(keychain={"llm.openai.api_key": KEY})
        await ask(backend, f"My key is {KEY}")
        try:
            int(f"bad key {KEY}")
        except ValueError:
            logging.getLogger("desktop_app.test").exception("with %s", KEY)
    trace, told = text_of(paths.traces), text_of(paths.logs / "goalgetter.log")
    assert KEY not in trace
    assert KEY not in told
    assert f"with {REDACTED}" in told
    assert "bad key" not in told, "what an error says may be the person's"
    assert f"Tell nobody {REDACTED}" in trace


async def test_a_key_that_is_only_tried_is_in_no_log_line(paths: Paths, log: Redactor) -> None:
    async with opened(paths, {}, log) as backend:
        service = await backend.factory.trial("openai", backend.settings.with_key("llm.openai.api_key", KEY))
        await service.aclose()
    assert log.text(f"tried {KEY}") == f"tried {REDACTED}"


async def test_the_chat_goes_on_where_traces_cannot_be_written(paths: Paths, tmp_path: Path, log: Redactor) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder")
    async with opened(paths, {"OPENAI_TRACING_LOG_PATH": str(blocked / "traces.jsonl")}, log) as backend:
        ended = await ask(backend)
        assert ended.error is None
        assert ended.message.status is MessageStatus.COMPLETE
    warned = [line for line in text_of(paths.logs / "goalgetter.log").splitlines() if "traces cannot" in line]
    assert len(warned) == 1
