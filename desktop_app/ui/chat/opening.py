"""A stored conversation as rows, made bit by bit: those of a long one would hold the window up."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from desktop_app.domain.messages import Message, Transcript
from desktop_app.services.models import ModelDirectory
from desktop_app.ui.chat.failure_notices import Offers
from desktop_app.ui.chat.fold_row import fold_item
from desktop_app.ui.chat.items import ThreadItem
from desktop_app.ui.chat.live_turn import LiveTurn
from desktop_app.ui.chat.screen import Screen
from desktop_app.ui.chat.shown_rows import ShownRows

# The end is made with the showing: its last message may be coming in.
_AT_THE_END: Final = 100
_A_TURN: Final = 250


class Opening:
    """Makes the rows of a transcript: `beginning`, which takes as many turns of the loop as it needs, then `end`."""

    def __init__(
        self, rows: ShownRows, models: ModelDirectory, offers: Callable[[Message], Offers], screen: Screen
    ) -> None:
        self._rows = rows
        self._models = models
        self._offers = offers
        self._screen = screen

    async def beginning(self, transcript: Transcript, number: int) -> list[ThreadItem]:
        """The rows of all messages but the last; it breaks off once the screen is not that of `number` any more."""
        await self._models.learn_names({(message.provider, message.model) for message in transcript.messages})
        items: list[ThreadItem] = []
        messages = transcript.messages[:-_AT_THE_END]
        for at in range(0, len(messages), _A_TURN):
            await asyncio.sleep(0)
            if number != self._screen.number:
                break
            items += self._items(transcript, messages[at : at + _A_TURN])
        return items

    def end(self, transcript: Transcript, live: LiveTurn | None) -> list[ThreadItem]:
        """The rows of the last messages, but for the one that is coming in."""
        shown = (
            message for message in transcript.messages[-_AT_THE_END:] if live is None or message.id != live.message.id
        )
        return self._items(transcript, shown)

    def _items(self, transcript: Transcript, messages: Iterable[Message]) -> list[ThreadItem]:
        items: list[ThreadItem] = []
        names: dict[tuple[str | None, str | None], str] = {}
        fold = transcript.fold
        for message in messages:
            writer = (message.provider, message.model)
            if writer not in names:
                names[writer] = self._models.name_of(*writer)
            place = transcript.places.get(message.id) if message.id is not None else None
            items += self._rows.items(message, names[writer], self._offers(message), place)
            if fold is not None and message.id == fold.up_to:
                items.append(fold_item(self._rows.new_base(), fold, self._models.name_of(fold.provider, fold.model)))
        return items
