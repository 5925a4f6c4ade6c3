"""What a notification is, and the channels by which it may come to the person."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

OPEN: Final = "default"
"""The action of a click on the notification itself."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification; `key` tells it from others, `actions` are ids with the words of their buttons."""

    key: str
    title: str
    text: str
    actions: tuple[tuple[str, str], ...] = ()


class NotificationChannel(QObject):
    """`acted` gives a notice's key and the action that was chosen; `not_shown` the key of one that nobody could see."""

    acted = Signal(str, str)
    not_shown = Signal(str)

    def show(self, notice: Notice) -> None:
        """Show it, without a wait."""
        raise NotImplementedError

    def close(self) -> None:
        """End; what is shown may stay."""
