"""What is known of models beyond what their providers say."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from desktop_app.domain.prices import ModelPrices, PriceBand
from desktop_app.domain.providers import ModelInfo
from desktop_app.llm.catalog.catalog import completed, model_facts, unlisted
from desktop_app.llm.catalog.supplement import Supplement
from desktop_app.paths import resources_dir

TODAY = date(2026, 11, 27)


async def test_a_listed_model_is_joined_with_window_prices_and_abilities() -> None:
    (model,) = await completed([ModelInfo("openai", "gpt-5.6-terra", "gpt-5.6-terra")], TODAY)
    assert (model.context_window, model.max_output) == (1_050_000, 128_000)
    assert (model.can_use_tools, model.can_see, model.can_reason) == (True, True, True)
    assert model.prices is not None
    assert model.prices.bands[0] == PriceBand(0, Decimal(2), Decimal(12), Decimal("0.2"), Decimal("2.5"))
    assert model.prices.band_for(300_000).input_usd == Decimal(4)


async def test_what_the_provider_says_counts_more() -> None:
    told = ModelInfo("claude", "claude-sonnet-5", "Sonnet", 123, can_see=False, retires_on=date(2030, 1, 1))
    (model,) = await completed([told], TODAY)
    assert (model.label, model.context_window, model.can_see, model.retires_on) == (
        "Sonnet",
        123,
        False,
        told.retires_on,
    )
    assert model.prices is not None


async def test_a_model_that_nobody_knows_keeps_its_unknowns() -> None:
    told = ModelInfo("openai", "house-model", "house-model")
    assert await completed([told], TODAY) == (told,)
    elsewhere = ModelInfo("compatible:workshop", "house-model", "house-model")
    assert await completed([elsewhere], TODAY, "http://workshop.example/v1") == (elsewhere,)


async def test_a_model_on_this_computer_has_no_list_price() -> None:
    told = ModelInfo("compatible:lab", "gpt-4o", "gpt-4o", is_local=True)
    assert await completed([told], TODAY, "http://localhost:1234/v1") == (told,)


async def test_a_known_server_is_known_by_its_address() -> None:
    facts = await model_facts("compatible:router", "openai/gpt-4o", TODAY, "https://openrouter.ai/api/v1")
    assert facts.prices is not None
    assert await model_facts("ollama", "gpt-oss:20b", TODAY) == await model_facts("builtin", "own", TODAY)


@pytest.mark.parametrize(
    ("provider", "name", "window", "is_retired"),
    [
        ("openai", "gpt-4", 8_192, True),
        ("openai", "gpt-4-turbo", 128_000, True),
        ("openai", "gpt-3.5-turbo", 16_385, True),
        ("openai", "gpt-4o", 128_000, False),
        ("claude", "claude-3-opus-20240229", 200_000, True),
        ("claude", "claude-3-5-sonnet-latest", 200_000, True),
        ("claude", "claude-2.1", 200_000, True),
    ],
)
async def test_old_names_from_settings_are_known_with_what_became_of_them(
    provider: str, name: str, window: int, is_retired: bool
) -> None:
    model = await unlisted(provider, name, TODAY)
    assert (model.name, model.context_window, model.is_retired) == (name, window, is_retired)
    assert not model.is_listed
    assert model.prices is not None
    assert model.can_reason is False


async def test_a_model_on_its_way_out_is_not_retired_before_the_day() -> None:
    assert not (await unlisted("openai", "gpt-4o", date(2027, 1, 13))).is_retired
    assert (await unlisted("openai", "gpt-4o", date(2027, 1, 14))).is_retired


def test_a_call_is_priced_by_the_band_of_its_input() -> None:
    low, high = PriceBand(0, Decimal(1)), PriceBand(200_000, Decimal(2))
    prices = ModelPrices((low, high), TODAY)
    assert [prices.band_for(tokens) for tokens in (0, 200_000, 200_001)] == [low, low, high]


def test_for_each_fact_the_first_pattern_that_knows_it_counts(tmp_path: Path) -> None:
    (tmp_path / "models.yaml").write_text(
        "claude:\n  models:\n"
        "    - {names: [big-1], max_output: 5}\n    - {names: ['big-*'], max_output: 9, tools: true}\n"
    )
    supplement = Supplement(tmp_path)
    special, general = supplement.facts("claude", "big-1"), supplement.facts("claude", "big-2")
    assert (special.max_output, special.can_use_tools) == (5, True)
    assert (general.max_output, general.can_use_tools, general.can_see) == (9, True, None)
    assert supplement.facts("nobody", "big-1").max_output is None


def test_the_bundled_data_says_whence_and_when() -> None:
    data = yaml.safe_load((resources_dir() / "models" / "models.yaml").read_text("utf-8"))
    assert all(section["source"].startswith("https://") for section in data.values())
    assert all(isinstance(section["as_of"], date) for section in data.values())
