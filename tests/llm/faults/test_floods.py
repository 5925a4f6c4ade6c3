"""Too much of something, at once: it all comes, in order, and the service goes on working."""

import json

import pytest

from tests.llm.contract.provider import ProviderUnderTest, RecordingTools
from tests.llm.contract.script import Calls, ScriptedReply, reply
from tests.llm.faults import spoiling
from tests.llm.faults.turns import check_usable, outcome_of

MANY = 5_000  # more than any buffer or recursion on the way takes
LARGE = 10_000_000


async def test_one_large_delta_comes_whole(provider: ProviderUnderTest) -> None:
    text = ("It goes on. " * (LARGE // 12 + 1))[:LARGE]
    provider.script(reply(text))
    outcome = await outcome_of(provider)
    assert outcome.kind is None
    assert outcome.text == text
    await check_usable(provider)


async def test_very_many_deltas_at_once_come_in_order(provider: ProviderUnderTest) -> None:
    words = [f"{number} " for number in range(MANY)]
    provider.script(ScriptedReply(reply(*words).steps, spoiled=spoiling.at_once))
    outcome = await outcome_of(provider)
    assert outcome.kind is None
    assert outcome.text == "".join(words)
    await check_usable(provider)


async def test_two_calls_of_one_id_are_two_calls(provider: ProviderUnderTest) -> None:
    if provider.name in {"builtin", "ollama"}:
        pytest.skip("this protocol has no ids of calls")
    tools = RecordingTools()
    titles = ["Run", "Swim"]
    calls = [Calls("create_goal", json.dumps({"title": title}), "the-same") for title in titles]
    provider.script(reply(*calls), reply("Both are written down."))
    outcome = await outcome_of(provider, tools=tools)
    assert (outcome.kind, outcome.text) == (None, "Both are written down.")
    assert [json.loads(call.arguments)["title"] for call in tools.calls] == titles
    assert len({call.call_id for call in tools.calls}) == 2
    answered = [seen.answers.call_id for seen in provider.conversation(provider.turns[-1]) if seen.answers]
    assert len(set(answered)) == 2
    await check_usable(provider)
