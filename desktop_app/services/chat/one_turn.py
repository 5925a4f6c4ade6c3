"""One conversation has one turn at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from desktop_app.domain.ids import ConversationId
from desktop_app.errors import NotAllowedError


class OneTurnEach:
    """Knows in which conversations a turn runs."""

    def __init__(self) -> None:
        self._answering: set[ConversationId] = set()

    @contextmanager
    def turn_in(self, conversation_id: ConversationId) -> Iterator[None]:
        """The time of one turn: two into one conversation would answer what neither has seen.

        Raises NotAllowedError where one runs.
        """
        if conversation_id in self._answering:
            raise NotAllowedError("A reply is still coming in this chat. Stop it first, or wait until it ended.")
        self._answering.add(conversation_id)
        try:
            yield
        finally:
            self._answering.remove(conversation_id)
