"""How much Ollama is asked to read at once: `num_ctx` in steps.

Ollama cuts what is too long without a word, so nothing too long is ever sent.
"""

from dataclasses import dataclass
from typing import Final

from desktop_app.llm.errors import ErrorKind, ProviderError

# Each change of num_ctx makes Ollama load the model again, and each token costs memory: few steps.
STEPS: Final = (8_192, 12_288, 16_384, 24_576, 32_768, 49_152, 65_536, 98_304, 131_072)
# The longest where nobody knows the memory or the model.
CAUTIOUS: Final = 16_384
REPLY_ROOM: Final = 2_048
THINKING_ROOM: Final = 2_048
# What calls and results of a turn's later rounds may add.
TOOLS_ROOM: Final = 1_024


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


def num_ctx_for(tokens: int, window: WindowRange, room: int, *, will_grow: bool) -> int:
    """The window for a request of `tokens` with `room` for the reply, which gives way where there is not enough.

    A conversation that `will_grow` gets all there is at once. Raises ProviderError where the request does not fit.
    """
    if tokens > window.most:
        raise ProviderError(
            ErrorKind.CONTEXT_TOO_LONG,
            f"This is longer than the model can read at once (about {tokens:,} of {window.most:,} tokens). "
            "Your message is kept; shorten it or choose a model with a larger window.",
        )
    return window.most if will_grow else window.for_need(tokens + min(room, window.most // 2))
