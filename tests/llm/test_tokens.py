"""Guessing tokens without a tokenizer, and learning from what providers report."""

import pytest

from desktop_app.llm.tokens import TokenEstimates, raw_tokens

# Texts and their tokens, counted by the engine with the built-in model's tokenizer (Qwen2.5).
COUNTED = [
    ("I want to run a half marathon in May, and I ran five kilometres without a break on Sunday.", 21),
    ("Ich möchte im Mai einen Halbmarathon laufen und bin am Sonntag fünf Kilometer ohne Pause gelaufen.", 25),
    ("Я хочу пробежать полумарафон в мае, а в воскресенье пробежал пять километров без остановки.", 35),
    ("我想在五月跑半程马拉松，星期天我一口气跑了五公里。", 16),
    ("5月にハーフマラソンを走りたいです。日曜日に5キロを休まずに走りました。", 28),
    ("أريد أن أركض نصف ماراثون في مايو، وقد ركضت خمسة كيلومترات دون توقف يوم الأحد.", 34),
    ("मैं मई में हाफ मैराथन दौड़ना चाहता हूँ, और रविवार को मैंने बिना रुके पाँच किलोमीटर दौड़ लगाई।", 93),
    ("🏃‍♀️🏅🎉🔥", 8),
]


@pytest.mark.parametrize(("text", "tokens"), COUNTED)
def test_the_guess_errs_on_the_side_of_too_many_in_every_script(text: str, tokens: int) -> None:
    assert tokens <= raw_tokens(text) <= 5 * tokens


def test_halves_of_characters_and_no_text_are_guessed_too() -> None:
    assert raw_tokens("") == 0
    assert raw_tokens("\ud83c and 走") > 0


def test_the_ratio_moves_to_what_is_reported_and_is_not_thrown_by_one_report() -> None:
    estimates = TokenEstimates()
    assert estimates.tokens("openai", "gpt", 1_000) == 1_000
    assert not estimates.has_learned("openai", "gpt")
    estimates.learn("openai", "gpt", 1_000, 50_000)
    assert estimates.tokens("openai", "gpt", 1_000) == 1_400
    for _ in range(30):
        estimates.learn("openai", "gpt", 1_000, 750)
    assert estimates.tokens("openai", "gpt", 1_000) == pytest.approx(750, abs=10)
    assert estimates.has_learned("openai", "gpt")


def test_what_says_little_teaches_nothing() -> None:
    estimates = TokenEstimates()
    estimates.learn("openai", "gpt", 20, 2_000)
    estimates.learn("openai", "gpt", 2_000, 0)
    assert not estimates.has_learned("openai", "gpt")


def test_the_ratio_stays_within_bounds() -> None:
    estimates = TokenEstimates()
    for _ in range(40):
        estimates.learn("openai", "few", 1_000, 1)
        estimates.learn("openai", "many", 1_000, 10**9)
    assert estimates.tokens("openai", "few", 1_000) == 600
    assert estimates.tokens("openai", "many", 1_000) == 4_000


def test_a_refusal_raises_the_estimate_beyond_the_window() -> None:
    estimates = TokenEstimates()
    estimates.learn_refusal("openai", "gpt", 6_000, 8_000)
    assert estimates.tokens("openai", "gpt", 6_000) > 8_000
    assert estimates.window("openai", "gpt", 8_000) == 8_000


@pytest.mark.parametrize("beyond", [None, 1_000_000])
def test_a_refusal_that_no_text_explains_is_that_of_a_smaller_window(beyond: int | None) -> None:
    estimates = TokenEstimates()
    estimates.learn_refusal("openai", "gpt", 6_000, beyond)
    assert estimates.window("openai", "gpt", beyond) == 4_500
    assert estimates.tokens("openai", "gpt", 1_000) == 1_000


def test_what_was_learned_is_kept_as_text() -> None:
    first, second = TokenEstimates(), TokenEstimates()
    first.learn("claude", "sonnet", 1_000, 1_500)
    second.load(first.dump())
    assert second.tokens("claude", "sonnet", 1_000) == first.tokens("claude", "sonnet", 1_000)
    assert second.tokens("claude", "opus", 1_000) == 1_200


@pytest.mark.parametrize("text", ["", "[1]", '{"claude/x": "a"}', '{"claude/x": NaN}', '{"claude/x": null}', "null"])
def test_what_cannot_be_read_is_forgotten(text: str) -> None:
    estimates = TokenEstimates()
    estimates.load(text)
    assert estimates.dump() == "{}"


def test_ratios_out_of_bounds_are_brought_into_them() -> None:
    estimates = TokenEstimates()
    estimates.load('{"openai/x": 99, "openai/y": -3}')
    assert estimates.tokens("openai", "x", 100) == 400
    assert estimates.tokens("openai", "y", 100) == 60


def test_only_so_many_models_are_remembered_the_latest_of_them() -> None:
    estimates = TokenEstimates()
    for number in range(250):
        estimates.learn("openai", f"model-{number}", 1_000, 1_500)
    assert not estimates.has_learned("openai", "model-49")
    assert estimates.has_learned("openai", "model-50")


def test_a_window_that_was_refused_for_another_reason_is_taken_back_when_more_goes_through() -> None:
    estimates = TokenEstimates()
    estimates.learn_refusal("openai", "gpt", 1_000, 200_000)
    assert (estimates.window("openai", "gpt", 200_000) or 0) < 1_000
    estimates.learn("openai", "gpt", 1_000, 500)
    assert (estimates.window("openai", "gpt", 200_000) or 0) < 1_000
    estimates.learn("openai", "gpt", 1_000, 1_050)
    assert estimates.window("openai", "gpt", 200_000) == 200_000
