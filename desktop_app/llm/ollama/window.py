"""How much of a conversation Ollama is asked to read: `num_ctx` in steps, and history that fits it.

Ollama cuts what is too long without a word, so nothing too long is ever sent.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.ollama.history import WireMessage

# Each change of num_ctx makes Ollama load the model again, and each token costs memory: few steps.
STEPS: Final = (8_192, 12_288, 16_384, 24_576, 32_768, 49_152, 65_536, 98_304, 131_072)
# The longest where nobody knows the memory or the model.
CAUTIOUS: Final = 16_384
REPLY_ROOM: Final = 2_048
THINKING_ROOM: Final = 2_048
BYTES_PER_TOKEN: Final = 3
_MESSAGE_TOKENS: Final = 8


@dataclass(frozen=True, slots=True)
class WindowRange:
    """The windows that may be asked for, in tokens: below `least` nothing is gained, above `most` there is no room."""

    least: int
    most: int

    def for_need(self, tokens: int) -> int:
        """The smallest step that holds `tokens`."""
        step = next((step for step in STEPS if step >= tokens), self.most)
        return max(self.least, min(step, self.most))


def window_range(longest: int | None, in_use: int, affordable: int | None, wanted: int | None) -> WindowRange:
    """The windows for a model whose own is `longest`, that is loaded with `in_use` and has memory for `affordable`.

    A window that the person `wanted` is the one, as far as the model has it. None is "not known".
    """
    if wanted is not None:
        fixed = min(wanted, longest or wanted)
        return WindowRange(fixed, fixed)
    least = min(in_use, longest or in_use)
    # In steps, so that a memory that is a little freer than before is no reason to load the model again.
    room = CAUTIOUS if affordable is None else max(step for step in STEPS if step <= max(affordable, STEPS[0]))
    most = min(longest or CAUTIOUS, room)
    return WindowRange(least, max(least, most))


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


def fitted(constant_tokens: int, history: Sequence[Sequence[WireMessage]], window: WindowRange, room: int) -> Fitted:
    """The newest part of `history` that fits, and the window for it.

    `history` has a group for each message of the conversation; whole groups are left out, oldest first, and what is
    left begins with the person. `constant_tokens` is what goes along in any case, `room` what the reply may need.
    Raises ProviderError when the newest message alone is too long.
    """
    most = window.most
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
    num_ctx = most if start else window.for_need(total + room)
    messages = tuple(message for group in history[start:] for message in group)
    return Fitted(messages, num_ctx, total, sum(1 for group in history[:start] if group))


def _newest_word(history: Sequence[Sequence[WireMessage]]) -> int:
    """The place of the person's newest message, which always goes."""
    places = [index for index, group in enumerate(history) if _begins_with_person(group)]
    return places[-1] if places else 0


def _begins_with_person(group: Sequence[WireMessage]) -> bool:
    return bool(group) and group[0]["role"] == "user"
