"""The connection pool of a provider whose SDK speaks through httpx2, and what its failures mean."""

from collections.abc import Collection
from typing import Final

import httpx2

from desktop_app.llm.addresses import is_loopback
from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.failures import failure

_KEEPALIVE_S: Final = 30
_LIMITS: Final = httpx2.Limits(max_connections=20, max_keepalive_connections=4, keepalive_expiry=_KEEPALIVE_S)


class WebPageError(httpx2.TransportError):
    """A web page answered with a status that says all is well: the network's log-in page, or a wrong address."""


def open_pool(deadlines: Deadlines, base_url: str, never_send: Collection[str] = ()) -> httpx2.AsyncClient:
    """A pool for the server at `base_url`.

    It follows no redirects: one to another host would take the key along, and 301 turns POST into GET.
    `never_send` names headers that SDKs add from the environment and that are none of this server's business.
    """

    async def drop_headers(request: httpx2.Request) -> None:
        for name in never_send:
            if name in request.headers:
                del request.headers[name]

    return httpx2.AsyncClient(
        # Silence is measured by content elsewhere; the time-out by bytes only has to be no shorter.
        timeout=httpx2.Timeout(deadlines.longest_s, connect=deadlines.connect_s),
        follow_redirects=False,
        limits=_LIMITS,
        # A proxy from the environment is not for this computer.
        trust_env=not is_loopback(base_url),
        event_hooks={"request": [drop_headers], "response": [_refuse_web_page]},
    )


def failure_of_connection(label: str, error: httpx2.HTTPError | httpx2.StreamError, *, began: bool) -> ProviderError:
    """What a failure below the SDK means; `began` says whether part of the reply had come."""
    details = type(error).__name__
    if isinstance(error, WebPageError):
        text = f"A web page answered in place of {label}."
        return failure(ErrorKind.NETWORK, label, text=text, details=details, is_lasting=True)
    if isinstance(error, httpx2.TimeoutException) and not isinstance(error, httpx2.ConnectTimeout):
        return failure(ErrorKind.TIMEOUT, label, details=details)
    if isinstance(error, httpx2.DecodingError | httpx2.StreamError):
        return failure(ErrorKind.PROTOCOL, label, details=details)
    broke_off = f"The connection to {label} broke off." if began else None
    return failure(ErrorKind.NETWORK, label, text=broke_off, details=details)


async def _refuse_web_page(response: httpx2.Response) -> None:
    if response.is_success and "html" in response.headers.get("content-type", ""):
        raise WebPageError("a web page")
