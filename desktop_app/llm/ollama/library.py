"""Models of Ollama's library that suit a coach: all of them call tools. Sizes are those of the library's pages."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from desktop_app.domain.model_fetches import full_name
from desktop_app.domain.providers import ModelOffer

_GB: Final = 1_000_000_000

# What a model needs is its file, the cache of a window of 8k tokens and room to compute in.
OFFERS: Final = (
    ModelOffer("qwen3:8b", int(5.2 * _GB), int(7.5 * _GB), "The usual choice: tools, and reasoning that can be read"),
    ModelOffer("qwen3:4b", int(2.5 * _GB), int(4.5 * _GB), "For 8 GB of memory: tools and reasoning"),
    ModelOffer("llama3.2:3b", int(2.0 * _GB), int(3.5 * _GB), "Quick on small computers: tools, short answers"),
    ModelOffer("qwen3:14b", int(9.3 * _GB), int(12.5 * _GB), "More careful, slower: tools and reasoning"),
    ModelOffer("gpt-oss:20b", int(13.8 * _GB), 16 * _GB, "OpenAI's open model: tools, reasoning in three levels"),
)


def offers_for(computer_bytes: int | None, there: AbstractSet[str]) -> tuple[ModelOffer, ...]:
    """Those that are not `there`, for a computer with that much memory: the ones that fit it come first."""
    missing = (offer for offer in OFFERS if full_name(offer.name) not in there)
    offers = (replace(offer, can_use_tools=True, computer_bytes=computer_bytes) for offer in missing)
    return tuple(sorted(offers, key=lambda offer: offer.fit))
