"""What can go wrong with Ollama, in the words of `ProviderError`; its client's and httpx's errors end here."""

import re
import socket
from typing import Final

import httpx
from ollama import RequestError, ResponseError

from desktop_app.llm.errors import ErrorKind, ProviderError

# The client lets httpx's errors through, and dies of odd bodies (`null`, a list, HTML) on whatever they lead to.
CLIENT_FAULTS: Final = (
    ResponseError,
    RequestError,
    httpx.HTTPError,
    httpx.StreamError,
    httpx.InvalidURL,
    ConnectionError,
    TimeoutError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
)

_AMOUNT: Final = re.compile(r"\d+(?:\.\d+)? ?[KMGT]i?B")
_MEMORY: Final = ("system memory", "out of memory", "cudamalloc", "not enough memory", "insufficient memory")


_BY_STATUS: Final = {
    401: (
        ErrorKind.INVALID_KEY,
        "Ollama at {host} wants to know who asks. Run “ollama signin” or check OLLAMA_API_KEY, then try again.",
    ),
    402: (
        ErrorKind.QUOTA,
        "Ollama's plan does not cover this model. Choose a model that runs on your computer.",
    ),
    403: (
        ErrorKind.PERMISSION,
        "Ollama at {host} refuses this program. Allow it with OLLAMA_ORIGINS where Ollama runs, then restart Ollama.",
    ),
    408: (
        ErrorKind.TIMEOUT,
        "Ollama gave the request up before it answered. Your message is safe; try again.",
    ),
    413: (
        ErrorKind.CONTEXT_TOO_LONG,
        "This is more than {host} takes at once. Shorten the message or begin a new chat.",
    ),
    429: (
        ErrorKind.RATE_LIMITED,
        "Ollama takes no more requests for the moment. Wait a little, then try again.",
    ),
    503: (
        ErrorKind.OVERLOADED,
        "Ollama is busy with other requests. Wait a little, then try again.",
    ),
    504: (
        ErrorKind.TIMEOUT,
        "What stands before Ollama at {host} waited too long for it. Your message is safe; try again.",
    ),
    529: (
        ErrorKind.OVERLOADED,
        "Ollama is busy with other requests. Wait a little, then try again.",
    ),
}


class ToolsRefusedError(ProviderError):
    """The model was offered tools and the server says that it cannot use any."""


def provider_error(fault: Exception, host: str, model: str = "") -> ProviderError:
    """The ProviderError for what the client raised; it repeats nothing that the server wrote but amounts of memory."""
    match fault:
        case ResponseError():
            return _refused(fault.status_code, _said(fault), host, model)
        case httpx.ConnectTimeout() | httpx.ConnectError() | ConnectionError() if not _was_connected(fault):
            return _unreachable(fault, host)
        case httpx.TimeoutException() | TimeoutError():
            return ProviderError(
                ErrorKind.TIMEOUT,
                "Ollama has not answered for too long. What came so far is kept; try again, or choose a smaller model.",
            )
        case httpx.TransportError() | httpx.StreamError() | ConnectionError():
            return ProviderError(
                ErrorKind.NETWORK,
                "The connection to Ollama broke off. What came so far is kept; try again.",
                details=type(fault).__name__,
            )
        case _:
            return not_ollama(host, type(fault).__name__)


def not_ollama(host: str, details: str = "") -> ProviderError:
    """Something answers at `host`, but not in Ollama's language."""
    return ProviderError(
        ErrorKind.PROTOCOL,
        f"What answers at {host} does not speak as Ollama does. Check the address in OLLAMA_HOST, then try again.",
        details=details,
        is_lasting=True,
    )


def broke_off() -> ProviderError:
    """A stream that ended without its last line."""
    return ProviderError(
        ErrorKind.PROTOCOL, "Ollama's answer broke off before its end. What came so far is kept; try again."
    )


def is_unknown_host(error: ProviderError) -> bool:
    """Whether the address is wrong, rather than nobody being at home."""
    return error.details == "unknown host"


def _was_connected(fault: Exception) -> bool:
    return isinstance(fault, ConnectionResetError | BrokenPipeError | ConnectionAbortedError)


def _unreachable(fault: BaseException, host: str) -> ProviderError:
    if _is_caused_by(fault, socket.gaierror):
        return ProviderError(
            ErrorKind.NETWORK,
            f"There is no computer at {host}. Check the address in OLLAMA_HOST, then try again.",
            details="unknown host",
            is_lasting=True,
        )
    return ProviderError(
        ErrorKind.NETWORK,
        f"Ollama is not running at {host}. Start it, then try again, or choose another model.",
        details=type(fault).__name__,
        is_lasting=True,
    )


def _is_caused_by(fault: BaseException, kind: type[BaseException]) -> bool:
    seen: BaseException | None = fault
    while seen is not None:
        if isinstance(seen, kind):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _said(fault: ResponseError) -> str:
    said: object = fault.error  # declared as text, but it is what the server's JSON had there
    return said.casefold() if isinstance(said, str) else ""


def _refused(status: int, said: str, host: str, model: str) -> ProviderError:
    """A status, or an error line within a stream, whose status is -1."""
    details = f"status {status}" if status > 0 else "an error within the stream"
    if status == 404:
        if "model" not in said:
            return not_ollama(host, details)
        return ProviderError(
            ErrorKind.MODEL_NOT_FOUND,
            f"Ollama does not have {model or 'this model'}. Pull it first: ollama pull {model or 'NAME'}",
            details=details,
        )
    if 300 <= status < 400:
        return ProviderError(
            ErrorKind.NETWORK,
            f"{host} sends requests on to another address, which GoalGetter does not follow. "
            "Put Ollama's own address into OLLAMA_HOST.",
            details=details,
            is_lasting=True,
        )
    if "does not support tools" in said:
        return ToolsRefusedError(ErrorKind.BAD_REQUEST, f"{model} cannot use tools.", details=details)
    kind, sentence = _told(status, said, host, model)
    return ProviderError(kind, sentence, details=details, is_lasting=_is_about_memory(said))


def _told(status: int, said: str, host: str, model: str) -> tuple[ErrorKind, str]:
    if status in _BY_STATUS:
        kind, sentence = _BY_STATUS[status]
        return kind, sentence.format(host=host)
    if _is_about_memory(said):
        return ErrorKind.SERVER, _too_little_memory(said, model)
    if "context" in said and any(word in said for word in ("exceed", "too long", "too large")):
        return ErrorKind.CONTEXT_TOO_LONG, (
            f"This is more than {model or 'the model'} can read at once. Shorten the message or begin a new chat."
        )
    if 400 <= status < 500:
        return (
            ErrorKind.BAD_REQUEST,
            f"Ollama did not take the request ({status}). Choose another model, or update Ollama.",
        )
    if "runner" in said or "terminated" in said:
        return ErrorKind.SERVER, (
            f"{model or 'The model'} ended unexpectedly inside Ollama, often for lack of memory. "
            "Your message is safe; try again or choose a smaller model."
        )
    return ErrorKind.SERVER, "Ollama failed while answering. Your message is safe; try again."


def _is_about_memory(said: str) -> bool:
    return any(word in said for word in _MEMORY)


def _too_little_memory(said: str, model: str) -> str:
    amounts = [amount.upper().replace("IB", "iB") for amount in _AMOUNT.findall(said.upper().replace("IB", "iB"))]
    facts = f" (needs {amounts[0]}, free are {amounts[1]})" if len(amounts) == 2 else ""
    return (
        f"There is not enough memory for {model or 'this model'}{facts}. "
        "Close other programs or choose a smaller model; your message is safe."
    )
