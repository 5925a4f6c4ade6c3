"""What each provider makes of each fault: the kind, the text that came, and a service that goes on working."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import pytest

from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.resilience.guard import CallGuard, Reliability
from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.contract.script import ScriptedReply, reply
from tests.llm.contract.server import Answer, Ending, LoopbackServer
from tests.llm.faults import spoiling
from tests.llm.faults.spoiling import Spoil
from tests.llm.faults.turns import check_usable, outcome_of
from tests.llm.faults.wires import WIRES, Wire

WHOLE: Final = "Grüße, good 🏁 morning"
HALF: Final = "Grüße, good 🏁 "
REST: Final = "morning"

PROTOCOL, NETWORK, SERVER = ErrorKind.PROTOCOL, ErrorKind.NETWORK, ErrorKind.SERVER


@dataclass(frozen=True)
class Fault:
    """`spoil` makes it out of what the protocol has. `kind` is what it means, None for nothing; `elsewhere` names
    the providers for which it means something else. `keeps` is the text that comes in spite of it.
    """

    spoil: Callable[[Wire], Spoil]
    kind: ErrorKind | None = None
    elsewhere: dict[str, ErrorKind | None] = field(default_factory=dict)
    keeps: str = WHOLE

    def kind_for(self, provider: ProviderUnderTest) -> ErrorKind | None:
        return self.elsewhere.get(provider.name, self.kind)


def always(spoil: Spoil) -> Callable[[Wire], Spoil]:
    """The same in every protocol."""
    return lambda _wire: spoil


FAULTS: Final = {
    # Odd, but a reply.
    "CRLF": Fault(always(spoiling.with_crlf)),
    "keep-alives between all events": Fault(lambda wire: spoiling.between_all(wire.keep_alive)),
    "an unknown event": Fault(lambda wire: spoiling.inserted(wire.unknown, REST.encode())),
    "empty deltas": Fault(lambda wire: spoiling.inserted(wire.empty * 3, REST.encode())),
    "gzip": Fault(always(spoiling.compressed)),
    "the body at once": Fault(always(spoiling.at_once)),
    "another content type": Fault(always(spoiling.typed("application/octet-stream"))),
    "nonsense after the reply's end": Fault(lambda wire: spoiling.appended(wire.broken)),
    "bytes after the reply's end": Fault(always(spoiling.appended(b"\xff\xfe\x00 no text\n\n"))),
    # No reply.
    "a broken event": Fault(lambda wire: spoiling.inserted(wire.broken, REST.encode()), PROTOCOL, keeps=HALF),
    "an event that is no object": Fault(
        lambda wire: spoiling.inserted(wire.not_an_object, REST.encode()), PROTOCOL, keeps=HALF
    ),
    "a web page": Fault(always(spoiling.a_web_page), NETWORK, {"ollama": PROTOCOL, "builtin": PROTOCOL}, keeps=""),
    "an end within an event": Fault(
        always(spoiling.cut_in_an_event(Ending.COMPLETE)(REST.encode())), PROTOCOL, keeps=HALF
    ),
    "a break within an event": Fault(
        always(spoiling.cut_in_an_event(Ending.CUT)(REST.encode())), NETWORK, {"builtin": SERVER}, keeps=HALF
    ),
    "no gzip though called so": Fault(always(spoiling.called_compressed), PROTOCOL, {"builtin": SERVER}, keeps=""),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_means_one_kind_and_costs_no_text(provider: ProviderUnderTest, name: str) -> None:
    fault = FAULTS[name]
    spoil = fault.spoil(WIRES[provider.name])
    provider.script(ScriptedReply(reply(HALF, REST).steps, spoiled=spoil))
    outcome = await outcome_of(provider)
    assert (outcome.kind, outcome.text) == (fault.kind_for(provider), fault.keeps)
    await check_usable(provider)


@pytest.mark.parametrize("ending", [Ending.COMPLETE, Ending.CUT])
async def test_a_reply_without_its_end_keeps_its_text(provider: ProviderUnderTest, ending: Ending) -> None:
    provider.script(ScriptedReply(reply(HALF).steps, is_ended=False, ending=ending))
    outcome = await outcome_of(provider)
    assert outcome.kind in provider.kinds_of_break
    assert outcome.text == HALF
    await check_usable(provider)


async def test_characters_may_be_split_anywhere(provider: ProviderUnderTest) -> None:
    provider.script(ScriptedReply(reply(HALF, REST).steps, bytes_per_piece=1, spoiled=spoiling.with_crlf))
    outcome = await outcome_of(provider)
    assert (outcome.kind, outcome.text) == (None, WHOLE)
    await check_usable(provider)


async def test_another_host_sees_nothing_of_a_redirect(provider: ProviderUnderTest) -> None:
    elsewhere = LoopbackServer(lambda _request: Answer.of_json({}))
    provider.script(ScriptedReply(reply("Hello").steps, spoiled=spoiling.redirected(await elsewhere.start())))
    outcome = await outcome_of(provider)
    assert outcome.kind is (SERVER if provider.name == "builtin" else NETWORK)
    assert elsewhere.connections == 0
    await check_usable(provider)
    await elsewhere.stop()


async def no_wait(_seconds: float) -> None:
    """A wait that is over at once."""


async def test_bytes_after_the_answers_end_cost_the_next_turn_no_more_than_another_try(
    provider: ProviderUnderTest,
) -> None:
    """They lie in the connection that the next call is made over, and nobody can tell before."""
    provider.service.be_guarded(CallGuard(provider.service.label, Reliability(sleep=no_wait)))
    spoil = spoiling.followed_by(b"HTTP/1.1 \xff\r\n\r\nnonsense")
    provider.script(ScriptedReply(reply(HALF, REST).steps, spoiled=spoil))
    provider.script(reply("Back again"), reply("Back again"))
    first, second = await outcome_of(provider), await outcome_of(provider)
    assert (first.kind, first.text) == (None, WHOLE)
    assert (second.kind, second.text) == (None, "Back again")
