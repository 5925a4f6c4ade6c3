"""Summaries that stand for the beginning of a conversation where all of it is more than a model reads at once."""

from collections.abc import Iterable, Sequence
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


def furthest_fold(folds: Iterable[Fold], path: Sequence[MessageId | None]) -> Fold | None:
    """The fold that reaches furthest along a path of messages; those of other branches tell of other messages."""
    on_path = [fold for fold in folds if fold.up_to is not None and fold.up_to in path]
    return max(on_path, key=lambda fold: path.index(fold.up_to), default=None)
