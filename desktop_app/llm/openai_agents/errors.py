"""What the Agents SDK, the openai SDK and the connections below them raise, translated once."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx2
import openai
from agents.exceptions import AgentsException

from desktop_app.llm.deadlines import CallClock
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.failures import failure, failure_from_answer
from desktop_app.llm.http_pool import failure_of_connection

# What reading an event raises when it lacks what it must have; the SDKs let such events through.
UNREADABLE: Final = (json.JSONDecodeError, ValueError, AttributeError, TypeError, KeyError, IndexError)


@contextmanager
def translated(label: str, clock: CallClock | None = None) -> Iterator[None]:
    """Raises ProviderError for what goes wrong inside. The cause is left out: its text may repeat the key."""
    try:
        yield
    except (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError) as error:
        raise _translation(label, error, began=clock is not None and clock.has_begun) from None
    except httpx2.InvalidURL:
        text = f"The address set for {label} is none."
        raise failure(ErrorKind.NOT_SET_UP, label, text=text) from None
    except TimeoutError:
        raise failure(ErrorKind.TIMEOUT, label, details="silence") from None
    except (AgentsException, *UNREADABLE) as error:
        raise failure(ErrorKind.PROTOCOL, label, details=type(error).__name__) from None


def _translation(label: str, error: Exception, *, began: bool) -> ProviderError:
    # The SDK wraps what happens before and in the middle of an answer; what is below says more.
    below = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
    if isinstance(below, httpx2.HTTPError | httpx2.StreamError):
        return failure_of_connection(label, below, began=began)
    if isinstance(error, openai.APIStatusError):
        return failure_from_answer(
            label,
            error.status_code,
            codes=_codes(error),
            words=_words(error),
            headers=error.response.headers,
        )
    if isinstance(error, openai.APIConnectionError):
        return failure(ErrorKind.NETWORK, label, details=type(error).__name__)
    if isinstance(error, openai.APIError):
        return failure_from_answer(label, 200, codes=_codes(error), words=_words(error))
    return failure(ErrorKind.PROTOCOL, label, details=type(error).__name__)


def _codes(error: openai.APIError) -> tuple[str | None, ...]:
    return tuple(code if isinstance(code, str) else None for code in (error.code, error.type))


def _words(error: openai.APIError) -> str:
    return str(error.message)
