"""How much of a conversation Ollama is asked to read: `num_ctx` in steps, and history that fits it.

Ollama cuts what is too long without a word, so nothing too long is ever sent.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.ollama.history import WireMessage

# Each change of num_ctx makes Ollama load the model again, and each doubling costs memory: few steps, and an end.
STEPS: Final = (8_192, 12_288, 16_384)
REPLY_ROOM: Final = 2_048
THINKING_ROOM: Final = 2_048
BYTES_PER_TOKEN: Final = 3
_MESSAGE_TOKENS: Final = 8


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is sent: the messages, the window to read them in, how many tokens they are estimated to be."""

    messages: tuple[WireMessage, ...]
    num_ctx: int
    estimated_tokens: int
    left_out: int


def estimated_tokens(value: Mapping[str, Any] | str) -> int:
    """About how many tokens `value` is; rather too many than too few."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN + _MESSAGE_TOKENS


def fitted(
    constant_tokens: int, history: Sequence[Sequence[WireMessage]], longest: int | None, floor: int, room: int
) -> Fitted:
    """The newest part of `history` that fits, and the window for it.

    `history` has a group for each message of the conversation; whole groups are left out, oldest first, and what is
    left begins with the person. `constant_tokens` is what goes along in any case, `longest` the model's window,
    `floor` the window it is loaded with, `room` what the reply may need. Raises ProviderError when the newest
    message alone is too long.
    """
    most = min(STEPS[-1], longest or STEPS[-1])
    most = max(most, min(floor, longest or floor))
    room = min(room, most // 2)
    costs = [sum(estimated_tokens(message) for message in group) for group in history]
    newest = _newest_word(history)
    start, total = 0, constant_tokens + sum(costs)
    while start < newest and total + room > most:
        total -= costs[start]
        start += 1
        while start < newest and not _begins_with_person(history[start]):
            total -= costs[start]
            start += 1
    if total > most:
        raise ProviderError(
            ErrorKind.CONTEXT_TOO_LONG,
            f"Your message is longer than this model can read at once (about {total:,} of {most:,} tokens). "
            "It is kept; shorten it or choose a model with a larger window.",
        )
    # A conversation that had to be cut will only grow.
    step = STEPS[-1] if start else next((step for step in STEPS if step >= total + room), STEPS[-1])
    num_ctx = max(min(step, longest or step), min(floor, longest or floor))
    messages = tuple(message for group in history[start:] for message in group)
    return Fitted(messages, num_ctx, total, sum(1 for group in history[:start] if group))


def _newest_word(history: Sequence[Sequence[WireMessage]]) -> int:
    """The place of the person's newest message, which always goes."""
    places = [index for index, group in enumerate(history) if _begins_with_person(group)]
    return places[-1] if places else 0


def _begins_with_person(group: Sequence[WireMessage]) -> bool:
    return bool(group) and group[0]["role"] == "user"
