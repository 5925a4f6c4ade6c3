"""What may be sent as a message."""

from dataclasses import replace
from typing import Final

from desktop_app.domain.attachments import MOST_ATTACHMENTS
from desktop_app.domain.goals import storable_text
from desktop_app.domain.messages import Message, Role, TextPart, Unsent
from desktop_app.errors import InvalidValueError

MESSAGE_LIMIT: Final = 4_000_000

GO_ON: Final = (
    "(Your last reply broke off before its end. Go on with it exactly from where it stops, in the middle of a word if "
    "need be. Do not repeat anything and do not begin anew.)"
)


def checked_text(text: str) -> str:
    """The message as it is kept. Raises InvalidValueError for one that is empty or beyond 4,000,000 characters."""
    cleaned = storable_text(text).strip()
    if not cleaned:
        raise InvalidValueError("There is nothing to send yet. Write a message first.")
    if len(cleaned) > MESSAGE_LIMIT:
        raise InvalidValueError(
            f"The message has {len(cleaned):,} characters; {MESSAGE_LIMIT:,} is the most. It is still in the box."
        )
    return cleaned


def checked_unsent(unsent: Unsent) -> Unsent:
    """The same for a message with attachments, which needs no text. Raises InvalidValueError."""
    if len(unsent.attachments) > MOST_ATTACHMENTS:
        raise InvalidValueError(f"A message takes {MOST_ATTACHMENTS} attachments at most. Send the others after it.")
    is_bare = bool(unsent.attachments) and not storable_text(unsent.text).strip()
    return replace(unsent, text="" if is_bare else checked_text(unsent.text))


def from_you(unsent: Unsent) -> Message:
    """The person's message, attachments first, as models read them best."""
    text = (TextPart(unsent.text),) if unsent.text else ()
    return Message(Role.YOU, (*unsent.attachments, *text))
