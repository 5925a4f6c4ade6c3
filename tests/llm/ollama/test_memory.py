"""What a window costs, from what Ollama tells about a model."""

from typing import Any

import pytest

from desktop_app.llm.ollama.memory import LoadedModel, affordable_tokens, cache_bytes_per_token, free_memory_bytes

QWEN3_8B = {
    "qwen3.block_count": 36,
    "qwen3.embedding_length": 4096,
    "qwen3.attention.head_count": 32,
    "qwen3.attention.head_count_kv": 8,
    "qwen3.attention.key_length": 128,
    "qwen3.attention.value_length": 128,
}


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in QWEN3_8B.items() if name.removeprefix("qwen3.") not in names}


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        pytest.param(QWEN3_8B, 36 * 8 * 256 * 2, id="all of it"),
        pytest.param(without("attention.key_length", "attention.value_length"), 36 * 8 * 256 * 2, id="usual heads"),
        pytest.param(without("attention.head_count_kv"), 36 * 32 * 256 * 2, id="no heads of its own"),
        pytest.param({**QWEN3_8B, "qwen3.attention.head_count_kv": [8, 0, 4]}, 12 * 256 * 2, id="by layer"),
        pytest.param(without("block_count"), None, id="no layers"),
        pytest.param(without("attention.head_count", "attention.key_length"), None, id="no length of heads"),
        pytest.param({}, None, id="nothing"),
        pytest.param(dict.fromkeys(QWEN3_8B, "many"), None, id="no numbers"),
    ],
)
def test_the_cache_of_a_token_is_read_from_layers_and_heads(info: dict[str, Any], expected: int | None) -> None:
    assert cache_bytes_per_token(info, "qwen3") == expected


def test_what_is_left_beside_the_weights_makes_the_window() -> None:
    tokens = affordable_tokens(147_456, 5_200_000_000, 16_000_000_000, None)
    assert tokens * 147_456 + 5_200_000_000 < 16_000_000_000
    assert tokens > 40_000


def test_a_loaded_model_gives_back_what_it_takes() -> None:
    free = affordable_tokens(147_456, 5_200_000_000, 16_000_000_000, None)
    loaded = LoadedModel(8_192, 6_000_000_000)
    assert affordable_tokens(147_456, 5_200_000_000, 10_000_000_000, loaded) == free


def test_without_room_for_the_weights_there_is_none() -> None:
    assert affordable_tokens(147_456, 5_200_000_000, 2_000_000_000, None) == 0


def test_this_computer_has_memory() -> None:
    assert free_memory_bytes() > 0
