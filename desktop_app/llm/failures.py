"""From what a server answered to the one vocabulary of failures, and the words a person reads for each."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from desktop_app.domain.providers import HealthState, ProviderHealth
from desktop_app.llm.errors import ErrorKind, ProviderError

_WORDS: Final = {
    ErrorKind.INVALID_KEY: ("{label} did not accept the key.", "Check the key and set it again."),
    ErrorKind.PERMISSION: (
        "This key is not allowed to do that at {label}.",
        "Choose another model, or ask whoever looks after the account.",
    ),
    ErrorKind.QUOTA: (
        "The account at {label} has no credit left or has reached its limit.",
        "Your message is kept. Add credit there or choose another provider.",
    ),
    ErrorKind.RATE_LIMITED: (
        "{label} gets more requests from this account than it allows.",
        "Your message is kept. Wait {wait} and try again.",
    ),
    ErrorKind.OVERLOADED: (
        "{label} is overloaded right now.",
        "Your message is kept. Try again in a moment or choose another provider.",
    ),
    ErrorKind.SERVER: (
        "{label} had an error of its own.",
        "Your message is kept. Try again in a moment.",
    ),
    ErrorKind.TIMEOUT: (
        "{label} did not answer in time.",
        "Your message is kept. Try again.",
    ),
    ErrorKind.NETWORK: (
        "{label} cannot be reached.",
        "Your message is kept. Check the connection and the address, then try again.",
    ),
    ErrorKind.CONTEXT_TOO_LONG: (
        "This conversation is too long for the model.",
        "Nothing is lost. Start a new chat or choose a model with a larger window.",
    ),
    ErrorKind.MODEL_NOT_FOUND: (
        "{label} does not have this model, or not at this address.",
        "Choose another model.",
    ),
    ErrorKind.REFUSED: ("{label} declined to answer this.", "Put it in other words."),
    ErrorKind.CONTENT_FILTERED: ("{label}'s content filter stopped the answer.", "Put it in other words."),
    ErrorKind.BAD_REQUEST: (
        "{label} did not accept the request.",
        "Your message is kept. Choose another model.",
    ),
    ErrorKind.PROTOCOL: (
        "{label} sent an answer that cannot be read, or broke it off.",
        "What came so far is kept. Try again.",
    ),
    ErrorKind.NOT_SET_UP: ("{label} is not set up.", "Enter its key or address."),
}

_KIND_BY_STATUS: Final = {
    400: ErrorKind.BAD_REQUEST,
    401: ErrorKind.INVALID_KEY,
    402: ErrorKind.QUOTA,
    403: ErrorKind.PERMISSION,
    404: ErrorKind.MODEL_NOT_FOUND,
    408: ErrorKind.TIMEOUT,
    413: ErrorKind.CONTEXT_TOO_LONG,
    429: ErrorKind.RATE_LIMITED,
    503: ErrorKind.OVERLOADED,
    504: ErrorKind.TIMEOUT,
    529: ErrorKind.OVERLOADED,
}

# Error types and codes as Anthropic, OpenAI and llama.cpp document them; they say more than the status.
_KIND_BY_CODE: Final = {
    "authentication_error": ErrorKind.INVALID_KEY,
    "invalid_api_key": ErrorKind.INVALID_KEY,
    "billing_error": ErrorKind.QUOTA,
    "billing_hard_limit_reached": ErrorKind.QUOTA,
    "billing_not_active": ErrorKind.QUOTA,
    "insufficient_quota": ErrorKind.QUOTA,
    "permission_error": ErrorKind.PERMISSION,
    "unsupported_country_region_territory": ErrorKind.PERMISSION,
    "rate_limit_error": ErrorKind.RATE_LIMITED,
    "rate_limit_exceeded": ErrorKind.RATE_LIMITED,
    "overloaded_error": ErrorKind.OVERLOADED,
    "timeout_error": ErrorKind.TIMEOUT,
    "api_error": ErrorKind.SERVER,
    "server_error": ErrorKind.SERVER,
    "context_length_exceeded": ErrorKind.CONTEXT_TOO_LONG,
    "exceed_context_size_error": ErrorKind.CONTEXT_TOO_LONG,
    "request_too_large": ErrorKind.CONTEXT_TOO_LONG,
    "model_not_found": ErrorKind.MODEL_NOT_FOUND,
    "not_found_error": ErrorKind.MODEL_NOT_FOUND,
    "content_filter": ErrorKind.CONTENT_FILTERED,
    "content_policy_violation": ErrorKind.CONTENT_FILTERED,
    "invalid_prompt": ErrorKind.REFUSED,
}

# Some servers say the two that matter most only in words.
_KIND_BY_WORDS: Final = (
    (re.compile(r"prompt is too long|context (length|window|size)|maximum context|too many tokens", re.I),
     ErrorKind.CONTEXT_TOO_LONG),
    (re.compile(r"credit balance|spend(ing)? limit|usage limits", re.I), ErrorKind.QUOTA),
)  # fmt: skip

_CODE = re.compile(r"[a-z][a-z0-9_.]{0,59}")


def failure(
    kind: ErrorKind, label: str, *, text: str | None = None, details: str = "", retry_after_s: float | None = None
) -> ProviderError:
    """The error of `kind` at the provider called `label`; `text` replaces the words for what happened."""
    happened, advice = _words(kind, label, retry_after_s)
    return ProviderError(kind, f"{text or happened} {advice}", details=details, retry_after_s=retry_after_s)


def failure_from_answer(
    label: str,
    status: int,
    *,
    codes: Sequence[str | None] = (),
    words: str = "",
    headers: Mapping[str, str] | None = None,
) -> ProviderError:
    """The error that a server's answer means; a status of 200 is an error that came inside a stream.

    `words` are the server's own and only looked at: they may repeat a key or a prompt, so they go nowhere.
    """
    known = [code for code in codes if code and _CODE.fullmatch(code)]
    details = ", ".join([f"status {status}", *known])
    if status in range(300, 400):
        text = f"The address set for {label} sends requests on to another one."
        return failure(ErrorKind.NETWORK, label, text=text, details=details)
    kind = _kind(status, known, words)
    # Only errors that waiting can mend: a spend limit comes with hours to wait.
    can_wait = kind in {ErrorKind.RATE_LIMITED, ErrorKind.OVERLOADED, ErrorKind.SERVER}
    return failure(kind, label, details=details, retry_after_s=retry_after_s(headers or {}) if can_wait else None)


def health_after(error: ProviderError, label: str) -> ProviderHealth:
    """How the provider is doing when a check of it ended with `error`."""
    happened, advice = _words(error.kind, label, error.retry_after_s)
    state = HealthState.NOT_SET_UP if error.kind is ErrorKind.NOT_SET_UP else HealthState.FAILED
    return ProviderHealth(state, happened, advice.removeprefix("Your message is kept. "))


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """How many seconds the server asks to wait, from `retry-after-ms` or `retry-after` (seconds or a date)."""
    try:
        if value := headers.get("retry-after-ms"):
            return max(0.0, float(value) / 1000)
        value = headers.get("retry-after")
        return max(0.0, float(value)) if value else None
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(headers["retry-after"])
    except (KeyError, ValueError):
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _kind(status: int, codes: Sequence[str], words: str) -> ErrorKind:
    for code in codes:
        if code in _KIND_BY_CODE:
            return _KIND_BY_CODE[code]
    if status < 500:
        for pattern, kind in _KIND_BY_WORDS:
            if pattern.search(words):
                return kind
    if status in _KIND_BY_STATUS:
        return _KIND_BY_STATUS[status]
    return ErrorKind.SERVER if status >= 500 else ErrorKind.BAD_REQUEST


def _words(kind: ErrorKind, label: str, wait_s: float | None) -> tuple[str, str]:
    happened, advice = _WORDS[kind]
    return happened.format(label=label), advice.format(wait=_waiting(wait_s))


def _waiting(wait_s: float | None) -> str:
    if wait_s is None:
        return "a little"
    if wait_s < 90:
        return f"{max(1, round(wait_s))} s"
    if wait_s < 5400:
        return f"{round(wait_s / 60)} minutes"
    return f"{round(wait_s / 3600)} hours"
