"""`goalgetter ask`: one turn of a new chat, on the person's profile and through the services that the window uses."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.backend import Backend
from desktop_app.cli.ask_output import JsonOutput, Output, PlainOutput
from desktop_app.cli.console import Console
from desktop_app.cli.exit_codes import FAILED, NOBODY_ANSWERS, OK, PROVIDER_FAILED, READER_LEFT, STOPPED, USAGE
from desktop_app.cli.interrupts import Interrupts
from desktop_app.cli.model_choice import choose_model
from desktop_app.clock import utc_now
from desktop_app.errors import AppError, InvalidValueError
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.logs import COMMANDS_LOG, start_logging
from desktop_app.paths import default_paths
from desktop_app.services.chat import TurnEnded, TurnEvent, TurnOptions
from desktop_app.services.chat.texts import MESSAGE_LIMIT
from desktop_app.settings import read_sources
from desktop_app.storage.keychain import Keychain
from desktop_app.tracing.redaction import Redactor
from desktop_app.tracing.spans import current_trace_id

FROM_INPUT = "-"


@dataclass(frozen=True, slots=True)
class AskOptions:
    """What the arguments say; None is what the person chose in the window. `text` None or "-" is standard input."""

    text: str | None
    provider: str | None = None
    model: str | None = None
    as_json: bool = False
    with_tools: bool = True


def run_ask(options: AskOptions, services: Sequence[BaseLLMService] = ()) -> int:
    """Ask, and tell the answer while it comes; returns the exit code. `services` replace the providers."""
    console = Console.standard()
    output = JsonOutput(console) if options.as_json else PlainOutput(console)
    interrupts = Interrupts()
    try:
        text = _asked_text(options.text)
        code = asyncio.run(_ask(text, options, console, output, interrupts, services))
    except (KeyboardInterrupt, asyncio.CancelledError):
        code = interrupts.exit_code or STOPPED
    except AppError as error:
        output.fail(error)
        code = _code_of(error)
    if console.loss is None:
        return code
    if console.reader_left:
        return READER_LEFT
    console.tell(f"The answer could not be written ({console.loss.strerror}); it is kept in the chat.")
    return FAILED


async def _ask(
    text: str,
    options: AskOptions,
    console: Console,
    output: Output,
    interrupts: Interrupts,
    services: Sequence[BaseLLMService],
) -> int:
    with interrupts.watched() as stop:
        console.on_lost = stop
        paths = default_paths()
        redactor = Redactor()
        await asyncio.to_thread(start_logging, paths.logs, redactor.text, current_trace_id, file_name=COMMANDS_LOG)
        sources = await asyncio.to_thread(read_sources, paths.settings_folders)
        keychain = None if services else Keychain()
        backend = await Backend.open(paths, sources, utc_now, services, redactor=redactor, keychain=keychain)
        try:
            return await _turn(backend, text, options, output)
        finally:
            await backend.close()


async def _turn(backend: Backend, text: str, options: AskOptions, output: Output) -> int:
    seen = _Seen(output)
    try:
        await backend.load()
        turn_options = await _turn_options(backend, options, output)
        await backend.chat.send(None, text, turn_options, seen.take)
    except asyncio.CancelledError:
        if not seen.has_begun:
            output.stop()
        raise
    return PROVIDER_FAILED if seen.error is not None else OK


async def _turn_options(backend: Backend, options: AskOptions, output: Output) -> TurnOptions:
    """Who answers. Raises InvalidValueError, ProviderError."""
    # Whoever names a model wants that one, or a failure.
    may_switch = options.provider is None and options.model is None
    looking = asyncio.create_task(_look_at_stand_ins(backend) if may_switch else asyncio.sleep(0))
    try:
        if provider := options.provider or backend.models.chosen_provider:
            await backend.keys.load(provider)
        choice = await choose_model(backend.models, options.provider, options.model, output.note)
        await looking
    finally:
        looking.cancel()
        await asyncio.wait([looking])
    return TurnOptions(choice, with_tools=options.with_tools, may_switch=may_switch)


async def _look_at_stand_ins(backend: Backend) -> None:
    """Learn whether those can answer who step in where the chosen provider cannot."""
    order = backend.settings.current.reliability.fallback_order
    if names := [entry.name for entry in backend.models.entries if entry.name in order]:
        await backend.models.refresh(*names)


class _Seen:
    """What came of a turn, on its way to the output."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self.has_begun = False
        self.error: ProviderError | None = None

    def take(self, event: TurnEvent) -> None:
        self.has_begun = True
        if isinstance(event, TurnEnded):
            self.error = event.error
        self._output.take(event)


def _asked_text(text: str | None) -> str:
    """The message, from the arguments or from standard input. Raises InvalidValueError where there is none."""
    if text is not None and text != FROM_INPUT:
        return text
    if sys.stdin is None or (text is None and sys.stdin.isatty()):
        raise InvalidValueError('There is nothing to ask yet. Write a message, for example: goalgetter ask "…"')
    # One more than can be sent, so that the refusal is that of every message.
    return _decoded(sys.stdin.buffer.read(4 * (MESSAGE_LIMIT + 1)))


def _decoded(data: bytes) -> str:
    """Text that another program wrote, in UTF-8 or else in this computer's own encoding."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(sys.stdin.encoding or "utf-8", "replace")


def _code_of(error: AppError) -> int:
    match error:
        case InvalidValueError():
            return USAGE
        case ProviderError(kind=ErrorKind.NOT_SET_UP):
            return NOBODY_ANSWERS
        case ProviderError():
            return PROVIDER_FAILED
        case _:
            return FAILED
