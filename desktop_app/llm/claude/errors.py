"""What the anthropic SDK and the connections below it raise, translated once."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import anthropic
import httpx2

from desktop_app.llm.deadlines import CallClock
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.failures import failure, failure_from_answer
from desktop_app.llm.http_pool import failure_of_connection

# What reading an answer raises when it lacks what it must have.
UNREADABLE: Final = (AttributeError, TypeError, ValueError)


@contextmanager
def translated(label: str, clock: CallClock | None = None) -> Iterator[None]:
    """Raises ProviderError for what goes wrong inside. The cause is left out: its text may repeat the key."""
    try:
        yield
    except (anthropic.AnthropicError, httpx2.HTTPError, httpx2.StreamError) as error:
        raise _translation(label, error, began=clock is not None and clock.has_begun) from None
    except httpx2.InvalidURL:
        text = f"The address set for {label} is none."
        raise failure(ErrorKind.NOT_SET_UP, label, text=text) from None
    except TimeoutError:
        raise failure(ErrorKind.TIMEOUT, label, details="silence") from None
    except (json.JSONDecodeError, UnicodeError) as error:
        raise failure(ErrorKind.PROTOCOL, label, details=type(error).__name__) from None


@contextmanager
def readable(label: str) -> Iterator[None]:
    """Raises ProviderError where an answer lacks what it must have; the SDK lets such answers through."""
    try:
        yield
    except UNREADABLE as error:
        raise unreadable(label, error) from None


def unreadable(label: str, error: Exception) -> ProviderError:
    """The failure of an answer whose reading raised one of `UNREADABLE`."""
    return failure(ErrorKind.PROTOCOL, label, details=type(error).__name__)


def _translation(label: str, error: Exception, *, began: bool) -> ProviderError:
    # The SDK wraps what happens before an answer, and lets through what happens in the middle of one.
    below = error.__cause__ if isinstance(error, anthropic.APIConnectionError) else error
    if isinstance(below, httpx2.HTTPError | httpx2.StreamError):
        return failure_of_connection(label, below, began=began)
    if isinstance(error, anthropic.APIStatusError):
        return _of_answer(label, error)
    if isinstance(error, anthropic.APIConnectionError):
        return failure(ErrorKind.NETWORK, label, details=type(error).__name__)
    return failure(ErrorKind.PROTOCOL, label, details=type(error).__name__)


def _of_answer(label: str, error: anthropic.APIStatusError) -> ProviderError:
    words = error.api_message if isinstance(error.api_message, str) else ""
    kind = error.type if isinstance(error.type, str) else None
    return failure_from_answer(
        label,
        error.status_code,
        codes=(error.error_code, kind),
        words=words,
        headers=error.response.headers,
    )
