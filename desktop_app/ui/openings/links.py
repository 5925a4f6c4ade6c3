"""What a `goalgetter:` link asks for. A link may come from anywhere, so it shows and suggests, and changes nothing."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from desktop_app.errors import InvalidValueError

LONGEST_TEXT: Final = 20_000
_UNKNOWN: Final = (
    "This link cannot be opened. GoalGetter knows goalgetter://goal/…, goalgetter://chat/… and goalgetter://new?text=…"
)


@dataclass(frozen=True, slots=True)
class GoalLink:
    """To a goal, by its number here or by the id that it has on every computer."""

    goal: int | str


@dataclass(frozen=True, slots=True)
class ChatLink:
    """To a chat, by its number."""

    conversation_id: int


@dataclass(frozen=True, slots=True)
class NewChatLink:
    """To a new chat, with words in its box that are not sent."""

    text: str


def read_link(link: str) -> GoalLink | ChatLink | NewChatLink:
    """What the link asks for. Raises InvalidValueError for one that is not known."""
    try:
        parts = urlsplit(link)
        what, _, which = f"{parts.netloc}{parts.path}".strip("/").partition("/")
        text = parse_qs(parts.query).get("text", [""])[0]
    except ValueError:
        raise InvalidValueError(_UNKNOWN) from None
    which = unquote(which)
    match what.casefold():
        case "goal" if re.fullmatch(r"[0-9]{1,15}", which):
            return GoalLink(int(which))
        case "goal" if re.fullmatch(r"[0-9A-Za-z-]{8,64}", which):
            return GoalLink(which)
        case "chat" if re.fullmatch(r"[0-9]{1,15}", which):
            return ChatLink(int(which))
        case "new" | "":
            return NewChatLink(text[:LONGEST_TEXT])
        case _:
            raise InvalidValueError(_UNKNOWN)
