"""A connection that is reset after each number of bytes: nothing that came is lost, and the service goes on working."""

import os
from collections import Counter
from dataclasses import dataclass, field

from desktop_app.llm.errors import ErrorKind
from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.contract.script import ScriptedReply, reply
from tests.llm.contract.server import Answer, Pause, wire_form
from tests.llm.faults import spoiling
from tests.llm.faults.turns import check_usable, outcome_of

FIRST, SECOND = "jump", "fox"
# A turn of the Agents SDK takes ten times as long as the others, so its bytes are tried one by one only where all is.
AGENTS = {"openai", "compatible"}
STEP = 1 if os.environ.get("CI") else 11
AROUND_AN_END = 3


@dataclass
class Layout:
    """How many raw bytes an answer has, and after how many its two pieces of text and its body are whole."""

    length: int = 0
    first: int = 0
    second: int = 0
    body: int = 0
    ends: list[int] = field(default_factory=list)

    def counts(self, step: int) -> list[int]:
        """After how many bytes to reset: every `step`th, and each one around the end of a chunk."""
        near = (end + around for end in self.ends for around in range(-AROUND_AN_END, AROUND_AN_END + 1))
        return sorted({*range(0, self.length, step), *(count for count in near if count < self.length)})


async def layout_of(provider: ProviderUnderTest) -> Layout:
    """The layout of the reply that all of these tests break off, from a turn that ends as it should."""
    taken: list[Answer] = []

    def take(answer: Answer) -> Answer:
        taken.append(answer)
        return answer

    provider.script(ScriptedReply(reply(FIRST, SECOND).steps, spoiled=take))
    assert (await outcome_of(provider)).text == FIRST + SECOND
    layout = Layout()
    async for raw in wire_form(taken[0]):
        assert not isinstance(raw, Pause)
        layout.body += len(raw)
        layout.ends.append(layout.body)
        layout.first = layout.first or (layout.body if FIRST.encode() in raw else 0)
        layout.second = layout.second or (layout.body if SECOND.encode() in raw else 0)
    layout.length = layout.body + len(b"0\r\n\r\n")
    return layout


async def test_a_reset_at_every_byte_of_a_reply_costs_no_text(provider: ProviderUnderTest) -> None:
    layout = await layout_of(provider)
    kinds: Counter[ErrorKind | None] = Counter()
    counts = layout.counts(STEP if provider.name in AGENTS else 1)
    for count in counts:
        provider.script(ScriptedReply(reply(FIRST, SECOND).steps, spoiled=spoiling.reset_after(count)))
        outcome = await outcome_of(provider)
        kept = (FIRST if count >= layout.first else "") + (SECOND if count >= layout.second else "")
        assert (FIRST + SECOND).startswith(outcome.text), f"after {count} bytes"
        assert outcome.text.startswith(kept), f"after {count} bytes"
        if outcome.kind is None:
            assert outcome.text == FIRST + SECOND, f"half a reply was taken for a whole one after {count} bytes"
        else:
            assert outcome.kind in provider.kinds_of_break, f"after {count} bytes"
            assert count < layout.body, "a whole reply was taken for half a one"
        kinds[outcome.kind] += 1
    assert kinds.total() == len(counts)
    await check_usable(provider)
