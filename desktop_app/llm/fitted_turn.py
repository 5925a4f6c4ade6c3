"""A turn whose history fits the model's window: older messages folded, refitted once where the server still refuses."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

from desktop_app.domain.folds import Fold
from desktop_app.domain.messages import Message
from desktop_app.domain.usage import Usage
from desktop_app.llm.context_window import ContextLimit, Room, first_kept, newest_from, room_for
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, HistoryFolded, RetryScheduled, TextDelta, UsageReported, is_piece
from desktop_app.llm.folding import EarlierMessages, digest, earlier_messages, told
from desktop_app.llm.tokens import TokenEstimates

Stream = AsyncGenerator[Event, None]

# What a summary may take; in a small window a sixth of the room.
SUMMARY_TOKENS: Final = 1_200
# A model with less than that is better served by a list of facts than by an extra call.
_LEAST_WINDOW_TO_SUM_UP: Final = 12_000
_LETTERS_PER_TOKEN: Final = 2


@dataclass(frozen=True, slots=True)
class Answerer:
    """What a turn is made with: who answers, what that model reads at once, and how it is asked.

    `constant` is the guess for instructions, goals and tools; `stream` asks with a history, `sum_up` for a summary of
    a text (None where the model is not up to it).
    """

    provider: str
    model: str
    limit: ContextLimit
    constant: float
    estimates: TokenEstimates
    raw_tokens_of: Callable[[Message], float]
    stream: Callable[[tuple[Message, ...]], Stream]
    sum_up: Callable[[str], Stream] | None

    @property
    def window(self) -> int | None:
        """The window in tokens, as far as it is known by now."""
        return self.estimates.window(self.provider, self.model, self.limit.window)

    def tokens(self, raw: float) -> int:
        """The tokens that `raw` of the guess are for this model."""
        return self.estimates.tokens(self.provider, self.model, raw)

    def tokens_of(self, history: tuple[Message, ...]) -> int:
        """The tokens of a whole request with this history."""
        return self.tokens(self.constant + sum(map(self.raw_tokens_of, history)))

    def cost(self, message: Message) -> int:
        """The tokens of a message."""
        return self.tokens(self.raw_tokens_of(message))


class FittedTurn:
    """One turn. Among `messages` an `EarlierMessages` may stand for all before it, if those are too much."""

    def __init__(self, answerer: Answerer, messages: tuple[Message, ...]) -> None:
        self._answerer = answerer
        self._summary, self._rest = resolved(answerer, messages)
        self._raw: dict[int, float] = {}
        self._summing_up: Usage | None = None
        self._is_sent = False
        self._has_begun = False
        self._has_learned = False

    async def events(self) -> Stream:
        """The events of the turn. Raises ProviderError; CONTEXT_TOO_LONG before anything is sent, where it is known."""
        is_again = False
        while True:
            try:
                self._refuse_what_never_fits()
                room = self._room()
                if room is not None and self._is_too_much(room):
                    async with aclosing(self._folded(room)) as folding:
                        async for event in folding:
                            yield event
                self._is_sent = True
                async with aclosing(self._answerer.stream(self._history())) as events:
                    async for event in events:
                        yield event if isinstance(event, TextDelta) and self._has_begun else self._noted(event)
            except ProviderError as error:
                if is_again or not self._may_try_shorter(error):
                    raise
                is_again = True
            else:
                return

    def _noted(self, event: Event) -> Event:
        """Learn from an event of the reply, and give it back with what folding cost."""
        self._has_begun = self._has_begun or is_piece(event)
        if isinstance(event, UsageReported) and not self._has_learned:
            self._has_learned = True
            self._learn(event.usage)
        return self._with_summing_up(event) if isinstance(event, Done) else event

    def _may_try_shorter(self, error: ProviderError) -> bool:
        """Learn from a refusal for length; whether there is something to fold now, and nothing was answered yet."""
        if error.kind is not ErrorKind.CONTEXT_TOO_LONG or not self._is_sent or self._has_begun:
            return False
        answerer = self._answerer
        window, limit = answerer.window, answerer.limit
        # Most servers count the room for the reply, too.
        beyond = None if window is None else window - min(limit.reply_room, window // 2)
        answerer.estimates.learn_refusal(answerer.provider, answerer.model, self._raw_tokens(), beyond)
        room = self._room()
        return room is not None and self._is_too_much(room)

    def _history(self) -> tuple[Message, ...]:
        return self._rest if self._summary is None else (self._summary, *self._rest)

    def _raw_of(self, message: Message) -> float:
        """The guess for a message, made once: messages can be long, and all of them live as long as the turn."""
        if id(message) not in self._raw:
            self._raw[id(message)] = self._answerer.raw_tokens_of(message)
        return self._raw[id(message)]

    def _cost(self, message: Message) -> int:
        return self._answerer.tokens(self._raw_of(message))

    def _room(self) -> Room | None:
        window = self._answerer.window
        if window is None:
            return None
        return room_for(self._answerer.limit, window, self._answerer.tokens(self._answerer.constant))

    def _is_too_much(self, room: Room) -> bool:
        """Whether there are older messages that can be folded, and have to be."""
        history = self._history()
        can_shrink = newest_from(self._rest) > 0
        return can_shrink and not room.holds([self._cost(one) for one in history], newest_from(history))

    def _refuse_what_never_fits(self) -> None:
        """The newest message always goes whole; where the window does not hold it, nothing is sent at all.

        That is the window that was told: what a server refused once may have had another reason.
        """
        answerer = self._answerer
        window = answerer.limit.window
        if window is None:
            return
        newest = sum(map(self._cost, self._rest[newest_from(self._rest) :]))
        constant = answerer.tokens(answerer.constant)
        needed = newest + constant + min(answerer.limit.reply_room, window // 8)
        if needed * self._certainty() > window:
            raise ProviderError(
                ErrorKind.CONTEXT_TOO_LONG,
                f"Your message is longer than this model reads at once: about {newest:,} tokens, and beside "
                f"instructions and goals its window of {window:,} has room for {max(window - constant, 0):,}. "
                "It is kept; shorten it or choose a model with a larger window.",
            )

    def _certainty(self) -> float:
        """How much of the estimate is sure: a server that counts is asked in case of doubt, one that cuts is not."""
        answerer = self._answerer
        if answerer.limit.is_cut_silently:
            return 1.0
        return 0.95 if answerer.estimates.has_learned(answerer.provider, answerer.model) else 0.7

    async def _folded(self, room: Room) -> Stream:
        """Fold what is too much into a summary, and tell so."""
        answerer = self._answerer
        most = max(min(SUMMARY_TOKENS, room.most // 6, room.history // 4), 1)
        costs = [self._cost(message) for message in self._rest]
        start = first_kept(self._rest, costs, most, room)
        older = self._rest[:start]
        text = ""
        if answerer.sum_up is not None and (answerer.window or 0) >= _LEAST_WINDOW_TO_SUM_UP:
            async with aclosing(self._summed_up(answerer.sum_up, older, room)) as events:
                async for event in events:
                    if isinstance(event, TextDelta):
                        text += event.text
                    else:
                        yield event
        letters = most * _LETTERS_PER_TOKEN
        is_written = bool(text.strip())
        before = self._summary.fold if self._summary else None
        fold = Fold(
            text=_cut(text.strip(), letters) if is_written else digest(before, older, letters),
            message_count=len(older) + (before.message_count if before else 0),
            up_to=older[-1].id,
            provider=answerer.provider if is_written else None,
            model=answerer.model if is_written else None,
        )
        self._summary, self._rest = earlier_messages(fold), self._rest[start:]
        yield HistoryFolded(fold)

    async def _summed_up(self, sum_up: Callable[[str], Stream], older: tuple[Message, ...], room: Room) -> Stream:
        """The summary as the model writes it, in pieces, and what that used; nothing where it fails."""
        text = told(self._summary.fold if self._summary else None, older, room.most * _LETTERS_PER_TOKEN)
        if text is None:
            return
        pieces: list[TextDelta] = []
        try:
            async with aclosing(sum_up(text)) as events:
                async for event in events:
                    match event:
                        case TextDelta():
                            pieces.append(event)
                        case UsageReported(usage):
                            self._summing_up = usage if self._summing_up is None else self._summing_up.plus(usage)
                            yield event
                        case RetryScheduled():
                            yield event
                        case _:
                            pass
        except ProviderError:
            return  # the facts are put together without the model
        for piece in pieces:
            yield piece

    def _with_summing_up(self, done: Done) -> Done:
        return done if self._summing_up is None else replace(done, usage=self._summing_up.plus(done.usage))

    def _raw_tokens(self) -> float:
        return self._answerer.constant + sum(map(self._raw_of, self._history()))

    def _learn(self, usage: Usage) -> None:
        if not usage.is_estimated:
            answerer = self._answerer
            answerer.estimates.learn(answerer.provider, answerer.model, self._raw_tokens(), usage.input_tokens)


def resolved(answerer: Answerer, messages: tuple[Message, ...]) -> tuple[EarlierMessages | None, tuple[Message, ...]]:
    """The summary that still stands, and the messages after it; a model that holds all easily is sent all."""
    whole = tuple(message for message in messages if not isinstance(message, EarlierMessages))
    summaries = [(index, message) for index, message in enumerate(messages) if isinstance(message, EarlierMessages)]
    if not summaries:
        return None, whole
    window = answerer.window
    if window is not None and answerer.limit.history is None:
        room = room_for(answerer.limit, window, answerer.tokens(answerer.constant))
        if sum(map(answerer.cost, whole)) <= room.most // 2:
            return None, whole
    index, summary = summaries[-1]
    return summary, messages[index + 1 :]


def history_to_send(answerer: Answerer, messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """What is sent of `messages`, if nothing more has to be folded."""
    summary, rest = resolved(answerer, messages)
    return rest if summary is None else (summary, *rest)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rstrip() + "…"
