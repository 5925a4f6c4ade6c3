"""What a scripted provider says, in words that fit every protocol, and what it was asked, in the same words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from desktop_app.llm.events import StopReason
from tests.llm.contract.server import Answer, Ending, Pause


@dataclass(frozen=True, slots=True)
class Says:
    """A piece of the reply's text; several in a row are pieces of one text."""

    text: str


@dataclass(frozen=True, slots=True)
class Thinks:
    """A piece of reasoning."""

    text: str


@dataclass(frozen=True, slots=True)
class Calls:
    """A tool call; `arguments` is JSON text, or what a confused model writes in its place.

    Without a `call_id` it gets one of its own, as far as the protocol has ids.
    """

    name: str
    arguments: str
    call_id: str | None = None


Step: TypeAlias = Says | Thinks | Calls | Pause


@dataclass(frozen=True, slots=True)
class Tokens:
    """The usage a reply reports; `cached` is part of `input`, `reasoning` part of `output`."""

    input: int = 0
    output: int = 0
    cached: int = 0
    reasoning: int = 0


@dataclass(frozen=True, slots=True)
class ScriptedReply:
    """One model call as the server plays it.

    `is_ended` False leaves the protocol's end mark out; `ending` is what becomes of the connection. `bytes_per_piece`
    cuts the whole body, wherever that falls; `spoiled` is what else becomes of the answer. A `status` other than 200
    is a refusal with `message`.
    """

    steps: Sequence[Step] = ()
    tokens: Tokens = Tokens()
    stop_reason: StopReason = StopReason.END
    is_ended: bool = True
    ending: Ending = Ending.COMPLETE
    bytes_per_piece: int | None = None
    spoiled: Callable[[Answer], Answer] | None = None
    status: int = 200
    message: str = ""


@dataclass(frozen=True, slots=True)
class SeenCall:
    """A call in the history that a provider was sent; `call_id` is empty where a protocol has none."""

    name: str
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """A message of the history that a provider was sent.

    `role` is "system", "user", "assistant" or "tool"; a tool's message answers the call named in `answers`. Protocols
    that put results into the user's message, or calls beside the assistant's, are taken apart into this form, in order.
    """

    role: str
    text: str = ""
    calls: tuple[SeenCall, ...] = ()
    answers: SeenCall | None = None


def reply(*steps: Step | str, tokens: Tokens = Tokens(), stop_reason: StopReason = StopReason.END) -> ScriptedReply:
    """A reply that ends as it should; plain strings are text."""
    return ScriptedReply(tuple(Says(step) if isinstance(step, str) else step for step in steps), tokens, stop_reason)


# The server finds the request too long for the model; each protocol has its own way to say so.
TOO_LONG = ScriptedReply(status=413, message="The prompt is too long for the context window.")
