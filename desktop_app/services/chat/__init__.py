"""Conversations: what is sent in them, how the coach's replies come in, and what is kept of both."""

from desktop_app.services.chat.events import (
    Switched,
    TurnControl,
    TurnEnded,
    TurnEvent,
    TurnListener,
    TurnOptions,
    TurnStarted,
)
from desktop_app.services.chat.queue import MessageQueue
from desktop_app.services.chat.repositories import ChatRepositories
from desktop_app.services.chat.service import ChatService

__all__ = [
    "ChatRepositories",
    "ChatService",
    "MessageQueue",
    "Switched",
    "TurnControl",
    "TurnEnded",
    "TurnEvent",
    "TurnListener",
    "TurnOptions",
    "TurnStarted",
]
