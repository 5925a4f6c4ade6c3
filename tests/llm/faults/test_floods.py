"""Very much at once: it all comes, in order, and the service goes on working."""

from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.contract.script import ScriptedReply, reply
from tests.llm.faults import spoiling
from tests.llm.faults.turns import check_usable, outcome_of

MANY = 20_000
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
