"""Getting a model from Ollama's library: progress over all its layers, and what can go wrong, in words."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from ollama import ProgressResponse, ResponseError

from desktop_app.domain.model_fetches import typed_model_name
from desktop_app.domain.providers import FetchProgress
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.ollama.connection import OllamaConnection
from desktop_app.llm.ollama.failures import CLIENT_FAULTS, provider_error

_STEP: Final = 0.002  # a share of the whole; the server tells far more often than anybody can see
_GOES_ON: Final = "What came so far is kept: get it again, and it goes on where it stopped."

_WORDS: Final = {
    "pulling manifest": "Looking it up",
    "verifying sha256 digest": "Checking what came",
    "writing manifest": "Putting it in its place",
    "removing unused layers": "Clearing up",
    "removing any unused layers": "Clearing up",
    "success": "Done",
}
# What Ollama writes when it fails, the first that fits.
_FAILURES: Final = (
    (
        re.compile(r"file does not exist|not found|\b404\b"),
        ErrorKind.MODEL_NOT_FOUND,
        "Ollama's library has no model called {name}. Look at ollama.com/library how it is written.",
    ),
    (
        re.compile(r"no space left|not enough space|disk full|disk quota"),
        ErrorKind.SERVER,
        "The disk where Ollama keeps its models is full. Make room. " + _GOES_ON,
    ),
    (
        re.compile(r"newer version|\b412\b"),
        ErrorKind.BAD_REQUEST,
        "{name} needs a newer Ollama. Update Ollama, then get it again.",
    ),
    (
        re.compile(r"invalid model name|invalid name"),
        ErrorKind.BAD_REQUEST,
        "{name} is no name of a model. Names look like qwen3:8b.",
    ),
    (
        re.compile(r"unauthorized|access denied|\b40[13]\b"),
        ErrorKind.PERMISSION,
        "Ollama's library does not give {name} to everybody. Run “ollama signin”, or choose another model.",
    ),
    (
        re.compile(r"permission denied|read-only file system"),
        ErrorKind.PERMISSION,
        "Ollama may not write where it keeps its models. Set that right where Ollama runs, then get {name} again.",
    ),
    (
        re.compile(r"no such host|dial tcp|connection re|timeout|max retries|eof|tls|network"),
        ErrorKind.NETWORK,
        "Ollama cannot reach its library. Check the connection. " + _GOES_ON,
    ),
)


def model_name(typed: str) -> str:
    """The name of a model as it was typed or pasted. Raises ProviderError where it can be none."""
    name = typed_model_name(typed)
    if name is None:
        raise ProviderError(ErrorKind.BAD_REQUEST, "That is no name of a model. Names look like qwen3:8b.")
    return name


async def pull(connection: OllamaConnection, name: str) -> AsyncGenerator[FetchProgress, None]:
    """Get the model, telling how far it is. Closing the generator stops Ollama, which keeps what came."""
    layers = _Layers()
    status = ""
    try:
        async with aclosing(connection.pull(name)) as lines:
            async for line in lines:
                status = line.status or status
                if (progress := layers.progress_after(line)) is not None:
                    yield progress
    except ResponseError as fault:
        raise _refused(fault, connection.host, name) from None
    except CLIENT_FAULTS as fault:
        raise provider_error(fault, connection.host, name) from None
    if status != "success":
        raise ProviderError(ErrorKind.NETWORK, f"Getting {name} broke off before its end. {_GOES_ON}")


class _Layers:
    """Sums the layers of a model, of which each is told by itself."""

    def __init__(self) -> None:
        self._bytes: dict[str, tuple[int, int]] = {}
        self._told: tuple[str, float] = ("", 0)

    def progress_after(self, line: ProgressResponse) -> FetchProgress | None:
        """How far it is, where this line tells something new."""
        if line.digest and line.total:
            self._bytes[line.digest] = (line.completed or 0, line.total)
        done = sum(done for done, _ in self._bytes.values())
        total = sum(total for _, total in self._bytes.values())
        text = "Downloading" if line.digest else _WORDS.get(line.status or "", "Working")
        share = done / total if total else 0
        said, shown = self._told
        if text == said and abs(share - shown) < _STEP and done != total:
            return None
        self._told = (text, share)
        return FetchProgress(text, done if total else None, total or None)


def _refused(fault: ResponseError, host: str, name: str) -> ProviderError:
    said: object = fault.error  # declared as text, but it is what the server's JSON had there
    words = said.casefold() if isinstance(said, str) else ""
    for pattern, kind, sentence in _FAILURES:
        if pattern.search(words):
            return ProviderError(kind, sentence.format(name=name), details="pull")
    return provider_error(fault, host, name)
