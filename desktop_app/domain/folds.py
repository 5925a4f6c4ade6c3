"""Summaries that stand for the beginning of a conversation where all of it is more than a model reads at once."""

from dataclasses import dataclass
from datetime import datetime

from desktop_app.domain.ids import MessageId


@dataclass(frozen=True, slots=True)
class Fold:
    """A summary of the first `message_count` messages of a path; the messages themselves stay where they are.

    `up_to` is the last message that it tells of, None where nobody keeps them. `model` None means that it was put
    together on this computer from what was said and done.
    """

    text: str
    message_count: int
    up_to: MessageId | None = None
    provider: str | None = None
    model: str | None = None
    created_at: datetime | None = None
