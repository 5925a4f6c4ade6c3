"""From what a server answered to the one vocabulary of failures, and the words a person reads for each."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from desktop_app.domain.providers import HealthState, ProviderHealth
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.taxonomy import rules_of

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
_TOO_LONG: Final = re.compile(r"prompt is too long|context (length|window|size)|maximum context|too many tokens", re.I)
_SPENT: Final = re.compile(r"credit balance|spend(ing)? limit|usage limits", re.I)
_KIND_BY_WORDS: Final = ((_TOO_LONG, ErrorKind.CONTEXT_TOO_LONG), (_SPENT, ErrorKind.QUOTA))

_CODE = re.compile(r"[a-z][a-z0-9_.]{0,59}")


def failure(
    kind: ErrorKind,
    label: str,
    *,
    text: str | None = None,
    details: str = "",
    retry_after_s: float | None = None,
    is_lasting: bool = False,
) -> ProviderError:
    """The error of `kind` at the provider called `label`; `text` replaces the words for what happened."""
    rules = rules_of(kind)
    sentences = (text or rules.happened.format(label=label), rules.safe, _advice(kind, retry_after_s))
    words = " ".join(sentence for sentence in sentences if sentence)
    return ProviderError(kind, words, details=details, retry_after_s=retry_after_s, is_lasting=is_lasting)


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
        return failure(ErrorKind.NETWORK, label, text=text, details=details, is_lasting=True)
    kind = _kind(status, known, words)
    # Only errors that waiting can mend: a spend limit comes with hours to wait.
    can_wait = kind in {ErrorKind.RATE_LIMITED, ErrorKind.OVERLOADED, ErrorKind.SERVER}
    return failure(kind, label, details=details, retry_after_s=retry_after_s(headers or {}) if can_wait else None)


def health_after(error: ProviderError, label: str) -> ProviderHealth:
    """How the provider is doing when a check of it ended with `error`."""
    state = HealthState.NOT_SET_UP if error.kind is ErrorKind.NOT_SET_UP else HealthState.FAILED
    happened = rules_of(error.kind).happened.format(label=label)
    return ProviderHealth(state, happened, _advice(error.kind, error.retry_after_s))


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
            kind = _KIND_BY_CODE[code]
            # A spent limit comes under the name of a rate, which waiting would mend.
            return ErrorKind.QUOTA if kind is ErrorKind.RATE_LIMITED and _SPENT.search(words) else kind
    if status < 500:
        for pattern, kind in _KIND_BY_WORDS:
            if pattern.search(words):
                return kind
    if status in _KIND_BY_STATUS:
        return _KIND_BY_STATUS[status]
    return ErrorKind.SERVER if status >= 500 else ErrorKind.BAD_REQUEST


def _advice(kind: ErrorKind, wait_s: float | None) -> str:
    return rules_of(kind).advice.format(wait=_waiting(wait_s))


def _waiting(wait_s: float | None) -> str:
    if wait_s is None:
        return "a little"
    if wait_s < 90:
        return f"{max(1, round(wait_s))} s"
    if wait_s < 5400:
        return f"{round(wait_s / 60)} minutes"
    return f"{round(wait_s / 3600)} hours"
