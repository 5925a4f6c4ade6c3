"""How long a window the memory of this computer has room for, from what Ollama tells about a model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import psutil

# Ollama keeps keys and values in 16 bits unless OLLAMA_KV_CACHE_TYPE says less.
_BYTES_PER_VALUE: Final = 2
# What a model needs beside weights and cache while it computes.
_WORKING_BYTES: Final = 600_000_000
# The share of the free memory that a model may take: other programs live here too.
_SHARE: Final = 0.85


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory: its window in tokens, and what it takes there, weights and cache, with the GPU's part."""

    window: int | None
    size_bytes: int


def free_memory_bytes() -> int:
    """What programs can still take without others being pushed out."""
    return int(psutil.virtual_memory().available)


def total_memory_bytes() -> int:
    """All the memory of this computer."""
    return int(psutil.virtual_memory().total)


def cache_bytes_per_token(info: Mapping[str, Any], family: str) -> int | None:
    """What each token of the window takes: keys and values of every layer. None where the model does not tell.

    Layers that look back over a short window only need less; for their models this is too much.
    """

    def known(name: str) -> Any:  # noqa: ANN401 - a JSON value
        return info.get(f"{family}.{name}")

    layers, heads = known("block_count"), known("attention.head_count_kv") or known("attention.head_count")
    if isinstance(heads, list):  # one figure for each layer; layers of another kind have none
        all_heads = sum(each for each in heads if isinstance(each, int))
    else:
        all_heads = layers * heads if isinstance(layers, int) and isinstance(heads, int) else 0
    width, queries = known("embedding_length"), known("attention.head_count")
    usual = width // queries if isinstance(width, int) and isinstance(queries, int) and queries else None
    key, value = known("attention.key_length") or usual, known("attention.value_length") or usual
    if not all_heads or not isinstance(key, int) or not isinstance(value, int):
        return None
    return all_heads * (key + value) * _BYTES_PER_VALUE


def affordable_tokens(per_token: int, weights_bytes: int, free_bytes: int, loaded: LoadedModel | None) -> int:
    """The longest window for which there is room. What the model takes now it gives back when it is loaded anew."""
    budget = (free_bytes + (loaded.size_bytes if loaded else 0)) * _SHARE
    return max(0, int((budget - weights_bytes - _WORKING_BYTES) / per_token))
