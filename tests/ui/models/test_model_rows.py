"""What stands in the model list, and in which words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from desktop_app.domain.prices import ModelPrices, PriceBand
from desktop_app.domain.providers import HealthState, ModelChoice, ModelInfo, ProviderEntry, ProviderHealth
from desktop_app.ui.models.rows import (
    NOTHING_FOUND,
    NOTHING_THERE,
    AdviceRow,
    ListRow,
    ModelRow,
    ProviderRow,
    context_words,
    list_rows,
    price_words,
    state_words,
)

WORKING = ProviderHealth(HealthState.WORKING, "Running")
NO_KEY = ProviderHealth(HealthState.NOT_SET_UP, "No key on this computer", "Set a key and look again.")
LLAMA = ModelInfo("ollama", "llama3.2:3b", "llama3.2 3B", 131_072, True, False, False, is_local=True)
QWEN = ModelInfo("ollama", "qwen3:8b", "qwen3 8B", 40_960, True, True, None, is_local=True)
GPT = ModelInfo("openai", "gpt-5.1", "GPT-5.1", 400_000, True, True, True)
OLLAMA = ProviderEntry("ollama", "Ollama", WORKING, (LLAMA, QWEN))
OPENAI = ProviderEntry("openai", "OpenAI", NO_KEY, (GPT,))


def names(rows: list[ListRow]) -> list[str]:
    found = []
    for row in rows:
        match row:
            case ProviderRow(entry):
                found.append(entry.label)
            case ModelRow(model):
                found.append(model.label)
            case AdviceRow(text):
                found.append(text)
    return found


def test_providers_that_can_answer_come_first_and_the_others_say_what_to_do() -> None:
    assert names(list_rows([OPENAI, OLLAMA], None, "")) == [
        "Ollama", "llama3.2 3B", "qwen3 8B", "OpenAI", "GPT-5.1", "Set a key and look again.",
    ]  # fmt: skip


def test_a_search_looks_at_every_name_in_any_case() -> None:
    assert names(list_rows([OLLAMA, OPENAI], None, "  QWEN ollama ")) == ["Ollama", "qwen3 8B"]
    assert names(list_rows([OLLAMA, OPENAI], None, "llama")) == ["Ollama", "llama3.2 3B"]
    assert names(list_rows([OLLAMA, OPENAI], None, "gpt-5")) == ["OpenAI", "GPT-5.1"]
    assert names(list_rows([OLLAMA], None, "claude")) == [NOTHING_FOUND]


def test_nothing_there_is_said() -> None:
    assert names(list_rows([], None, "")) == [NOTHING_THERE]


def test_the_choice_is_ticked() -> None:
    rows = list_rows([OLLAMA], ModelChoice("ollama", "qwen3:8b"), "")
    assert [row.is_chosen for row in rows if isinstance(row, ModelRow)] == [False, True]


def test_a_row_speaks_all_that_it_shows() -> None:
    assert [row.spoken for row in list_rows([OLLAMA, OPENAI], ModelChoice("ollama", "qwen3:8b"), "")] == [
        "Ollama: Running",
        "llama3.2 3B, context 128k, Free, tools",
        "chosen, qwen3 8B, context 40k, Free, tools, reasoning",
        "OpenAI: No key on this computer",
        "GPT-5.1, context 400k, price not known, tools, vision, reasoning, not available: No key on this computer",
        "Set a key and look again.",
    ]


def test_prices_are_told_for_a_million_tokens_in_and_out() -> None:
    priced = replace(GPT, prices=ModelPrices((PriceBand(0, Decimal("1.250"), Decimal(10)),), date(2026, 11, 9)))
    assert price_words(priced) == ("$1.25", "$10.00")
    assert price_words(LLAMA) == ("Free", "Free")
    assert price_words(GPT) == ("—", "—")
    (row,) = (row for row in list_rows([replace(OPENAI, models=(priced,))], None, "") if isinstance(row, ModelRow))
    assert "$1.25 in, $10.00 out for a million tokens" in row.spoken


def test_a_price_below_a_cent_is_told_in_full_and_a_missing_one_is_not_free() -> None:
    fine = replace(GPT, prices=ModelPrices((PriceBand(0, Decimal("0.0285"), None),), date(2026, 11, 9)))
    assert price_words(fine) == ("$0.0285", "—")


def test_a_model_that_is_retired_or_on_its_way_out_says_so() -> None:
    leaving = replace(GPT, retires_on=date(2027, 4, 1))
    assert state_words(leaving) == ["until 1 Apr 2027"]
    assert state_words(replace(leaving, is_listed=False)) == ["not listed", "until 1 Apr 2027"]
    assert state_words(replace(leaving, is_listed=False, is_retired=True)) == ["retired"]
    assert state_words(GPT) == []


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (None, "—"),
        (512, "512"),
        (8_192, "8k"),
        (32_768, "32k"),
        (128_000, "128k"),
        (131_072, "128k"),
        (200_000, "200k"),
        (1_000_000, "1M"),
        (1_048_576, "1M"),
        (1_050_000, "1.05M"),
    ],
)
def test_context_windows_are_told_as_people_say_them(tokens: int | None, words: str) -> None:
    assert context_words(tokens) == words
