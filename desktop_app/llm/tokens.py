"""How many tokens a text is, guessed without a tokenizer and corrected by what the providers report.

A tokenizer of each model would have to be downloaded. The guess looks at how many bytes the letters take in UTF-8,
which tells scripts apart well enough, and errs on the side of too many.
"""

import json
import math
from dataclasses import dataclass
from typing import Final

# Tokens for a letter of one, two, three and four bytes: Latin; Cyrillic, Greek, Arabic; Chinese, Hindi, Thai; emoji.
_PER_LETTER: Final = (0.32, 0.6, 1.3, 2.5)
# How much finer a provider's tokens are than the guess, before it has reported any.
_FIRST_RATIO: Final = {"openai": 1.0, "claude": 1.2}
_FIRST_RATIO_ELSEWHERE: Final = 1.15
_LEAST_RATIO: Final = 0.6
_MOST_RATIO: Final = 4.0
# Reports on short prompts say more of a provider's own additions than of its tokens.
_LEAST_TO_LEARN_FROM: Final = 300
# A report that is far off moves the ratio by this much and no more, up faster than down: too few tokens hurt.
_MOST_UP: Final = 1.4
_MOST_DOWN: Final = 0.85
_MOST_KEPT: Final = 200


@dataclass(frozen=True, slots=True)
class TokenCount:
    """How many tokens a request is; `is_estimated` unless the provider's own tokenizer counted."""

    tokens: int
    is_estimated: bool


def raw_tokens(text: str) -> float:
    """The guess for `text`, the same for every model."""
    letters = len(text)
    if text.isascii():
        return letters * _PER_LETTER[0]
    octets = len(text.encode("utf-8", "replace"))
    one = len(text.encode("ascii", "ignore"))
    four = len(text.encode("utf-16-le", "replace")) // 2 - letters
    three = max(octets - 2 * letters + one - 2 * four, 0)
    two = max(letters - one - three - four, 0)
    return sum(count * tokens for count, tokens in zip((one, two, three, four), _PER_LETTER, strict=True))


class TokenEstimates:
    """Corrects the guess for each model by a ratio, which is learned from what its provider reports."""

    def __init__(self) -> None:
        self._ratios: dict[str, float] = {}
        self._narrower: dict[str, int] = {}

    def tokens(self, provider: str, model: str, raw: float) -> int:
        """The tokens that `raw` of the guess are for this model."""
        return math.ceil(raw * self._ratio(provider, model))

    def window(self, provider: str, model: str, told: int | None) -> int | None:
        """The window of a model in tokens: `told`, or less where its server has refused less than that."""
        seen = self._narrower.get(_key(provider, model))
        return told if seen is None else min(seen, told or seen)

    def has_learned(self, provider: str, model: str) -> bool:
        """Whether the estimates of this model rest on reports."""
        return _key(provider, model) in self._ratios

    def learn(self, provider: str, model: str, raw: float, reported: int) -> None:
        """A request whose guess was `raw` had `reported` input tokens."""
        if reported > self._narrower.get(_key(provider, model), reported):
            del self._narrower[_key(provider, model)]  # it was refused for another reason
        if raw < _LEAST_TO_LEARN_FROM or reported <= 0:
            return
        old = self._ratio(provider, model)
        step = math.sqrt(reported / raw / old)
        self._set(provider, model, old * min(max(step, _MOST_DOWN), _MOST_UP))

    def learn_refusal(self, provider: str, model: str, raw: float, beyond: int | None) -> None:
        """A request whose guess was `raw` was too long for the server: more than `beyond` tokens, where one knows."""
        old = self._ratio(provider, model)
        needed = _MOST_RATIO + 1 if beyond is None else max(old * 1.25, beyond * 1.05 / raw)
        if needed <= _MOST_RATIO:
            self._set(provider, model, needed)
        else:
            # No text has that many tokens, so the window is not what was told.
            self._narrower[_key(provider, model)] = max(int(raw * old * 0.75), 1)

    def dump(self) -> str:
        """What was learned, as text to be kept."""
        return json.dumps({key: round(ratio, 3) for key, ratio in self._ratios.items()})

    def load(self, text: str) -> None:
        """Go on from what `dump` gave; what cannot be read is forgotten."""
        try:
            kept = json.loads(text)
            ratios = {str(key): _bounded(float(ratio)) for key, ratio in kept.items()}
        except (ValueError, TypeError, AttributeError):
            return
        self._ratios = ratios | self._ratios

    def _ratio(self, provider: str, model: str) -> float:
        return self._ratios.get(_key(provider, model), _FIRST_RATIO.get(provider, _FIRST_RATIO_ELSEWHERE))

    def _set(self, provider: str, model: str, ratio: float) -> None:
        self._ratios.pop(_key(provider, model), None)
        self._ratios[_key(provider, model)] = _bounded(ratio)
        while len(self._ratios) > _MOST_KEPT:
            del self._ratios[next(iter(self._ratios))]


def _key(provider: str, model: str) -> str:
    return f"{provider}/{model}"


def _bounded(ratio: float) -> float:
    if not math.isfinite(ratio):
        raise ValueError("not a ratio")
    return min(max(ratio, _LEAST_RATIO), _MOST_RATIO)
