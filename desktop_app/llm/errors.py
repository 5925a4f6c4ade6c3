"""How a provider can fail, in one vocabulary; each adapter translates its SDK's errors into it, once."""

from enum import StrEnum

from desktop_app.errors import AppError


class ErrorKind(StrEnum):
    """What went wrong; wording, retry and fallback depend on it."""

    INVALID_KEY = "invalid_key"
    PERMISSION = "permission"
    QUOTA = "quota"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    SERVER = "server"
    TIMEOUT = "timeout"
    NETWORK = "network"
    CONTEXT_TOO_LONG = "context_too_long"
    MODEL_NOT_FOUND = "model_not_found"
    REFUSED = "refused"
    CONTENT_FILTERED = "content_filtered"
    BAD_REQUEST = "bad_request"
    PROTOCOL = "protocol"
    NOT_SET_UP = "not_set_up"
    CANCELLED = "cancelled"  # the provider's side ended the call, not the person
    BUDGET = "budget"  # nothing was sent: a limit of the person's own would be passed
    BUG = "bug"  # ours


class ProviderError(AppError):
    """A model call that failed. The text is for the screen: it holds no raw body and no key.

    `details` are redacted facts for support (status, provider's error code), `retry_after_s` what the server asked for.
    `is_lasting` says that waiting a little mends nothing though it may for others of its kind: nobody listens there.
    """

    def __init__(
        self,
        kind: ErrorKind,
        message: str,
        *,
        details: str = "",
        retry_after_s: float | None = None,
        is_lasting: bool = False,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.details = details
        self.retry_after_s = retry_after_s
        self.is_lasting = is_lasting
