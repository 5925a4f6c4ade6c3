"""What calls cost, worked out by hand from the list prices of the bundled data's day.

A price in dollars for a million tokens is one in micro-dollars for a token, so the arithmetic of each row is tokens
times price, and what is left of a micro-dollar counts as a whole one.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_app.domain.prices import FREE, ModelPrices, PriceBand, cost_micro_usd
from desktop_app.domain.providers import ModelChoice, ModelInfo
from desktop_app.domain.usage import Usage
from desktop_app.llm.catalog.bundled_prices import AS_OF
from desktop_app.llm.catalog.list_prices import ListPrices
from desktop_app.services.spending import PriceBook
from desktop_app.settings import read_sources

TODAY = date(2026, 11, 27)
SONNET, HAIKU, OPUS = "claude/claude-sonnet-4-5", "claude/claude-haiku-4-5", "claude/claude-opus-4-5"

# Model; input (cached ones included), of which read from and written to the cache; output; arithmetic; micro-dollars.
EXAMPLES = [
    # Claude Sonnet 4.5: 3 in, 15 out, 0.3 read, 3.75 written, up to 200,000 tokens of input.
    (SONNET, 1_000, 0, 0, 0, "1000 * 3", 3_000),
    (SONNET, 0, 0, 0, 1_000, "1000 * 15", 15_000),
    (SONNET, 2_410, 0, 0, 386, "2410 * 3 + 386 * 15", 13_020),
    (SONNET, 2_000, 1_500, 0, 100, "500 * 3 + 1500 * 0.3 + 100 * 15", 3_450),
    (SONNET, 2_000, 0, 1_500, 100, "500 * 3 + 1500 * 3.75 + 100 * 15", 8_625),
    (SONNET, 10_000, 8_000, 1_000, 500, "1000 * 3 + 8000 * 0.3 + 1000 * 3.75 + 500 * 15", 16_650),
    (SONNET, 1, 1, 0, 0, "1 * 0.3", 1),
    (SONNET, 1, 0, 1, 0, "1 * 3.75", 4),
    (SONNET, 200_000, 0, 0, 0, "200000 * 3", 600_000),
    (SONNET, 200_000, 0, 0, 1_000, "200000 * 3 + 1000 * 15", 615_000),
    # Beyond them all of the call is dearer: 6 in, 22.5 out, 0.6 read, 7.5 written.
    (SONNET, 200_001, 0, 0, 0, "200001 * 6", 1_200_006),
    (SONNET, 250_000, 0, 0, 1_000, "250000 * 6 + 1000 * 22.5", 1_522_500),
    (SONNET, 250_000, 240_000, 0, 1_000, "10000 * 6 + 240000 * 0.6 + 1000 * 22.5", 226_500),
    (SONNET, 250_000, 0, 200_000, 10, "50000 * 6 + 200000 * 7.5 + 10 * 22.5", 1_800_225),
    # Claude Haiku 4.5: 1 in, 5 out, 0.1 read, 1.25 written, at any length.
    (HAIKU, 1_000, 0, 0, 1_000, "1000 * 1 + 1000 * 5", 6_000),
    (HAIKU, 250_000, 0, 0, 0, "250000 * 1", 250_000),
    (HAIKU, 1_005, 1_005, 0, 0, "1005 * 0.1", 101),
    (HAIKU, 3, 0, 3, 0, "3 * 1.25", 4),
    # Claude Opus 4.5: 5 in, 25 out, 0.5 read, 6.25 written.
    (OPUS, 1_000, 0, 0, 1_000, "1000 * 5 + 1000 * 25", 30_000),
    (OPUS, 4_000, 3_000, 500, 64_000, "500 * 5 + 3000 * 0.5 + 500 * 6.25 + 64000 * 25", 1_607_125),
    # Claude Opus 4.1: 15 in, 75 out, 1.5 read, 18.75 written.
    ("claude/claude-opus-4-1", 1_000, 500, 100, 20, "400 * 15 + 500 * 1.5 + 100 * 18.75 + 20 * 75", 10_125),
    ("claude/claude-3-5-haiku-latest", 1_234, 0, 0, 56, "1234 * 0.8 + 56 * 4", 1_212),
    # OpenAI writes to its cache at the price of input; reasoning is part of the output.
    ("openai/gpt-5", 1_000, 0, 0, 1_000, "1000 * 1.25 + 1000 * 10", 11_250),
    ("openai/gpt-5", 1_024, 1_024, 0, 0, "1024 * 0.125", 128),
    ("openai/gpt-5", 2_048, 1_024, 1_024, 7, "1024 * 0.125 + 1024 * 1.25 + 7 * 10", 1_478),
    ("openai/gpt-5", 1, 0, 0, 0, "1 * 1.25", 2),
    ("openai/gpt-5-mini", 30_500, 12_000, 0, 9_800, "18500 * 0.25 + 12000 * 0.025 + 9800 * 2", 24_525),
    ("openai/gpt-5-nano", 100, 0, 0, 100, "100 * 0.05 + 100 * 0.4", 45),
    ("openai/gpt-5-nano", 1, 0, 0, 0, "1 * 0.05", 1),
    ("openai/gpt-5.1", 4_200, 0, 0, 2_300, "4200 * 1.25 + 2300 * 10", 28_250),
    ("openai/gpt-4.1", 10_000, 2_000, 0, 500, "8000 * 2 + 2000 * 0.5 + 500 * 8", 21_000),
    ("openai/gpt-4.1-mini", 10_000, 2_000, 0, 500, "8000 * 0.4 + 2000 * 0.1 + 500 * 1.6", 4_200),
    ("openai/gpt-4.1-nano", 10_001, 0, 0, 0, "10001 * 0.1", 1_001),
    ("openai/gpt-4o", 3_000, 1_000, 0, 250, "2000 * 2.5 + 1000 * 1.25 + 250 * 10", 8_750),
    ("openai/gpt-4o-mini", 3_000, 1_000, 0, 250, "2000 * 0.15 + 1000 * 0.075 + 250 * 0.6", 525),
    ("openai/o3", 500, 0, 0, 5_000, "500 * 2 + 5000 * 8", 41_000),
    ("openai/o4-mini", 500, 0, 0, 5_000, "500 * 1.1 + 5000 * 4.4", 22_550),
    ("openai/o1", 500, 100, 0, 5_000, "400 * 15 + 100 * 7.5 + 5000 * 60", 306_750),
    ("openai/gpt-5-pro", 1_000, 0, 0, 1_000, "1000 * 15 + 1000 * 120", 135_000),
    # Nobody tells a price of cached tokens here: they count as input.
    ("openai/gpt-5-pro", 1_000, 600, 0, 0, "400 * 15 + 600 * 15", 15_000),
    ("openai/gpt-4", 100, 0, 0, 100, "100 * 30 + 100 * 60", 9_000),
    # GPT-5.4: 2.5 in, 15 out, 0.25 read; beyond 272,000 tokens of input 5, 22.5 and 0.5.
    ("openai/gpt-5.4", 272_000, 0, 0, 100, "272000 * 2.5 + 100 * 15", 681_500),
    ("openai/gpt-5.4", 272_001, 0, 0, 100, "272001 * 5 + 100 * 22.5", 1_362_255),
    ("openai/gpt-5.4", 300_000, 290_000, 0, 0, "10000 * 5 + 290000 * 0.5", 195_000),
]


def worked_out(arithmetic: str) -> Decimal:
    products = [term.split(" * ") for term in arithmetic.split(" + ")]
    return sum((Decimal(tokens) * Decimal(price) for tokens, price in products), Decimal(0))


def book(**environment: str) -> PriceBook:
    settings = read_sources((), environment, Path.cwd()).settings()
    assert settings.problems == ()
    return PriceBook(lambda: settings, lambda: TODAY, ListPrices(Path("nowhere")))


@pytest.mark.parametrize(("model", "input_", "read", "written", "output", "arithmetic", "micro_usd"), EXAMPLES)
async def test_a_call_costs_what_is_worked_out_by_hand(
    model: str, input_: int, read: int, written: int, output: int, arithmetic: str, micro_usd: int
) -> None:
    tariff = await book().tariff(ModelChoice(*model.split("/")))
    assert tariff.prices is not None
    assert tariff.prices.as_of == AS_OF
    assert 0 <= micro_usd - worked_out(arithmetic) < 1
    assert cost_micro_usd(tariff.prices, Usage(input_, output, read, written)) == micro_usd


def test_there_are_at_least_forty_examples() -> None:
    assert len(EXAMPLES) >= 40
    assert all(re.fullmatch(r"[\d.]+ \* [\d.]+( \+ [\d.]+ \* [\d.]+)*", row[5]) for row in EXAMPLES)


async def test_rounds_of_one_turn_are_priced_one_by_one() -> None:
    tariff = await book().tariff(ModelChoice("claude", "claude-sonnet-4-5"))
    rounds = [Usage(1_000, 100), Usage(1_200, 50, 1_000), Usage(1_300, 200, 1_100)]
    costs = [cost_micro_usd(tariff.prices, usage) for usage in rounds]
    # 1000 * 3 + 100 * 15; 200 * 3 + 1000 * 0.3 + 50 * 15; 200 * 3 + 1100 * 0.3 + 200 * 15
    assert costs == [4_500, 1_650, 3_930]


@pytest.mark.parametrize("model", ["builtin/qwen2.5-coder-1.5b", "ollama/llama3.2", "ollama/qwen3:8b"])
async def test_models_on_ones_own_computer_are_free(model: str) -> None:
    tariff = await book().tariff(ModelChoice(*model.split("/")))
    assert tariff.prices is FREE
    assert cost_micro_usd(tariff.prices, Usage(1_000_000, 1_000_000)) == 0


@pytest.mark.parametrize("model", ["openai/gpt-99-imagined", "ollama/gpt-oss:120b-cloud", "compatible:shop/some"])
async def test_a_model_of_which_nobody_tells_a_price_is_unknown_not_free(model: str) -> None:
    environment = {"OPENAI_COMPATIBLE_NAME": "shop", "OPENAI_COMPATIBLE_BASE_URL": "https://shop.example/v1"}
    tariff = await book(**environment).tariff(ModelChoice(*model.split("/")))
    assert tariff.prices is None
    assert cost_micro_usd(tariff.prices, Usage(10, 10)) is None


async def test_a_server_on_this_computer_is_free() -> None:
    environment = {"OPENAI_COMPATIBLE_NAME": "shop", "OPENAI_COMPATIBLE_BASE_URL": "http://127.0.0.1:8080/v1"}
    assert (await book(**environment).tariff(ModelChoice("compatible:shop", "some"))).prices is FREE


async def test_a_paid_providers_model_behind_a_proxy_on_this_computer_costs_what_it_costs() -> None:
    prices = book(ANTHROPIC_BASE_URL="http://127.0.0.1:4000", OPENAI_BASE_URL="http://localhost:1234/v1")
    sonnet = await prices.tariff(ModelChoice("claude", "claude-sonnet-4-5"))
    assert cost_micro_usd(sonnet.prices, Usage(1_000, 0)) == 3_000
    local = await prices.tariff(ModelChoice("openai", "qwen2.5-coder-7b-instruct"))
    assert local.prices is FREE


async def test_ones_own_price_comes_before_the_list_price_and_makes_an_unknown_one_known() -> None:
    own = "claude/claude-sonnet-4-5 = 2 / 10.5 / 0.2; openai/gpt-99-imagined=$1/2"
    prices = book(GOALGETTER_PRICES=own)
    sonnet = await prices.tariff(ModelChoice("claude", "claude-sonnet-4-5"))
    # 500 * 2 + 300 * 0.2 + 200 * 2 + 10 * 10.5
    assert cost_micro_usd(sonnet.prices, Usage(1_000, 10, 300, 200)) == 1_565
    assert sonnet.is_own
    imagined = await prices.tariff(ModelChoice("openai", "gpt-99-imagined"))
    assert cost_micro_usd(imagined.prices, Usage(3, 4)) == 11


@pytest.mark.parametrize("nonsense", ["claude", "claude/x = 1", "x = 1 / 2", "claude/x = -1 / 2", "claude/x = 1 / NaN"])
def test_prices_that_are_none_are_told_and_not_used(nonsense: str) -> None:
    settings = read_sources((), {"GOALGETTER_PRICES": nonsense}, Path.cwd()).settings()
    assert settings.budget.prices == ()
    assert len(settings.problems) == 1


def test_a_price_of_a_part_that_is_not_known_matters_only_where_there_is_such_a_part() -> None:
    prices = ModelPrices((PriceBand(0, input_usd=Decimal(1)),), TODAY)
    assert cost_micro_usd(prices, Usage(5, 0)) == 5
    assert cost_micro_usd(prices, Usage(5, 1)) is None


def test_a_provider_that_counts_more_cached_tokens_than_all_is_not_paid_back() -> None:
    prices = ModelPrices((PriceBand(0, Decimal(2), Decimal(2), Decimal(1)),), TODAY)
    assert cost_micro_usd(prices, Usage(5, 0, cache_read_tokens=8)) == 8


async def test_listed_models_get_the_prices_that_count_and_keep_their_own_where_nobody_tells_one() -> None:
    told = ModelPrices((PriceBand(0, Decimal(7), Decimal(8)),), TODAY)
    models = (
        ModelInfo("claude", "claude-sonnet-4-5", "Sonnet", prices=told),
        ModelInfo("openai", "gpt-99", "GPT", prices=told),
        ModelInfo("ollama", "llama", "Llama", is_local=True),
    )
    sonnet, unknown, local = await book(GOALGETTER_PRICES="claude/claude-sonnet-4-5 = 1 / 2").priced(models)
    assert sonnet.prices is not None
    assert sonnet.prices.bands[0].input_usd == Decimal(1)
    assert (unknown.prices, local.prices) == (told, None)
