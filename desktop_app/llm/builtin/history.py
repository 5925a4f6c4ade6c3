"""The conversation as the small model reads it: older turns are told shortly, a summary before them."""

import json
from collections.abc import Sequence
from typing import Any, Final

from desktop_app.domain.messages import Message, Role
from desktop_app.llm.builtin.actions import short_action
from desktop_app.llm.builtin.coach_prompt import plain
from desktop_app.llm.builtin.dates import NamedDay
from desktop_app.llm.builtin.language import language_of
from desktop_app.llm.folding import EarlierMessages
from desktop_app.llm.tokens import raw_tokens

_REPLY_SHOWN: Final = 500
_RESULT_SHOWN: Final = 60
_MESSAGE_SHOWN: Final = 2_000


def chat_messages(
    constant: str, facts: str, past: Sequence[Message], newest: str, days: Sequence[NamedDay]
) -> list[dict[str, str]]:
    """System message, a summary where one stands, older turns, and the newest message with today's facts before it.

    The facts stand at the end, so that what precedes them stays as it was and need not be processed again.
    """
    summary = "".join(plain(message.text) + "\n" for message in past if isinstance(message, EarlierMessages))
    older = [*_turns(past), {"role": "user", "content": f"{facts}\nPerson: {plain(newest)}{_explained(days)}"}]
    older[0]["content"] = summary + older[0]["content"]
    return [{"role": "system", "content": constant}, *older]


def told_tokens(message: Message) -> float:
    """The guess for what a message is; replies are told shortly. See `tokens.raw_tokens`."""
    if message.role is Role.YOU:
        return raw_tokens(message.text) + 8
    return raw_tokens(json.dumps(coach_json(message, None, reply=message.text), ensure_ascii=False)) + 12


def coach_json(message: Message, language: str | None, *, reply: str | None) -> dict[str, Any]:
    """A coach's message in the form that the model writes; without `reply` it is the beginning of one."""
    done = [call for call in message.tool_calls if call.is_answered]
    answer: dict[str, Any] = {"language": language} if language else {}
    answer["action"] = short_action(done[-1]) if done else None
    if done:
        answer["result"] = plain(" ".join(call.result or "" for call in done)[:_RESULT_SHOWN])
    if reply is not None:
        answer["reply"] = plain(reply[:_REPLY_SHOWN])
    return answer


def _turns(past: Sequence[Message]) -> list[dict[str, str]]:
    """Turns begin with the person; one that got no words in answer is left out, so that roles alternate."""
    told: list[dict[str, str]] = []
    asked: str | None = None
    for message in past:
        if message.role is Role.YOU:
            asked = None if isinstance(message, EarlierMessages) else message.text
        elif asked is not None and message.text:
            answer = coach_json(message, language_of(message.text) or language_of(asked), reply=message.text)
            told += (
                {"role": "user", "content": "Person: " + plain(asked[:_MESSAGE_SHOWN])},
                {"role": "assistant", "content": json.dumps(answer, ensure_ascii=False)},
            )
            asked = None
    return told


def _explained(days: Sequence[NamedDay]) -> str:
    told = [f"{named.words} = {named.day.isoformat()}" for named in days if named.words != named.day.isoformat()]
    return f" ({', '.join(told)})" if told else ""
