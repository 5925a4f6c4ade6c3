"""The conversation as the small model reads it, fitted to its window: the oldest turns go first."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from desktop_app.domain.messages import Message, Role
from desktop_app.llm.builtin.actions import short_action
from desktop_app.llm.builtin.coach_prompt import plain
from desktop_app.llm.builtin.dates import NamedDay
from desktop_app.llm.builtin.language import language_of

# What older turns may take: reading a token costs about 12 ms on two cores, so a long memory is a slow one.
HISTORY_TOKENS: Final = 2_000
_REPLY_SHOWN: Final = 500
_RESULT_SHOWN: Final = 60
_MESSAGE_SHOWN: Final = 2_000


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the person and the answer to it, as chat messages."""

    messages: tuple[dict[str, str], ...]

    @property
    def tokens(self) -> int:
        """An estimate, rather too high."""
        return sum(estimated_tokens(message["content"]) + 5 for message in self.messages)


def chat_messages(
    constant: str, facts: str, past: Sequence[Message], newest: str, days: Sequence[NamedDay]
) -> list[dict[str, str]]:
    """System message, older turns as far as they fit, and the newest message with today's facts before it.

    The facts stand at the end, so that what precedes them stays as it was and need not be processed again.
    """
    turns = _fitted(_turns(past))
    return [
        {"role": "system", "content": constant},
        *(message for turn in turns for message in turn.messages),
        {"role": "user", "content": f"{facts}\nPerson: {plain(newest)}{_explained(days)}"},
    ]


def estimated_tokens(text: str) -> int:
    """Tokens of `text`, rather too many: 3 bytes to a token."""
    return len(text.encode("utf-8", "replace")) // 3 + 1


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


def _turns(past: Sequence[Message]) -> list[Turn]:
    """Turns begin with the person; one that got no words in answer is left out, so that roles alternate."""
    turns: list[Turn] = []
    asked: str | None = None
    for message in past:
        if message.role is Role.YOU:
            asked = message.text
        elif asked is not None and message.text:
            answer = coach_json(message, language_of(message.text) or language_of(asked), reply=message.text)
            turns.append(
                Turn(
                    (
                        {"role": "user", "content": "Person: " + plain(asked[:_MESSAGE_SHOWN])},
                        {"role": "assistant", "content": json.dumps(answer, ensure_ascii=False)},
                    )
                )
            )
            asked = None
    return turns


def _fitted(turns: Sequence[Turn]) -> Sequence[Turn]:
    """The last turns. When they overflow, half goes at once, so that the beginning stays the same for a while."""
    start, used = 0, 0
    for index, turn in enumerate(turns):
        used += turn.tokens
        if used > HISTORY_TOKENS:
            while used > HISTORY_TOKENS // 2 and start < index:
                used -= turns[start].tokens
                start += 1
    return turns[start:]


def _explained(days: Sequence[NamedDay]) -> str:
    told = [f"{named.words} = {named.day.isoformat()}" for named in days if named.words != named.day.isoformat()]
    return f" ({', '.join(told)})" if told else ""
