"""What a message will cost is told before it is sent: history, goals and tools in it, the reply as a range."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop_app.domain.goals import GoalFields
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.revisions import YOU
from desktop_app.domain.usage import Usage, UsageRecord
from desktop_app.errors import AppError
from desktop_app.llm.events import TextDelta
from desktop_app.llm.scripted import MODEL
from desktop_app.services.chat import TurnStarted
from desktop_app.services.spending.estimates import CostEstimate, token_words
from tests.services.conftest import NOW
from tests.services.recovery_profile import Profile

CLAUDE = ModelChoice("claude", MODEL)


@pytest.fixture
async def profile(tmp_path: Path) -> AsyncIterator[Profile]:
    it = Profile(tmp_path)
    await it.open()
    await it.backend.settings.keep("budget.prices", f"claude/{MODEL} = 3 / 15")
    yield it
    await it.backend.close()


async def test_instructions_and_tools_count_and_the_reply_is_a_range(profile: Profile) -> None:
    estimate = await profile.backend.estimator.estimate(None, CLAUDE, "Hi")
    assert estimate.tokens > 100
    # A short reply of 60 tokens, a long one of 1,200, until there are some of the person's own.
    assert (estimate.low, estimate.high) == (estimate.tokens * 3 + 60 * 15, estimate.tokens * 3 + 1_200 * 15)
    longer = await profile.backend.estimator.estimate(None, CLAUDE, "Hi " * 400)
    assert longer.tokens > estimate.tokens + 300


async def test_the_range_is_that_of_the_persons_own_newest_replies(profile: Profile) -> None:
    for output in (10, 20, 30, 40, 50, 60, 70, 80, 90, 100):
        record = UsageRecord(NOW, "claude", MODEL, "complete", Usage(10, output, cost_micro_usd=0))
        await profile.backend.ledger.record(record)
    usual = await profile.backend.spending.usual_output(CLAUDE)
    assert (usual.low, usual.typical, usual.high) == (10, 50, 100)
    estimate = await profile.backend.estimator.estimate(None, CLAUDE, "Hi")
    assert (estimate.low, estimate.high) == (estimate.tokens * 3 + 150, estimate.tokens * 3 + 1_500)


async def test_history_and_goals_count_and_are_measured_anew_when_they_changed(profile: Profile) -> None:
    estimator = profile.backend.estimator
    profile.claude.extend([[TextDelta("word " * 600)]])
    await profile.send()
    started = profile.events[0]
    assert isinstance(started, TurnStarted)
    empty = await estimator.estimate(None, CLAUDE, "Hi")
    chat = await estimator.estimate(started.conversation.id, CLAUDE, "Hi")
    assert chat.tokens > empty.tokens + 300
    goal = (await profile.backend.goals.create(GoalFields(title="Run", content="kilometre " * 500), YOU)).goal
    assert (await estimator.estimate(started.conversation.id, CLAUDE, "Hi")).tokens == chat.tokens, "not each key"
    estimator.forget()
    in_a_line = await estimator.estimate(started.conversation.id, CLAUDE, "Hi")
    assert in_a_line.tokens > chat.tokens
    opened = await estimator.estimate(started.conversation.id, CLAUDE, "Hi", goal.id)
    assert opened.tokens > in_a_line.tokens + 500, "the goal that is open is sent whole"


async def test_an_estimate_is_corrected_by_what_a_provider_really_reports(profile: Profile) -> None:
    estimator = profile.backend.estimator
    before = await estimator.estimate(None, CLAUDE, "Hi")
    service = await profile.backend.factory.get_service("claude")
    for _ in range(20):
        service.estimates.learn("claude", MODEL, 1_000, 2_000)
    estimator.forget()
    assert (await estimator.estimate(None, CLAUDE, "Hi")).tokens > before.tokens * 1.3


async def test_a_free_model_costs_nothing_and_one_without_a_price_is_unknown(profile: Profile) -> None:
    free = await profile.backend.estimator.estimate(None, ModelChoice("ollama", MODEL), "Hi")
    assert (free.low, free.high) == (0, 0)
    assert free.words.endswith("· free")
    await profile.backend.settings.keep("budget.prices", "")
    unknown = await profile.backend.estimator.estimate(None, CLAUDE, "Hi")
    assert (unknown.low, unknown.high) == (None, None)
    assert unknown.words.endswith("· price unknown")


async def test_a_provider_that_is_not_there_is_an_error_that_can_be_shown(profile: Profile) -> None:
    with pytest.raises(AppError):
        await profile.backend.estimator.estimate(None, ModelChoice("nobody", "m"), "Hi")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (6_000, 11_000, "≈ 1.8k tokens · $0.006–$0.011"),
        (6_100, 6_200, "≈ 1.8k tokens · $0.006"),
        (1, 900, "≈ 1.8k tokens · <$0.001–$0.001"),
    ],
)
def test_a_range_is_told_in_a_few_words(low: int, high: int, words: str) -> None:
    assert CostEstimate(1_800, low, high).words == words


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1.0k"),
        (1_849, "1.8k"),
        (52_400, "52.4k"),
        (999_600, "1.0M"),
        (1_200_000, "1.2M"),
    ],
)
def test_tokens_are_told_in_a_few_letters(tokens: int, words: str) -> None:
    assert token_words(tokens) == words
