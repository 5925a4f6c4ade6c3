"""What is shown where a reply failed, waits to be tried again, or came from somebody else; no Qt in it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from desktop_app.domain.budgets import Reached, Span, raised
from desktop_app.domain.messages import Message, MessageStatus, TextPart, ToolCallPart
from desktop_app.domain.money import dollars, limit_words
from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.events import RetryScheduled
from desktop_app.llm.taxonomy import SAFE, Remedy, rules_of
from desktop_app.services.spending.refusals import reached_in
from desktop_app.ui.chat.items import Action, NoticeItem, Tone

RETRY: Final = "retry"
RETRY_NOW: Final = "retry_now"
GO_ON: Final = "go_on"
ELSEWHERE: Final = "answer_elsewhere"
FIRST_CHOICE: Final = "first_choice"
SET_KEY: Final = "set_key"
CHOOSE_MODEL: Final = "choose_model"
NEW_CHAT: Final = "new_chat"
RAISE_LIMIT: Final = "raise_limit"
SEND_ANYWAY: Final = "send_anyway"
OPEN_LIMITS: Final = "open_limits"
ENTER_PRICE: Final = "enter_price"
DETAILS: Final = "details"

_ICONS: Final[Mapping[ErrorKind, str]] = {
    ErrorKind.INVALID_KEY: "key-round",
    ErrorKind.NOT_SET_UP: "key-round",
    ErrorKind.PERMISSION: "lock",
    ErrorKind.QUOTA: "wallet",
    ErrorKind.BUDGET: "wallet",
    ErrorKind.RATE_LIMITED: "hourglass",
    ErrorKind.OVERLOADED: "hourglass",
    ErrorKind.TIMEOUT: "hourglass",
    ErrorKind.SERVER: "cloud",
    ErrorKind.NETWORK: "cloud",
    ErrorKind.CANCELLED: "cloud",
    ErrorKind.PROTOCOL: "cloud",
}
_OTHER_ICON: Final = "circle-alert"
_SO_FAR_KEPT: Final = rules_of(ErrorKind.PROTOCOL).safe
_AGAIN: Final = Action(RETRY, "Try again")
_NOTHING_TO_DO: Final = "There is nothing you need to do."
# The end of a first sentence: a full stop within an address or a figure is none.
_SENTENCE_END: Final = re.compile(r"(?<=[^\W_]|[)”])\. (?=[^\Wa-z_])")
_STATUS: Final = re.compile(r"\bstatus (\d{3})\b")


@dataclass(frozen=True, slots=True)
class Offers:
    """What is at hand where a failure is shown: the provider's key, and who could answer in its place.

    `elsewhere` is the label of that action, `key_ending` the last characters of the key in force, `first_choice` the
    label of the provider that could not answer; each may be empty. `can_raise` and `may_send_anyway` are what may be
    done about a limit of the person's own.
    """

    first_choice: str = ""
    takes_key: bool = False
    key_ending: str = ""
    elsewhere: str = ""
    can_raise: bool = False
    may_send_anyway: bool = False


NO_OFFERS: Final = Offers()


def failure_notice(key: int, message: Message, offers: Offers) -> NoticeItem:
    """How the reply `message` failed, and what can be done about it."""
    kind = kind_of(message)
    title, text = told(message, offers)
    if kind is ErrorKind.BUDGET:
        return _limit_notice(key, message, title, text, offers)
    buttons = _buttons(*_continuing(message), *_remedies(kind, offers))
    shown = (*(buttons or _buttons(_AGAIN)), Action(DETAILS, "Details", is_link=True))
    tone = Tone.WARN if rules_of(kind).may_pass or has_said_something(message) else Tone.DANGER
    return NoticeItem(key, tone, _ICONS.get(kind, _OTHER_ICON), title, text, shown)


def _limit_notice(key: int, message: Message, title: str, text: str, offers: Offers) -> NoticeItem:
    """A limit of the person's own would be passed: how full it is, and what can be done."""
    reached = reached_in(message.error_details)
    actions = [Action(ELSEWHERE, offers.elsewhere)] if offers.elsewhere else []
    if reached is not None and reached.expected is not None and offers.can_raise:
        actions.append(Action(RAISE_LIMIT, f"Raise limit to {limit_words(new_limit(reached))}"))
    if reached is not None and reached.expected is None:
        actions.append(Action(ENTER_PRICE, "Enter its price"))
    if offers.may_send_anyway:
        actions.append(Action(SEND_ANYWAY, "Send this once"))
    shown = (*_buttons(*(actions or [_AGAIN])), Action(OPEN_LIMITS, "Open limits", is_link=True))
    if reached is None or reached.expected is None or reached.span is Span.REPLY:
        return NoticeItem(key, Tone.WARN, "wallet", title, text, shown)
    share = min(reached.spent / reached.limit, 1.0) if reached.limit else 1.0
    words = f"{dollars(reached.spent)} of {limit_words(reached.limit)}"
    return NoticeItem(key, Tone.WARN, "wallet", title, text, shown, share, words)


def new_limit(reached: Reached) -> int:
    """What a click raises the limit to: twice as much, and so often that the call fits."""
    limit = raised(reached.limit)
    while limit < reached.spent + (reached.expected or 0):
        limit = raised(limit)
    return limit


def interrupted_notice(key: int, message: Message) -> NoticeItem:
    """The program ended in the middle of the reply."""
    text = "GoalGetter ended in the middle of this reply. What had come is kept."
    buttons = _buttons(*_continuing(message), _AGAIN)
    return NoticeItem(key, Tone.NEUTRAL, _OTHER_ICON, "Interrupted", text, buttons)


def waiting_notice(key: int, scheduled: RetryScheduled, left_s: float, offers: Offers) -> NoticeItem:
    """A call that failed waits to be made again, in `left_s` seconds."""
    tries = f"({scheduled.attempt} of {scheduled.of})"
    text = f"{rules_of(scheduled.kind).reason} {_NOTHING_TO_DO}".strip()
    icon = _ICONS.get(scheduled.kind, _OTHER_ICON)
    if left_s <= 0:
        return NoticeItem(key, Tone.WARN, icon, f"{scheduled.text}, trying again {tries}", text)
    elsewhere = (Action(ELSEWHERE, offers.elsewhere),) if offers.elsewhere else ()
    return NoticeItem(
        key,
        Tone.WARN,
        icon,
        f"{scheduled.text}, retrying in {ceil(left_s)} s {tries}",
        text,
        (Action(RETRY_NOW, "Retry now"), *elsewhere, Action(DETAILS, "Details", is_link=True)),
        progress=1 - left_s / scheduled.delay_s if scheduled.delay_s else 1.0,
    )


def switched_notice(key: int, chosen: str, model_label: str, *, is_limit: bool = False) -> NoticeItem:
    """`chosen` could not answer, or a limit did not let it; the model called `model_label` does, for this reply."""
    if is_limit:
        title = f"Your limit is reached; **{model_label}** answers for free"
        return NoticeItem(
            key, Tone.NEUTRAL, "wallet", title, actions=(Action(OPEN_LIMITS, "Open limits", is_link=True),)
        )
    title = f"{chosen} is unavailable; switched to **{model_label}** for this reply"
    again = Action(FIRST_CHOICE, f"Try {chosen} again", is_link=True)
    return NoticeItem(key, Tone.NEUTRAL, "cloud", title, actions=(again,))


def kind_of(message: Message) -> ErrorKind:
    """How the reply failed; what is not known any more counts as the server's error."""
    try:
        return ErrorKind(message.error_kind or ErrorKind.SERVER)
    except ValueError:
        return ErrorKind.SERVER


def told(message: Message, offers: Offers) -> tuple[str, str]:
    """The failure as a title and what follows it."""
    words = message.error or "The coach could not answer. Your message is safe."
    title, *rest = _SENTENCE_END.split(words, maxsplit=1)
    text = rest[0] if rest else ""
    if kind_of(message) is ErrorKind.INVALID_KEY and (status := _STATUS.search(message.error_details)):
        which = f"The key ending in {offers.key_ending}" if offers.key_ending else "The key"
        text = f"{which} was turned down ({status[1]}). {rules_of(ErrorKind.INVALID_KEY).safe}"
    if has_said_something(message):
        text = text.replace(SAFE, _SO_FAR_KEPT)
    return title.removesuffix("."), text


def facts(message: Message, model_label: str) -> str:
    """What support needs to know of a failure, a line each; it holds no key and no words of anybody."""
    lines = [
        ("Model", model_label),
        ("Provider", message.provider or ""),
        ("Name", message.model or ""),
        ("Kind", message.error_kind or ""),
        ("Facts", message.error_details),
        ("Time", message.created_at.isoformat(timespec="seconds") if message.created_at else ""),
        ("Said", message.error or ""),
    ]
    return "\n".join(f"{name}: {value}" for name, value in lines if value)


def has_said_something(message: Message) -> bool:
    """Whether a reply has anything that it could go on from."""
    return any(isinstance(part, TextPart | ToolCallPart) for part in message.parts)


def _buttons(*actions: Action) -> tuple[Action, ...]:
    """`actions`, each once, the first of them as the one to press."""
    once: dict[str, Action] = {}
    for action in actions:
        once.setdefault(action.id, action)
    return tuple(replace(action, is_primary=place == 0) for place, action in enumerate(once.values()))


def _continuing(message: Message) -> tuple[Action, ...]:
    ended_early = {MessageStatus.FAILED, MessageStatus.INTERRUPTED}
    if message.status in ended_early and has_said_something(message):
        return (Action(GO_ON, "Continue"), Action(RETRY, "Retry"))
    return ()


def _remedies(kind: ErrorKind, offers: Offers) -> Iterator[Action]:
    for remedy in rules_of(kind).remedies:
        match remedy:
            case Remedy.RETRY:
                yield _AGAIN
            case Remedy.SET_KEY if offers.takes_key:
                yield Action(SET_KEY, "Add key" if kind is ErrorKind.NOT_SET_UP else "Replace key")
            case Remedy.ANSWER_ELSEWHERE if offers.elsewhere:
                yield Action(ELSEWHERE, offers.elsewhere)
            case Remedy.CHOOSE_MODEL:
                yield Action(CHOOSE_MODEL, "Choose a model")
            case Remedy.NEW_CHAT:
                yield Action(NEW_CHAT, "New chat")
            case _:
                pass
