"""How the window for a conversation is chosen, and what of it is sent."""

import pytest

from desktop_app.llm.addresses import is_loopback
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.ollama.window import CAUTIOUS, REPLY_ROOM, WindowRange, num_ctx_for, window_range

ANY = window_range(None, 0, None, None)


@pytest.mark.parametrize(("tokens", "step"), [(100, 8_192), (6_000, 8_192), (6_300, 12_288), (10_500, 16_384)])
def test_the_window_has_room_for_the_reply(tokens: int, step: int) -> None:
    assert num_ctx_for(tokens, ANY, REPLY_ROOM, will_grow=False) == step


def test_a_conversation_that_will_grow_gets_all_there_is() -> None:
    assert num_ctx_for(100, ANY, REPLY_ROOM, will_grow=True) == CAUTIOUS


def test_a_long_request_uses_the_room_for_the_reply_before_it_is_refused() -> None:
    assert num_ctx_for(15_900, ANY, REPLY_ROOM, will_grow=False) == CAUTIOUS
    with pytest.raises(ProviderError) as raised:
        num_ctx_for(16_500, ANY, REPLY_ROOM, will_grow=False)
    assert raised.value.kind is ErrorKind.CONTEXT_TOO_LONG
    assert "16,384" in str(raised.value)


def test_a_small_models_window_is_the_end() -> None:
    small = window_range(2_048, 0, None, None)
    assert num_ctx_for(1_500, small, REPLY_ROOM, will_grow=False) == 2_048
    with pytest.raises(ProviderError):
        num_ctx_for(2_500, small, REPLY_ROOM, will_grow=False)


def test_a_larger_window_that_is_loaded_is_used() -> None:
    assert num_ctx_for(20_000, window_range(None, 32_768, None, None), REPLY_ROOM, will_grow=False) == 32_768
    assert num_ctx_for(500, window_range(4_096, 32_768, None, None), REPLY_ROOM, will_grow=False) == 4_096


@pytest.mark.parametrize(
    ("longest", "in_use", "affordable", "wanted", "expected"),
    [
        pytest.param(131_072, 0, 50_000, None, WindowRange(0, 49_152), id="memory ends it, in steps"),
        pytest.param(131_072, 0, 2_000, None, WindowRange(0, 8_192), id="never below the first step"),
        pytest.param(40_960, 0, 500_000, None, WindowRange(0, 40_960), id="the model ends it"),
        pytest.param(131_072, 65_536, 20_000, None, WindowRange(65_536, 65_536), id="what is loaded is there"),
        pytest.param(131_072, 8_192, 500_000, 20_000, WindowRange(20_000, 20_000), id="as the person wants it"),
        pytest.param(4_096, 0, 500_000, 20_000, WindowRange(4_096, 4_096), id="but not more than the model has"),
        pytest.param(None, 0, 500_000, None, WindowRange(0, CAUTIOUS), id="a model that tells nothing"),
        pytest.param(131_072, 0, None, None, WindowRange(0, CAUTIOUS), id="a memory that is not known"),
    ],
)
def test_the_window_depends_on_model_memory_and_wish(
    longest: int | None, in_use: int, affordable: int | None, wanted: int | None, expected: WindowRange
) -> None:
    assert window_range(longest, in_use, affordable, wanted) == expected


def test_within_the_range_the_need_decides() -> None:
    window = WindowRange(8_192, 65_536)
    assert [window.for_need(tokens) for tokens in (10, 8_193, 33_000, 900_000)] == [8_192, 12_288, 49_152, 65_536]


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("http://127.0.0.1:11434", True),
        ("http://localhost:11434", True),
        ("http://[::1]:11434", True),
        ("http://192.168.1.7:11434", False),
        ("https://ollama.example.org", False),
        ("", False),
    ],
)
def test_this_computer_is_told_from_others(host: str, is_here: bool) -> None:
    assert is_loopback(host) is is_here
