"""Downloads a model file so that a broken connection costs nothing: what came is kept and continued."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from desktop_app.llm.builtin.problems import WeightsError
from desktop_app.llm.builtin.verification import OnProgress, raise_if_cancelled

_log = logging.getLogger(__name__)

_TIMEOUT: Final = httpx.Timeout(10, read=30)
_TRIES_WITHOUT_PROGRESS: Final = 3
_REDIRECTS: Final = 5
_LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}
_ADVICE: Final = "Check the connection and try again; what came so far is kept."


def download(url: str, part: Path, size_bytes: int | None, on_progress: OnProgress, cancelled: Event) -> None:
    """Fetch `url` into `part`, continuing what lies there already. Raises WeightsError, OSError, CancelledWork."""
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client:
        failures = 0
        while True:
            before = _size(part)
            try:
                if _fetch(client, url, part, size_bytes, on_progress, cancelled):
                    return
                error: Exception | None = None
            except httpx.HTTPError as problem:
                error = problem
            raise_if_cancelled(cancelled)
            failures = 0 if _size(part) > before else failures + 1
            _log.info("the model's download broke off after %d bytes (%s)", _size(part), type(error).__name__)
            if failures >= _TRIES_WITHOUT_PROGRESS:
                raise WeightsError("The model could not be downloaded: the connection broke off.", _ADVICE) from error


def _fetch(
    client: httpx.Client, url: str, part: Path, size_bytes: int | None, on_progress: OnProgress, cancelled: Event
) -> bool:
    """One request; whether the file is whole now."""
    have = _size(part)
    if size_bytes is not None and have >= size_bytes:
        return True
    headers = {"Range": f"bytes={have}-"} if have else {}
    # Compressed bytes could not be continued.
    with _opened(client, url, {**headers, "Accept-Encoding": "identity"}) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink()
            return False
        _check(response)
        continues = response.status_code == httpx.codes.PARTIAL_CONTENT
        have = have if continues else 0
        total = size_bytes or _total(response, have)
        with part.open("ab" if continues else "wb") as file:
            for chunk in response.iter_raw():
                raise_if_cancelled(cancelled)
                file.write(chunk)
                have += len(chunk)
                if total:
                    on_progress("Downloading the model", min(1.0, have / total))
    return total is None or have >= total


@contextmanager
def _opened(client: httpx.Client, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
    """The streamed response of `url`. Redirects are followed by hand: never to an address that is not encrypted."""
    for _ in range(_REDIRECTS):
        with client.stream("GET", url, headers=headers) as response:
            if not response.is_redirect:
                yield response
                return
            url = _checked_redirect(url, response.headers.get("location", ""))
    raise WeightsError("The model's address leads round in circles, so it was not downloaded.", _ADVICE)


def _checked_redirect(url: str, location: str) -> str:
    target = urljoin(url, location)
    parts = urlsplit(target)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return target
    raise WeightsError(
        "The model's address leads on to one that is not encrypted, so it was not downloaded.",
        "Set another address in GOALGETTER_BUILTIN_URL, or a file in GOALGETTER_BUILTIN_FILE.",
    )


def _check(response: httpx.Response) -> None:
    kind = response.headers.get("content-type", "")
    if response.status_code not in {httpx.codes.OK, httpx.codes.PARTIAL_CONTENT}:
        raise WeightsError(f"The model could not be downloaded: the server answered {response.status_code}.", _ADVICE)
    if kind.startswith("text/html"):
        raise WeightsError(
            "The model could not be downloaded: a web page came in its place, perhaps a network's login.", _ADVICE
        )


def _total(response: httpx.Response, have: int) -> int | None:
    length = response.headers.get("content-length")
    return have + int(length) if length and length.isdigit() else None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
