"""Every kind of failure: its words, what a person can do about it, and what the program does by itself. One table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from desktop_app.llm.errors import ErrorKind, ProviderError


class Remedy(StrEnum):
    """What is offered where a failure is shown."""

    RETRY = "retry"
    SET_KEY = "set_key"
    ANSWER_ELSEWHERE = "answer_elsewhere"
    CHOOSE_MODEL = "choose_model"
    NEW_CHAT = "new_chat"
    RAISE_LIMIT = "raise_limit"
    SEND_ANYWAY = "send_anyway"
    OPEN_LIMITS = "open_limits"


@dataclass(frozen=True, slots=True)
class KindRules:
    """What goes for one kind. `{label}` in its words is the provider, `{wait}` how long it asked to wait.

    `waiting` and `reason` are told while the call waits to be tried again: "Claude is busy", "Too many requests this
    minute." `may_pass` kinds are tried again and may be answered by another provider; those that also `is_illness`
    count against the provider in its circuit breaker.
    """

    happened: str
    safe: str
    advice: str
    remedies: tuple[Remedy, ...]
    may_pass: bool = False
    is_illness: bool = False
    waiting: str = ""
    reason: str = ""


SAFE: Final = "Your message is kept."
_AGAIN_OR_ELSEWHERE: Final = (Remedy.RETRY, Remedy.ANSWER_ELSEWHERE)
_OTHER_MODEL: Final = (Remedy.CHOOSE_MODEL, Remedy.ANSWER_ELSEWHERE)

_RULES: Final[Mapping[ErrorKind, KindRules]] = MappingProxyType(
    {
        ErrorKind.INVALID_KEY: KindRules(
            "{label} did not accept your key.",
            "Your message is safe and will be sent once this is fixed.",
            "Check the key and set it again.",
            (Remedy.SET_KEY, Remedy.ANSWER_ELSEWHERE),
        ),
        ErrorKind.PERMISSION: KindRules(
            "This key is not allowed to do that at {label}.",
            SAFE,
            "Choose another model, or ask whoever looks after the account.",
            _OTHER_MODEL,
        ),
        ErrorKind.QUOTA: KindRules(
            "The account at {label} has no credit left or has reached its limit.",
            SAFE,
            "Add credit there or choose another provider.",
            (Remedy.ANSWER_ELSEWHERE, Remedy.RETRY),
        ),
        ErrorKind.RATE_LIMITED: KindRules(
            "{label} gets more requests from this account than it allows.",
            SAFE,
            "Wait {wait} and try again.",
            _AGAIN_OR_ELSEWHERE,
            may_pass=True,
            waiting="{label} is busy",
            reason="Too many requests this minute.",
        ),
        ErrorKind.OVERLOADED: KindRules(
            "{label} is overloaded right now.",
            SAFE,
            "Try again in a moment or choose another provider.",
            _AGAIN_OR_ELSEWHERE,
            may_pass=True,
            is_illness=True,
            waiting="{label} is busy",
            reason="It has more to do than it can.",
        ),
        ErrorKind.SERVER: KindRules(
            "{label} had an error of its own.",
            SAFE,
            "Try again in a moment.",
            _AGAIN_OR_ELSEWHERE,
            may_pass=True,
            is_illness=True,
            waiting="{label} had an error",
            reason="It was on its side.",
        ),
        ErrorKind.TIMEOUT: KindRules(
            "{label} did not answer in time.",
            SAFE,
            "Try again.",
            _AGAIN_OR_ELSEWHERE,
            may_pass=True,
            is_illness=True,
            waiting="{label} did not answer",
            reason="It was silent for too long.",
        ),
        ErrorKind.NETWORK: KindRules(
            "{label} cannot be reached.",
            SAFE,
            "Check the connection and the address, then try again.",
            _AGAIN_OR_ELSEWHERE,
            may_pass=True,
            is_illness=True,
            waiting="{label} cannot be reached",
            reason="The connection failed.",
        ),
        ErrorKind.PROTOCOL: KindRules(
            "{label} sent an answer that cannot be read, or broke it off.",
            "What came so far is kept.",
            "Try again.",
            _AGAIN_OR_ELSEWHERE,
            may_pass=True,
            is_illness=True,
            waiting="{label} broke off",
            reason="What it sent cannot be read.",
        ),
        ErrorKind.CANCELLED: KindRules(
            "{label} ended the call before it answered.",
            SAFE,
            "Try again.",
            _AGAIN_OR_ELSEWHERE,
        ),
        ErrorKind.CONTEXT_TOO_LONG: KindRules(
            "This conversation is too long for the model.",
            "Nothing is lost.",
            "Start a new chat or choose a model with a larger window.",
            (Remedy.CHOOSE_MODEL, Remedy.NEW_CHAT),
        ),
        ErrorKind.MODEL_NOT_FOUND: KindRules(
            "{label} does not have this model, or not at this address.", SAFE, "Choose another model.", _OTHER_MODEL
        ),
        ErrorKind.REFUSED: KindRules(
            "{label} declined to answer this.", SAFE, "Put it in other words.", _AGAIN_OR_ELSEWHERE
        ),
        ErrorKind.CONTENT_FILTERED: KindRules(
            "{label}'s content filter stopped the answer.", SAFE, "Put it in other words.", _AGAIN_OR_ELSEWHERE
        ),
        ErrorKind.BAD_REQUEST: KindRules(
            "{label} did not accept the request.", SAFE, "Choose another model.", _OTHER_MODEL
        ),
        ErrorKind.NOT_SET_UP: KindRules(
            "{label} is not set up.",
            SAFE,
            "Enter its key or address.",
            (Remedy.SET_KEY, Remedy.CHOOSE_MODEL, Remedy.ANSWER_ELSEWHERE),
        ),
        ErrorKind.BUDGET: KindRules(
            "A limit that you set would be passed.",
            "Nothing was sent, and your message is kept.",
            "Let a free model answer, or raise the limit.",
            (Remedy.ANSWER_ELSEWHERE, Remedy.RAISE_LIMIT, Remedy.SEND_ANYWAY, Remedy.OPEN_LIMITS),
        ),
        ErrorKind.BUG: KindRules(
            "Something went wrong in GoalGetter that should not have.",
            SAFE,
            "Try again; if it stays so, the details help whoever mends it.",
            _AGAIN_OR_ELSEWHERE,
        ),
    }
)


def rules_of(kind: ErrorKind) -> KindRules:
    """What goes for failures of this kind."""
    return _RULES[kind]


def may_pass(error: ProviderError) -> bool:
    """Whether the same call may go well a little later."""
    return rules_of(error.kind).may_pass and not error.is_lasting
