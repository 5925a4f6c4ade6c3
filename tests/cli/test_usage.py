"""`goalgetter usage` adds up what was used, and says where a price is not known."""

import asyncio
import json
from datetime import timedelta

import pytest

from desktop_app.backend import Backend
from desktop_app.cli.usage import run_usage
from desktop_app.clock import utc_now
from desktop_app.domain.goals import GoalFields
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import Author, AuthorKind
from desktop_app.domain.usage import Usage, UsageRecord


def call(model: str, cost: int | None, goal: int | None = None, days_ago: int = 0) -> UsageRecord:
    usage = Usage(1_000, 100, 200, cost_micro_usd=cost)
    at = utc_now() - timedelta(days=days_ago)
    return UsageRecord(at, "claude", model, "complete", usage, goal_id=None if goal is None else GoalId(goal))


async def filled(profile: Backend) -> None:
    await profile.ledger.record(call("sonnet", 13_020))
    await profile.ledger.record(call("sonnet", 1_980, goal=7))
    await profile.ledger.record(call("haiku", None))
    await profile.ledger.record(call("old", 5, days_ago=70))


async def in_thread(by: str = "model", within: str = "today", *, as_json: bool = False) -> int:
    return await asyncio.to_thread(run_usage, as_json=as_json, by=by, within=within)


async def test_a_table_says_what_each_model_cost_and_what_is_not_known(
    profile: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    await filled(profile)
    assert await in_thread() == 0
    told = capsys.readouterr().out
    lines = [line.split() for line in told.splitlines()]
    assert ["claude/sonnet", "2", "2,000", "400", "200", "$0.015", "0"] in lines
    assert ["claude/haiku", "1", "1,000", "200", "100", "unknown", "0"] in lines
    assert ["total", "3", "3,000", "600", "300", "$0.015", "+", "unknown", "0"] in lines
    assert "they are in no sum" in told


@pytest.mark.parametrize("by", ["day", "model", "provider", "goal"])
async def test_however_it_is_grouped_the_total_is_the_same(
    profile: Backend, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    await filled(profile)
    assert await in_thread(by, "all", as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["total"]["cost_micro_usd"] == sum(row["cost_micro_usd"] for row in told["rows"]) == 15_005
    assert told["total"]["requests"] == sum(row["requests"] for row in told["rows"]) == 4
    assert told["total"]["cost_usd"] == "0.015005"
    assert told["total"]["cost_is_whole"] is False
    assert all(row[by] for row in told["rows"])


async def test_without_a_call_it_says_so(profile: Backend, capsys: pytest.CaptureFixture[str]) -> None:
    assert profile.ledger.unwritten == 0
    assert await in_thread() == 0
    assert "Nothing was used in this time." in capsys.readouterr().out


async def test_goals_have_their_titles(profile: Backend, capsys: pytest.CaptureFixture[str]) -> None:
    author = Author(AuthorKind.YOU)
    goal = (await profile.goals.create(GoalFields(title="Run"), author)).goal
    await profile.ledger.record(call("sonnet", 1, goal=goal.id))
    await profile.ledger.record(call("sonnet", 1))
    assert await in_thread("goal") == 0
    told = capsys.readouterr().out
    assert f"Run (goal {goal.id})" in told
    assert "(no goal)" in told
