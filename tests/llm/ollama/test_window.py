"""How the window for a conversation is chosen, and what of it is sent."""

import pytest

from desktop_app.llm.addresses import is_loopback
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.ollama.history import WireMessage
from desktop_app.llm.ollama.window import (
    CAUTIOUS,
    REPLY_ROOM,
    STEPS,
    Fitted,
    WindowRange,
    estimated_tokens,
    fitted,
    window_range,
)


def said(role: str, tokens: int, name: str = "") -> list[WireMessage]:
    """A message of about this many tokens."""
    empty: WireMessage = {"role": role, "content": name}
    return [{**empty, "content": name + "x" * 3 * (tokens - estimated_tokens(empty))}]


def fit(*history: list[WireMessage], longest: int | None = None, floor: int = 0) -> Fitted:
    return fitted(1_000, history, window_range(longest, floor, None, None), REPLY_ROOM)


def test_a_short_conversation_gets_the_smallest_step() -> None:
    result = fit(said("user", 100))
    assert (result.num_ctx, result.left_out) == (STEPS[0], 0)
    assert result.estimated_tokens == pytest.approx(1_100, abs=5)


@pytest.mark.parametrize(("tokens", "step"), [(5_000, 8_192), (5_300, 12_288), (9_000, 12_288), (9_500, 16_384)])
def test_the_window_has_room_for_the_reply(tokens: int, step: int) -> None:
    assert fit(said("user", tokens)).num_ctx == step


def test_history_that_does_not_fit_goes_oldest_first_and_begins_with_the_person() -> None:
    history = [
        said("user", 6_000, "first"),
        said("assistant", 100, "to the first"),
        said("user", 100, "second"),
        said("assistant", 9_000, "to the second"),
        said("user", 100, "third"),
    ]
    result = fit(*history)
    assert [message["content"][:6] for message in result.messages] == ["second", "to the", "third" + "x"]
    assert result.left_out == 2
    assert result.num_ctx == CAUTIOUS


def test_the_turn_that_is_being_worked_on_stays_whole() -> None:
    call: WireMessage = {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "create_goal"}}]}
    result: WireMessage = {"role": "tool", "tool_name": "create_goal", "content": "x" * 15_000}
    kept = fit(said("user", 8_000), said("assistant", 100), said("user", 8_000), [call, result])
    assert [message["role"] for message in kept.messages] == ["user", "assistant", "tool"]


def test_a_long_message_uses_the_room_for_the_reply_before_it_is_refused() -> None:
    assert fit(said("user", 14_900)).num_ctx == CAUTIOUS
    with pytest.raises(ProviderError) as raised:
        fit(said("user", 15_500))
    assert raised.value.kind is ErrorKind.CONTEXT_TOO_LONG
    assert "16,384" in str(raised.value)


def test_a_small_models_window_is_the_end() -> None:
    assert fit(said("user", 500), longest=2_048).num_ctx == 2_048
    with pytest.raises(ProviderError):
        fit(said("user", 1_500), longest=2_048)


def test_a_larger_window_that_is_loaded_is_used() -> None:
    assert fit(said("user", 20_000), floor=32_768).num_ctx == 32_768
    assert fit(said("user", 500), longest=4_096, floor=32_768).num_ctx == 4_096


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


def test_tokens_are_rather_overestimated() -> None:
    assert estimated_tokens("word " * 1_000) > 1_000
    assert estimated_tokens("目標" * 500) >= 1_000


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
