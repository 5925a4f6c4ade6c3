"""The connection pool of a provider whose SDK speaks through httpx2, and what its failures mean."""

from typing import Final

import httpx2

from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.failures import failure

_KEEPALIVE_S: Final = 30
_LIMITS: Final = httpx2.Limits(max_connections=20, max_keepalive_connections=4, keepalive_expiry=_KEEPALIVE_S)


def open_pool(deadlines: Deadlines) -> httpx2.AsyncClient:
    """A pool that follows no redirects: one to another host would take the key along, and 301 turns POST into GET."""
    # Silence is measured by content elsewhere; the time-out by bytes only has to be no shorter.
    longest_s = max(deadlines.first_piece_s, deadlines.between_pieces_s)
    timeout = httpx2.Timeout(longest_s, connect=deadlines.connect_s)
    return httpx2.AsyncClient(timeout=timeout, follow_redirects=False, limits=_LIMITS)


def failure_of_connection(label: str, error: httpx2.HTTPError | httpx2.StreamError, *, began: bool) -> ProviderError:
    """What a failure below the SDK means; `began` says whether part of the reply had come."""
    details = type(error).__name__
    if isinstance(error, httpx2.ConnectTimeout):
        return failure(ErrorKind.NETWORK, label, details=details)
    if isinstance(error, httpx2.TimeoutException):
        return failure(ErrorKind.TIMEOUT, label, details=details)
    if isinstance(error, httpx2.DecodingError | httpx2.StreamError):
        return failure(ErrorKind.PROTOCOL, label, details=details)
    text = f"The connection to {label} broke off." if began else None
    return failure(ErrorKind.NETWORK, label, text=text, details=details)
